"""A trail writes what is asked of the local cloud to its log group and bucket."""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local_cloud.load_balancing.balancers import eventually
from tests.local_cloud.services.trails.audit import ACCOUNT, Audit, ask_as, ask_raw
from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes

KEY = "local-cloud"
S3_OBJECTS = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
Event = dict[str, Any]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Audit]:
    """A trail that logs, and delivers after a twentieth of a second."""
    monkeypatch.setattr(clock, "_scale", 6000.0)
    with scopes.within(ACCOUNT, "ap-southeast-2"):
        made = Audit()
        made.create_trail(logging=True)
        yield made
        for trail in call("cloudtrail", "ListTrails")["Trails"]:
            with scopes.within(ACCOUNT, trail["HomeRegion"]):
                call("cloudtrail", "DeleteTrail", Name=trail["TrailARN"])


def event(audit: Audit, name: str) -> Event:
    """The one event of this name, once it is delivered."""
    eventually(lambda: name in audit.names())
    (found,) = [one for one in audit.logged() if one["eventName"] == name]
    return dict(found)


def select(audit: Audit, *fields: list[Event]) -> None:
    selectors = [{"Name": str(number), "FieldSelectors": each} for number, each in enumerate(fields)]
    call("cloudtrail", "PutEventSelectors", TrailName=audit.name, AdvancedEventSelectors=selectors)


def data(*more: Event) -> list[Event]:
    return [{"Field": "eventCategory", "Equals": ["Data"]}, S3_OBJECTS, *more]


def after(audit: Audit) -> list[str]:
    """The names of the events that were delivered before and with one that is asked for now."""
    ask_as(KEY, "ec2", "DescribeRegions")
    eventually(lambda: "DescribeRegions" in audit.names())
    return [name for name in audit.names() if name != "DescribeRegions"]


def test_a_call_is_an_event_with_what_was_asked_and_answered(audit: Audit) -> None:
    ask_as(KEY, "ec2", "CreateVpc", CidrBlock="10.7.0.0/16")
    found = event(audit, "CreateVpc")
    assert (found["eventSource"], found["awsRegion"], found["recipientAccountId"]) == ("ec2.amazonaws.com", audit.region, ACCOUNT)
    assert (found["readOnly"], found["managementEvent"], found["eventCategory"]) == (False, True, "Management")
    assert (found["sourceIPAddress"], found["userAgent"], found["eventType"]) == ("127.0.0.1", "a test", "AwsApiCall")
    assert found["requestParameters"] == {"cidrBlock": "10.7.0.0/16"}
    assert found["responseElements"]["vpc"]["cidrBlock"] == "10.7.0.0/16"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["eventTime"])
    assert "errorCode" not in found


def test_a_call_that_reads_has_no_answer_and_one_that_is_refused_has_its_error(audit: Audit) -> None:
    ask_as(KEY, "ecr", "DescribeRepositories", repositoryNames=["none"])
    ask_as(KEY, "ec2", "DeleteVpc", VpcId="vpc-0123456789abcdef0")
    found = event(audit, "DescribeRepositories")
    assert (found["readOnly"], found["responseElements"]) == (True, None)
    assert found["errorCode"] == "RepositoryNotFoundException"
    assert event(audit, "DeleteVpc")["errorCode"] == "Client.InvalidVpcID.NotFound"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "source", "shown"),
    [
        ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["a"]}, "monitoring.amazonaws.com", {"alarmNames": ["a"]}),
        ("elbv2", "DescribeLoadBalancers", {}, "elasticloadbalancing.amazonaws.com", {}),
        ("s3", "PutBucketPolicy", {"Bucket": "bucket-1", "Policy": "{}"}, "s3.amazonaws.com", {"bucketName": "bucket-1"}),
        ("sqs", "ListQueues", {"QueueNamePrefix": "q"}, "sqs.amazonaws.com", {"queueNamePrefix": "q"}),
        ("stepfunctions", "ListStateMachines", {}, "states.amazonaws.com", {}),
        ("lambda", "DeleteFunction", {"FunctionName": "f"}, "lambda.amazonaws.com", {"functionName": "f"}),
        ("backup", "DescribeBackupVault", {"BackupVaultName": "v"}, "backup.amazonaws.com", {"backupVaultName": "v"}),
    ],
)
def test_services_of_every_protocol_have_events(
    audit: Audit, service: str, operation: str, parameters: dict[str, Any], source: str, shown: dict[str, Any]
) -> None:
    ask_as(KEY, service, operation, **parameters)
    found = event(audit, operation)
    asked = found["requestParameters"] or {}
    assert (found["eventSource"], {name: asked.get(name) for name in shown}) == (source, shown)


