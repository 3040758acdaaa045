"""Calls of ministack's services without a server."""

import asyncio
import uuid

import pytest
from botocore.exceptions import ParamValidationError

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def test_an_ec2_answer_reads_like_boto3s() -> None:
    vpc = call("ec2", "CreateVpc", CidrBlock="10.7.0.0/16")["Vpc"]
    assert call("ec2", "DescribeVpcs", VpcIds=[vpc["VpcId"]])["Vpcs"][0]["CidrBlock"] == "10.7.0.0/16"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "answer"),
    [
        ("ec2", "DescribeVpcs", {}, "Vpcs"),
        ("wafv2", "ListWebACLs", {"Scope": "REGIONAL"}, "WebACLs"),
        ("backup", "ListBackupPlans", {}, "BackupPlansList"),
    ],
)
def test_every_protocol_works(service: str, operation: str, parameters: dict[str, str], answer: str) -> None:
    assert isinstance(call(service, operation, **parameters)[answer], list)


def test_a_secret_comes_back_as_it_went_in() -> None:
    secret = call("secretsmanager", "CreateSecret", Name=uuid.uuid4().hex, SecretString="käse & <brot>")["ARN"]
    assert call("secretsmanager", "GetSecretValue", SecretId=secret)["SecretString"] == "käse & <brot>"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("ec2", "DescribeInstances", {"InstanceIds": ["i-0123456789abcdef0"]}, "InvalidInstanceID.NotFound"),
        ("secretsmanager", "DescribeSecret", {"SecretId": "none"}, "ResourceNotFoundException"),
        ("backup", "GetBackupPlan", {"BackupPlanId": "none"}, "ResourceNotFoundException"),
    ],
)
def test_an_error_answer_raises_its_code_and_message(service: str, operation: str, parameters: dict[str, object], code: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call(service, operation, **parameters)
    assert raised.value.code == code
    assert raised.value.message
    assert str(raised.value).startswith(f"{operation}: {code}: ")


def test_a_misspelt_parameter_is_refused_before_the_call() -> None:
    with pytest.raises(ParamValidationError):
        call("ec2", "CreateVpc", Cidr="10.0.0.0/16")


def test_an_unlisted_service_is_refused() -> None:
    with pytest.raises(KeyError):
        call("dynamodb", "ListTables")


@pytest.mark.local_cloud
def test_calls_work_from_within_a_running_event_loop() -> None:
    async def handler() -> tuple[dict[str, object], dict[str, object]]:
        return call("ec2", "DescribeVpcs"), call("ecs", "ListClusters")

    vpcs, clusters = asyncio.run(handler())
    assert "Vpcs" in vpcs
    assert "clusterArns" in clusters
