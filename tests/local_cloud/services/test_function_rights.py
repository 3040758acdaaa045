"""Functions call the local cloud with the rights of their roles, in the server's process and theirs."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest

from tradingbot_infra.local_cloud.server import ACCOUNT, DEFAULT_REGION, LocalCloud, client

SOURCE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, _):
    made = boto3.client(event["service"], region_name=event["region"])
    try:
        getattr(made, event["method"])(**event["parameters"])
    except ClientError as error:
        return error.response["Error"]
    return {}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def function(cloud: LocalCloud) -> str:
    """A function that makes the call that it is told to, with a role that each test gives its rights to."""
    role = client(cloud.endpoint, DEFAULT_REGION, "iam").create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", SOURCE)
    given = {"Runtime": "python3.13", "Handler": "index.handler", "Code": {"ZipFile": packed.getvalue()}, "Timeout": 60}
    client(cloud.endpoint, DEFAULT_REGION, "lambda").create_function(FunctionName="caller", Role=role["Arn"], **given)
    return "caller"


def allow(cloud: LocalCloud, *actions: str, resource: str = "*", **conditions: Any) -> None:
    """Makes this all that the role may do."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **({"Condition": conditions} if conditions else {})}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client(cloud.endpoint, DEFAULT_REGION, "iam").put_role_policy(RoleName="caller", PolicyName="all", PolicyDocument=document)


def called(cloud: LocalCloud, service: str, method: str, region: str = DEFAULT_REGION, /, **parameters: Any) -> dict[str, str]:
    """What the function's call was refused with; empty if it was not."""
    event = {"service": service, "region": region, "method": method, "parameters": parameters}
    answer = client(cloud.endpoint, DEFAULT_REGION, "lambda").invoke(FunctionName="caller", Payload=json.dumps(event))
    found: dict[str, str] = json.loads(answer["Payload"].read())
    assert "errorMessage" not in found, found
    return found


@pytest.mark.usefixtures("function")
def test_a_function_reaches_s3_control_at_the_address_of_this_machine(cloud: LocalCloud) -> None:
    allow(cloud, "s3:PutAccountPublicAccessBlock")
    assert called(cloud, "s3control", "put_public_access_block", AccountId=ACCOUNT, PublicAccessBlockConfiguration=BLOCK) == {}
    ours = client(cloud.endpoint, DEFAULT_REGION, "s3control")
    assert ours.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"] == BLOCK


@pytest.mark.usefixtures("function")
def test_what_the_role_does_not_allow_is_denied_in_awss_words_and_does_nothing(cloud: LocalCloud) -> None:
    allow(cloud, "s3:PutAccountPublicAccessBlock")
    refused = called(cloud, "inspector2", "enable", resourceTypes=["ECR"])
    assert refused["Code"] == "AccessDeniedException"
    assert refused["Message"] == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/caller/caller is not authorized to perform: inspector2:Enable on resource: * "
        "because no identity-based policy allows the inspector2:Enable action"
    )
    (shown,) = client(cloud.endpoint, DEFAULT_REGION, "inspector2").batch_get_account_status()["accounts"]
    assert shown["state"]["status"] == "DISABLED"


@pytest.mark.usefixtures("function")
def test_operations_that_ministack_answers_are_asked_too(cloud: LocalCloud) -> None:
    allow(cloud, "ec2:DescribeRegions")
    assert called(cloud, "ec2", "describe_regions") == {}
    assert called(cloud, "ec2", "describe_availability_zones")["Code"] == "UnauthorizedOperation"
    assert called(cloud, "iam", "delete_account_password_policy")["Code"] == "AccessDenied"


@pytest.mark.usefixtures("function")
def test_a_condition_on_the_region_decides(cloud: LocalCloud) -> None:
    allow(cloud, "ec2:EnableEbsEncryptionByDefault", StringEquals={"aws:RequestedRegion": [DEFAULT_REGION]})
    assert called(cloud, "ec2", "enable_ebs_encryption_by_default") == {}
    assert called(cloud, "ec2", "enable_ebs_encryption_by_default", "us-east-1")["Code"] == "UnauthorizedOperation"


@pytest.mark.usefixtures("function")
def test_a_vpc_with_a_tag_that_the_role_excludes_stays(cloud: LocalCloud) -> None:
    allow(cloud, "ec2:DeleteVpc", resource=f"arn:aws:ec2:*:{ACCOUNT}:vpc/*", Null={"aws:ResourceTag/Project": "true"})
    ec2 = client(cloud.endpoint, DEFAULT_REGION, "ec2")
    plain, tagged = (ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(2))
    ec2.create_tags(Resources=[tagged], Tags=[{"Key": "Project", "Value": uuid.uuid4().hex}])
    assert called(cloud, "ec2", "delete_vpc", VpcId=plain) == {}
    assert called(cloud, "ec2", "delete_vpc", VpcId=tagged)["Code"] == "UnauthorizedOperation"
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs(VpcIds=[tagged])["Vpcs"]] == [tagged]


@pytest.mark.usefixtures("function")
def test_only_the_security_contact_may_be_written_where_the_role_says_so(cloud: LocalCloud) -> None:
    condition = {"ForAnyValue:StringEquals": {"account:AlternateContactTypes": ["SECURITY"]}}
    allow(cloud, "account:PutAlternateContact", resource=f"arn:aws:account::{ACCOUNT}:account", **condition)
    contact = {"Name": "Ops", "Title": "Engineer", "EmailAddress": "ops@example.com", "PhoneNumber": "+82 2 0000 0000"}
    assert called(cloud, "account", "put_alternate_contact", AlternateContactType="SECURITY", **contact) == {}
    refused = called(cloud, "account", "put_alternate_contact", AlternateContactType="BILLING", **contact)
    assert refused["Code"] == "AccessDeniedException"


@pytest.mark.usefixtures("function")
def test_a_function_sets_up_the_log_groups_that_its_role_names_and_no_others(cloud: LocalCloud) -> None:
    allow(cloud, "logs:PutRetentionPolicy", resource=f"arn:aws:logs:{DEFAULT_REGION}:{ACCOUNT}:log-group:ours:*")
    logs = client(cloud.endpoint, DEFAULT_REGION, "logs")
    for name in ("ours", "ours-too"):
        logs.create_log_group(logGroupName=name)
    assert called(cloud, "logs", "put_retention_policy", logGroupName="ours", retentionInDays=7) == {}
    assert called(cloud, "logs", "put_retention_policy", logGroupName="ours-too", retentionInDays=7)["Code"] == "AccessDeniedException"
    assert called(cloud, "logs", "associate_kms_key", logGroupName="ours", kmsKeyId="k")["Code"] == "AccessDeniedException"


def test_others_than_functions_may_do_everything(cloud: LocalCloud) -> None:
    assert client(cloud.endpoint, DEFAULT_REGION, "ec2").describe_regions()["Regions"]