def test_public_access_of_a_bucket_has_the_name_that_cloudtrail_gives_it(audit: Audit) -> None:
    ask_as(KEY, "s3", "PutPublicAccessBlock", Bucket=audit.name, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert event(audit, "PutBucketPublicAccessBlock")["managementEvent"] is True


def test_no_event_holds_a_secret(audit: Audit) -> None:
    name, secret = uuid.uuid4().hex, uuid.uuid4().hex
    ask_as(KEY, "secretsmanager", "CreateSecret", Name=name, SecretString=secret)
    ask_as(KEY, "secretsmanager", "GetSecretValue", SecretId=name)
    ask_as(KEY, "iam", "CreateUser", UserName=name)
    ask_as(KEY, "iam", "CreateAccessKey", UserName=name)
    ask_as(KEY, "rds", "CreateDBInstance", DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="x", MasterUserPassword=secret)
    assert event(audit, "CreateSecret")["requestParameters"]["secretString"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    key = event(audit, "CreateAccessKey")["responseElements"]["accessKey"]
    assert (key["userName"], key["secretAccessKey"]) == (name, "HIDDEN_DUE_TO_SECURITY_REASONS")
    assert event(audit, "CreateDBInstance")["requestParameters"]["masterUserPassword"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert event(audit, "GetSecretValue")["responseElements"] is None
    assert secret not in json.dumps(audit.logged())


def test_who_called_is_the_user_role_or_root_user_of_the_key(audit: Audit) -> None:
    name = uuid.uuid4().hex
    call("iam", "CreateUser", UserName=name)
    key = call("iam", "CreateAccessKey", UserName=name)["AccessKey"]["AccessKeyId"]
    session = call("sts", "AssumeRole", RoleArn=audit.role, RoleSessionName="deploy")["Credentials"]["AccessKeyId"]
    for who, region in [(key, "a"), (session, "b"), (ACCOUNT, "c"), (KEY, "d")]:
        ask_as(who, "ec2", "DescribeRegions", RegionNames=[region])
    eventually(lambda: len(audit.names()) == 4)
    user, role, root, other = [one["userIdentity"] for one in sorted(audit.logged(), key=lambda one: str(one["requestParameters"]))]
    assert (user["type"], user["userName"], user["accessKeyId"]) == ("IAMUser", name, key)
    assert (role["type"], role["sessionContext"]["sessionIssuer"]["arn"]) == ("AssumedRole", audit.role)
    assert role["arn"].endswith("/deploy")
    assert (root["type"], root["arn"]) == ("Root", f"arn:aws:iam::{ACCOUNT}:root")
    assert (other["type"], other["userName"]) == ("IAMUser", KEY)


def test_files_have_the_events_of_their_region_and_global_services_are_in_us_east_1(audit: Audit) -> None:
    ask_as(KEY, "iam", "ListUsers")
    ask_as(KEY, "sns", "ListTopics")
    eventually(lambda: len(audit.files()) == 2)
    found = {key.split("/")[3]: (key, [one["eventName"] for one in records]) for key, records in audit.files().items()}
    assert found["us-east-1"][1] == ["ListUsers"]
    assert found[audit.region][1] == ["ListTopics"]
    name = rf"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/\d{{4}}/\d\d/\d\d/{ACCOUNT}_CloudTrail_us-east-1_\d{{8}}T\d{{4}}Z_\w{{16}}\.json\.gz"
    assert re.fullmatch(name, found["us-east-1"][0])
    (stream,) = call("logs", "DescribeLogStreams", logGroupName=audit.name)["logStreams"]
    assert stream["logStreamName"] == f"{ACCOUNT}_CloudTrail_{audit.region}"


def test_files_are_encrypted_with_the_key_of_the_trail(audit: Audit) -> None:
    ask_as(KEY, "sns", "ListTopics")
    eventually(audit.files)
    (key,) = audit.files()
    head = call("s3", "HeadObject", Bucket=audit.name, Key=key)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", audit.key)


def test_a_trail_sees_its_own_stop_and_deletion_but_nothing_after_them(audit: Audit) -> None:
    ask_as(KEY, "cloudtrail", "StopLogging", Name=audit.name)
    ask_as(KEY, "sns", "ListTopics")
    ask_as(KEY, "cloudtrail", "StartLogging", Name=audit.name)
    ask_as(KEY, "cloudtrail", "DeleteTrail", Name=audit.name)
    ask_as(KEY, "sns", "ListSubscriptions")
    eventually(lambda: "DeleteTrail" in audit.names())
    assert audit.names() == ["StopLogging", "StartLogging", "DeleteTrail"]


def test_calls_from_inside_the_server_are_no_events(audit: Audit) -> None:
    call("sns", "ListTopics")
    assert after(audit) == []


def test_data_events_are_those_that_the_selectors_name(audit: Audit) -> None:
    ask_as(KEY, "s3", "PutObject", Bucket=audit.name, Key="none", Body=b"x")
    assert after(audit) == []
    writes = {"Field": "readOnly", "Equals": ["false"]}
    ours = {"Field": "resources.ARN", "StartsWith": [f"arn:aws:s3:::{audit.name}/in/"]}
    select(audit, [{"Field": "eventCategory", "Equals": ["Management"]}], data(writes, ours))
    for key in ("in/a", "out/a"):
        ask_as(KEY, "s3", "PutObject", Bucket=audit.name, Key=key, Body=b"x")
        ask_as(KEY, "s3", "GetObject", Bucket=audit.name, Key=key)
    found = event(audit, "PutObject")
    assert found["requestParameters"] == {"bucketName": audit.name, "key": "in/a"}
    assert [one["ARN"] for one in found["resources"]] == [f"arn:aws:s3:::{audit.name}/in/a", f"arn:aws:s3:::{audit.name}"]
    assert (found["managementEvent"], found["eventCategory"]) == (False, "Data")
    assert after(audit) == ["PutObject"]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]}),
        ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.0}]}),
        ("sns", "Publish", {"TopicArn": f"arn:aws:sns:ap-southeast-2:{ACCOUNT}:t", "Message": "m"}),
    ],
)
def test_messages_lines_and_metrics_are_never_events(audit: Audit, service: str, operation: str, parameters: dict[str, Any]) -> None:
    ask_as(KEY, service, operation, **parameters)
    assert after(audit) == []


