"""What the function asks AWS for each custom resource, and what CloudFormation hears."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.design.account_defaults import DEFAULTS, everywhere
from tradingbot_infra.functions import account_defaults

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ACCOUNT = "111122223333"
SYDNEY = "ap-southeast-2"
VPC = "vpc-0123456789abcdef0"
OF_VPC = [{"Name": "vpc-id", "Values": [VPC]}]
IS_DEFAULT = [{"Name": "is-default", "Values": ["true"]}]


class Aws:
    """Answers by service and region that boto3 gives in the order in which they were expected; other calls fail."""

    def __init__(self) -> None:
        self._stubs: dict[tuple[str, str], Stubber] = {}

    def client(self, service: Any, region_name: str | None = None) -> Any:
        """What boto3.client gives in Lambda, where the region is the function's own."""
        return self._of(service, region_name or SYDNEY).client

    def expects(self, service: str, call: str, asked: dict[str, Any], answer: dict[str, Any], region: str = SYDNEY) -> None:
        """The next call of a service."""
        self._of(service, region).add_response(call, answer, asked)

    def refuses(self, service: str, call: str, code: str, region: str = SYDNEY) -> None:
        """The next call of a service fails."""
        self._of(service, region).add_client_error(call, code, "no")

    def asked_for_everything(self) -> None:
        """Every expected call was made."""
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()

    def _of(self, service: str, region: str) -> Stubber:
        if (service, region) not in self._stubs:
            keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
            real: Any = boto3.session.Session()
            stub = Stubber(real.client(service, region_name=region, **keys))
            stub.activate()
            self._stubs[service, region] = stub
        return self._stubs[service, region]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """AWS as the function sees it."""
    found = Aws()
    monkeypatch.setattr(account_defaults, "_client", found.client)
    yield found
    found.asked_for_everything()


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """CloudFormation's address for answers, and what it got."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append({**body, "path": self.path, "type": self.headers["Content-Type"]})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/answers/1?signature=x", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def told(kind: str, properties: dict[str, Any], request: str = "Create") -> dict[str, Any]:
    """What CloudFormation hears. It hands every value over as text."""
    with listening() as (address, got):
        account_defaults.handler(
            {
                "RequestType": request,
                "ResponseURL": address,
                "StackId": f"arn:aws:cloudformation:{SYDNEY}:{ACCOUNT}:stack/tradingbot-ai-account-security/1",
                "RequestId": "1",
                "LogicalResourceId": "It",
                "ResourceType": kind,
                "ResourceProperties": {"ServiceToken": "arn", "ServiceTimeout": "660", **_as_text(properties)},
            },
            None,
        )
    (answer,) = got
    assert answer["path"] == "/answers/1?signature=x"
    assert answer["type"] == ""
    assert (answer["RequestId"], answer["LogicalResourceId"]) == ("1", "It")
    return answer


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def wanted(kind: str) -> dict[str, Any]:
    """What the stack asks for."""
    return dict(everywhere([SYDNEY])[kind])


def test_the_password_policy_is_what_the_template_says(aws: Aws) -> None:
    aws.expects("iam", "update_account_password_policy", wanted("Custom::AccountPasswordPolicy"), {})
    assert told("Custom::AccountPasswordPolicy", wanted("Custom::AccountPasswordPolicy"))["Status"] == "SUCCESS"


def test_the_accounts_buckets_are_blocked_in_all_four_ways(aws: Aws) -> None:
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    aws.expects("s3control", "put_public_access_block", {"AccountId": ACCOUNT, "PublicAccessBlockConfiguration": block}, {})
    assert told("Custom::S3AccountPublicAccessBlock", wanted("Custom::S3AccountPublicAccessBlock"))["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("kind", "call", "asked"),
    [
        ("Custom::EbsEncryptionByDefault", "enable_ebs_encryption_by_default", {}),
        ("Custom::InstanceMetadataDefaults", "modify_instance_metadata_defaults", {"HttpTokens": "required"}),
        ("Custom::SnapshotBlockPublicAccess", "enable_snapshot_block_public_access", {"State": "block-all-sharing"}),
        ("Custom::ImageBlockPublicAccess", "enable_image_block_public_access", {"ImageBlockPublicAccessState": "block-new-sharing"}),
    ],
)
def test_what_belongs_to_a_region_is_set_in_each_that_the_stacks_use(aws: Aws, kind: str, call: str, asked: dict[str, Any]) -> None:
    for region in (SYDNEY, "us-east-1"):
        aws.expects("ec2", call, asked, {}, region=region)
    answer = told(kind, dict(everywhere([SYDNEY, "us-east-1"])[kind]), "Update")
    assert answer["Status"] == "SUCCESS"
    assert answer["Reason"].startswith(f"{SYDNEY}, us-east-1: ")


def test_inspector_scans_images(aws: Aws) -> None:
    done: dict[str, Any] = {"accounts": []}
    aws.expects("inspector2", "enable", {"accountIds": [ACCOUNT], "resourceTypes": ["ECR"]}, done)
    assert told("Custom::InspectorEnable", {"ResourceTypes": ["ECR"]})["Reason"] == "Inspector scans ECR"


def test_what_inspector_refuses_fails_the_resource(aws: Aws) -> None:
    failed = [{"accountId": ACCOUNT, "errorCode": "ACCESS_DENIED", "errorMessage": "not allowed here"}]
    aws.expects("inspector2", "enable", {"accountIds": [ACCOUNT], "resourceTypes": ["ECR"]}, {"accounts": [], "failedAccounts": failed})
    answer = told("Custom::InspectorEnable", {"ResourceTypes": ["ECR"]})
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "Custom::InspectorEnable: Inspector: not allowed here")


def test_the_contact_is_the_one_for_security(aws: Aws) -> None:
    contact = {"Name": "Security", "Title": "Duty", "EmailAddress": "s@example.com", "PhoneNumber": "+61 2 5550 0000"}
    aws.expects("account", "put_alternate_contact", {"AlternateContactType": "SECURITY", **contact}, {})
    assert told("Custom::SecurityContact", contact)["Status"] == "SUCCESS"


KEY = f"arn:aws:kms:{SYDNEY}:{ACCOUNT}:key/1"
SPANS: dict[str, Any] = {"KmsKeyId": KEY, "RetentionInDays": 30}


def expects_span_log(aws: Aws) -> None:
    """The key, then the days."""
    aws.expects("logs", "associate_kms_key", {"logGroupName": "aws/spans", "kmsKeyId": KEY}, {})
    aws.expects("logs", "put_retention_policy", {"logGroupName": "aws/spans", "retentionInDays": 30}, {})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the function waited, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds


def test_spans_get_their_key_and_their_days(aws: Aws, slept: list[float]) -> None:
    expects_span_log(aws)
    assert told("Custom::SpanLog", SPANS)["Reason"] == "aws/spans has the key, and 30 days"
    assert not slept


def test_the_log_of_spans_is_waited_for(aws: Aws, slept: list[float]) -> None:
    aws.refuses("logs", "associate_kms_key", "ResourceNotFoundException")
    aws.refuses("logs", "associate_kms_key", "ResourceNotFoundException")
    expects_span_log(aws)
    assert told("Custom::SpanLog", SPANS)["Status"] == "SUCCESS"
    assert slept == [15, 15]


def test_a_log_of_spans_that_xray_has_not_made_stops_no_deployment_and_the_answer_says_what_is_missing(
    aws: Aws, slept: list[float]
) -> None:
    for _ in range(account_defaults.SPAN_LOG_TRIES):
        aws.refuses("logs", "associate_kms_key", "ResourceNotFoundException")
    answer = told("Custom::SpanLog", SPANS)
    assert answer["Status"] == "SUCCESS"
    assert answer["Reason"].startswith("aws/spans is not there yet, so it has neither key nor days")
    assert sum(slept) == 120


def test_a_key_that_may_not_encrypt_spans_fails_the_resource(aws: Aws, slept: list[float]) -> None:
    aws.refuses("logs", "associate_kms_key", "InvalidParameterException")
    assert told("Custom::SpanLog", SPANS)["Status"] == "FAILED"


def test_an_error_of_aws_reaches_cloudformation_in_its_words(aws: Aws) -> None:
    aws.refuses("iam", "update_account_password_policy", "AccessDenied")
    answer = told("Custom::AccountPasswordPolicy", wanted("Custom::AccountPasswordPolicy"))
    assert answer["Status"] == "FAILED"
    assert "AccessDenied" in answer["Reason"]


@pytest.mark.parametrize("kind", account_defaults.SETTERS)
def test_a_deletion_leaves_everything_and_says_so(aws: Aws, kind: str) -> None:
    answer = told(kind, {}, "Delete")
    assert answer["Status"] == "SUCCESS"
    assert answer["Reason"] == f"{answer['PhysicalResourceId']} stays as it is: a stack that goes does not loosen the account"


def test_the_name_of_a_resource_never_changes_so_no_update_deletes_one(aws: Aws) -> None:
    aws.refuses("iam", "update_account_password_policy", "Throttling")
    names = {
        told("Custom::AccountPasswordPolicy", {"MaxPasswordAge": 90}, request)["PhysicalResourceId"] for request in ("Create", "Delete")
    }
    assert names == {"AccountPasswordPolicy"}


def test_an_answer_that_cloudformation_does_not_take_shows_in_the_log(aws: Aws) -> None:
    event = {"RequestType": "Delete", "StackId": "a:b:c:d:e", "RequestId": "1", "LogicalResourceId": "It", "ResourceProperties": {}}
    with listening(status=403) as (address, _), pytest.raises(OSError, match="answers 403"):
        account_defaults.handler({**event, "ResponseURL": address, "ResourceType": "Custom::DefaultVpcRemoval"}, None)


def regions(aws: Aws, *names: str) -> None:
    """The account's regions."""
    aws.expects("ec2", "describe_regions", {}, {"Regions": [{"RegionName": name} for name in names]})