def test_basic_selectors_leave_out_what_they_say(audit: Audit) -> None:
    basic = [{"ReadWriteType": "WriteOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]
    call("cloudtrail", "PutEventSelectors", TrailName=audit.name, EventSelectors=basic)
    ask_as(KEY, "sns", "ListTopics")
    ask_as(KEY, "kms", "CreateKey")
    ask_as(KEY, "sns", "CreateTopic", Name="written")
    eventually(lambda: "CreateTopic" in audit.names())
    assert audit.names() == ["CreateTopic"]


def test_a_trail_of_one_region_does_not_hear_global_services_that_it_does_not_include(audit: Audit) -> None:
    call("cloudtrail", "UpdateTrail", Name=audit.name, IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False)
    ask_as(KEY, "iam", "ListUsers")
    assert after(audit) == []


def test_the_status_tells_of_deliveries_and_of_what_is_no_longer_allowed(audit: Audit) -> None:
    def status() -> dict[str, Any]:
        return call("cloudtrail", "GetTrailStatus", Name=audit.name)

    assert (status()["IsLogging"], "LatestDeliveryTime" in status()) == (True, False)
    after(audit)
    eventually(lambda: {"LatestDeliveryTime", "LatestCloudWatchLogsDeliveryTime"} <= status().keys())
    call("s3", "DeleteBucketPolicy", Bucket=audit.name)
    call("logs", "DeleteLogGroup", logGroupName=audit.name)
    ask_as(KEY, "sns", "ListTopics")
    eventually(lambda: status().get("LatestDeliveryError") == "AccessDenied")
    assert status()["LatestCloudWatchLogsDeliveryError"] == "CloudTrail cannot validate the specified log group ARN."


def test_a_request_that_is_not_understood_takes_no_other_with_it(audit: Audit, caplog: pytest.LogCaptureFixture) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    ask_raw("ec2", HttpRequest("POST", "/", form, b"Action=DescribeVpcs&Filter.first.Name=x"))
    assert after(audit) == []
    assert "A request to ec2 is no event" in caplog.text


def test_a_request_that_names_no_operation_is_no_event(audit: Audit) -> None:
    ask_raw("s3", HttpRequest("PATCH", "/none", {}, b""))
    assert after(audit) == []


def test_what_is_too_large_for_an_event_is_left_out_and_says_so(audit: Audit) -> None:
    large = "x" * 120_000
    ask_as(KEY, "sns", "CreateTopic", Name="large", Attributes={"Policy": large})
    assert event(audit, "CreateTopic")["requestParameters"]["omitted"] is True


def test_more_than_one_call_of_put_log_events_takes_is_written_in_several(audit: Audit) -> None:
    for number in range(15):
        ask_as(KEY, "sns", "CreateTopic", Name=f"large-{number}", Attributes={"Policy": "x" * 90_000})
    eventually(lambda: audit.names() == ["CreateTopic"] * 15)
    assert sorted(one["requestParameters"]["name"] for one in audit.logged()) == sorted(f"large-{number}" for number in range(15))