def uses(aws: Aws, region: str, **found: list[dict[str, Any]]) -> None:
    """The default VPC of a region, with what is in it beside what it was born with."""
    aws.expects("ec2", "describe_vpcs", {"Filters": IS_DEFAULT}, {"Vpcs": [{"VpcId": VPC}]}, region)
    born: dict[str, list[dict[str, Any]]] = {
        "NetworkInterfaces": [],
        "VpcEndpoints": [],
        "SecurityGroups": [{"GroupName": "default"}],
        "RouteTables": [{"Associations": [{"Main": True}]}],
    }
    calls = {
        "NetworkInterfaces": "describe_network_interfaces",
        "VpcEndpoints": "describe_vpc_endpoints",
        "SecurityGroups": "describe_security_groups",
        "RouteTables": "describe_route_tables",
    }
    for name, call in calls.items():
        aws.expects("ec2", call, {"Filters": OF_VPC}, {name: [*born[name], *found.get(name, [])]}, region)


def removal(aws: Aws, region: str) -> None:
    """The removal of the default VPC of a region, by its parts."""
    gateways = {"InternetGateways": [{"InternetGatewayId": "igw-1"}]}
    aws.expects("ec2", "describe_internet_gateways", {"Filters": [{"Name": "attachment.vpc-id", "Values": [VPC]}]}, gateways, region)
    aws.expects("ec2", "detach_internet_gateway", {"InternetGatewayId": "igw-1", "VpcId": VPC}, {}, region)
    aws.expects("ec2", "delete_internet_gateway", {"InternetGatewayId": "igw-1"}, {}, region)
    aws.expects("ec2", "describe_subnets", {"Filters": OF_VPC}, {"Subnets": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}, region)
    for subnet in ("subnet-1", "subnet-2"):
        aws.expects("ec2", "delete_subnet", {"SubnetId": subnet}, {}, region)
    aws.expects("ec2", "delete_vpc", {"VpcId": VPC}, {}, region)


class TestDefaultVpcs:
    """Custom::DefaultVpcRemoval."""

    def test_one_that_nobody_uses_goes_in_every_region(self, aws: Aws) -> None:
        regions(aws, "us-east-1", SYDNEY)
        for region in (SYDNEY, "us-east-1"):
            uses(aws, region)
            removal(aws, region)
        assert told("Custom::DefaultVpcRemoval", {})["Reason"] == f"{SYDNEY}: {VPC} is removed; us-east-1: {VPC} is removed"

    @pytest.mark.parametrize(
        ("name", "item", "said"),
        [
            ("NetworkInterfaces", {"NetworkInterfaceId": "eni-1"}, "network interfaces"),
            ("VpcEndpoints", {"VpcEndpointId": "vpce-1"}, "endpoints"),
            ("SecurityGroups", {"GroupName": "somebodys"}, "security groups"),
            ("RouteTables", {"Associations": []}, "route tables"),
        ],
    )
    def test_one_that_somebody_uses_stays_whole(self, aws: Aws, name: str, item: dict[str, Any], said: str) -> None:
        regions(aws, SYDNEY)
        uses(aws, SYDNEY, **{name: [item]})
        answer = told("Custom::DefaultVpcRemoval", {})
        assert (answer["Status"], answer["Reason"]) == ("SUCCESS", f"{SYDNEY}: {VPC} stays, it has {said}")

    def test_a_second_time_there_is_nothing_to_do(self, aws: Aws) -> None:
        regions(aws, SYDNEY)
        aws.expects("ec2", "describe_vpcs", {"Filters": IS_DEFAULT}, {"Vpcs": []})
        assert told("Custom::DefaultVpcRemoval", {}, "Update")["Reason"] == "no region has a default VPC"

    def test_a_region_that_may_not_be_used_does_not_stop_the_others(self, aws: Aws) -> None:
        regions(aws, "af-south-1", SYDNEY)
        aws.refuses("ec2", "describe_vpcs", "UnauthorizedOperation", "af-south-1")
        uses(aws, SYDNEY)
        removal(aws, SYDNEY)
        assert told("Custom::DefaultVpcRemoval", {})["Reason"] == f"af-south-1: stays, UnauthorizedOperation; {SYDNEY}: {VPC} is removed"


def test_the_template_has_the_functions_whole_source() -> None:
    assert DEFAULTS.source() == (PROJECT_ROOT / "tradingbot_infra" / "functions" / "account_defaults.py").read_text(encoding="utf-8")
