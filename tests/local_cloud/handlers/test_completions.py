"""What we add to handlers that ministack has, in this process: no server, no mocks."""

import json
from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.in_process import call

STACK = "lab"


def ministacks(resource_type: str) -> dict[str, Any]:
    handler: dict[str, Any] = provisioners.__dict__["_RESOURCE_HANDLERS"][resource_type]
    return handler


@pytest.fixture
def database() -> dict[str, Any]:
    """ministack's handler of database instances, completed."""
    return COMPLETIONS["AWS::RDS::DBInstance"](ministacks("AWS::RDS::DBInstance"))


def instance_of(name: str, **properties: object) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "Engine": "postgres",
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": "20",
        "MasterUsername": "tradingbot",
        **properties,
    }


def secret_description(secret: str) -> dict[str, Any]:
    return call("secretsmanager", "DescribeSecret", SecretId=secret)


def secret_names() -> set[str]:
    return {found["Name"] for found in call("secretsmanager", "ListSecrets")["SecretList"]}


def test_a_managed_master_password_is_in_a_secret_that_is_deleted_with_the_instance(database: dict[str, Any]) -> None:
    properties = instance_of("managed", ManageMasterUserPassword="true", MasterUserSecret={"KmsKeyId": "alias/app"})
    instance_id, attributes = database["create"]("Logical", properties, STACK)
    assert {"Endpoint.Address", "Endpoint.Port"} <= attributes.keys()
    secret = secret_description(attributes["MasterUserSecret.SecretArn"])
    assert secret["Name"].startswith("rds!db-")
    assert secret["KmsKeyId"] == "alias/app"
    value = json.loads(call("secretsmanager", "GetSecretValue", SecretId=secret["ARN"])["SecretString"])
    assert value["username"] == "tradingbot"
    assert len(value["password"]) == 28
    for _ in range(2):
        database["delete"](instance_id, properties)
        assert secret["Name"] not in secret_names()


def test_another_setting_keeps_the_secret_and_an_own_password_removes_it(database: dict[str, Any]) -> None:
    old = instance_of("switched", ManageMasterUserPassword=True)
    instance_id, attributes = database["create"]("Logical", old, STACK)
    secret = attributes["MasterUserSecret.SecretArn"]
    password = call("secretsmanager", "GetSecretValue", SecretId=secret)["SecretString"]
    larger = {**old, "DBInstanceClass": "db.t4g.small"}
    same, attributes = database["update"](instance_id, old, larger, STACK, "Logical")
    assert (same, attributes["MasterUserSecret.SecretArn"]) == (instance_id, secret)
    assert call("secretsmanager", "GetSecretValue", SecretId=secret)["SecretString"] == password
    own = instance_of("switched", MasterUserPassword="not-managed")
    _, attributes = database["update"](instance_id, larger, own, STACK, "Logical")
    assert "MasterUserSecret.SecretArn" not in attributes
    with pytest.raises(LocalApiError):
        secret_description(secret)


def test_a_renamed_instance_has_a_secret_of_its_own(database: dict[str, Any]) -> None:
    old = instance_of("before", ManageMasterUserPassword=True)
    instance_id, first = database["create"]("Logical", old, STACK)
    new = {**old, "DBInstanceIdentifier": "after"}
    renamed, second = database["update"](instance_id, old, new, STACK, "Logical")
    assert renamed == "after"
    assert secret_description(second["MasterUserSecret.SecretArn"])
    with pytest.raises(LocalApiError):
        secret_description(first["MasterUserSecret.SecretArn"])


def test_an_instance_with_a_password_of_its_own_has_no_secret(database: dict[str, Any]) -> None:
    before = secret_names()
    _, attributes = database["create"]("Logical", instance_of("own", MasterUserPassword="not-managed"), STACK)
    assert "MasterUserSecret.SecretArn" not in attributes
    assert secret_names() == before


def test_ministack_still_has_no_managed_master_password_itself() -> None:
    _, attributes = ministacks("AWS::RDS::DBInstance")["create"](
        "Logical", instance_of("uncompleted", ManageMasterUserPassword=True), STACK
    )
    assert "MasterUserSecret.SecretArn" not in attributes, "then our completion can go"


@pytest.fixture
def alarm() -> dict[str, Any]:
    """ministack's handler of alarms, completed."""
    return COMPLETIONS["AWS::CloudWatch::Alarm"](ministacks("AWS::CloudWatch::Alarm"))


def alarm_of(name: str, **properties: object) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 2,
        "Threshold": 5,
        "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:alarms"],
        **properties,
    }


MATH = {"Metrics": [{"Id": "all", "Expression": "one + two"}]}


def described(name: str) -> dict[str, Any] | None:
    found: dict[str, Any] = provisioners._cw._alarms  # noqa: SLF001 - the API of CloudWatch is not among our services
    return found.get(name)


def test_an_alarm_on_metric_math_is_created_changed_and_deleted(alarm: dict[str, Any]) -> None:
    old, new = alarm_of("math", **MATH), alarm_of("math", Threshold=7, **MATH)
    name, attributes = alarm["create"]("Logical", old, STACK)
    assert attributes["Arn"].endswith(":alarm:math")
    made = described("math")
    assert made is not None
    assert made["MetricName"] == "MetricMathIsNotEvaluated"
    assert made["AlarmActions"] == old["AlarmActions"]
    assert alarm["update"](name, old, new, STACK, "Logical")[0] == "math"
    changed = described("math")
    assert changed is not None
    assert changed["Threshold"] == 7
    alarm["delete"](name, new)
    assert described("math") is None


def test_an_alarm_on_one_metric_keeps_it(alarm: dict[str, Any]) -> None:
    alarm["create"]("Logical", alarm_of("plain", Namespace="AWS/ECS", MetricName="CPUUtilization"), STACK)
    made = described("plain")
    assert made is not None
    assert (made["Namespace"], made["MetricName"]) == ("AWS/ECS", "CPUUtilization")


def test_ministack_still_refuses_metric_math_itself() -> None:
    with pytest.raises(ValueError, match="metric math"):
        ministacks("AWS::CloudWatch::Alarm")["create"]("Logical", alarm_of("refused", **MATH), STACK)


@pytest.fixture
def task_definition() -> dict[str, Any]:
    """ministack's handler of task definitions, completed."""
    return COMPLETIONS["AWS::ECS::TaskDefinition"](ministacks("AWS::ECS::TaskDefinition"))


def definition_of(image: str) -> dict[str, Any]:
    return {
        "Family": "lab",
        "RequiresCompatibilities": ["FARGATE"],
        "NetworkMode": "awsvpc",
        "Cpu": "256",
        "Memory": "512",
        "Volumes": [{"Name": "tmp"}],
        "ContainerDefinitions": [
            {
                "Name": "app",
                "Image": image,
                "Secrets": [{"Name": "SECRET_KEY", "ValueFrom": "arn:of:secret"}],
                "MountPoints": [{"ContainerPath": "/data", "SourceVolume": "tmp", "ReadOnly": False}],
                "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "/lab"}},
            }
        ],
    }


def registered(arn: str) -> dict[str, Any]:
    return dict(call("ecs", "DescribeTaskDefinition", taskDefinition=arn)["taskDefinition"])


@pytest.mark.local_cloud
def test_a_task_definition_shows_its_secrets_and_volumes_by_the_names_of_the_api(task_definition: dict[str, Any]) -> None:
    arn, attributes = task_definition["create"]("Logical", definition_of("first"), STACK)
    assert attributes == {"TaskDefinitionArn": arn}
    found = registered(arn)
    (container,) = found["containerDefinitions"]
    assert container["secrets"] == [{"name": "SECRET_KEY", "valueFrom": "arn:of:secret"}]
    assert container["logConfiguration"]["options"] == {"awslogs-group": "/lab"}
    assert [volume["name"] for volume in found["volumes"]] == ["tmp"]


@pytest.mark.local_cloud
def test_a_changed_task_definition_is_a_new_revision(task_definition: dict[str, Any]) -> None:
    first, _ = task_definition["create"]("Logical", definition_of("first"), STACK)
    second, _ = task_definition["update"](first, definition_of("first"), definition_of("second"), STACK, "Logical")
    assert second != first
    assert registered(second)["containerDefinitions"][0]["image"] == "second"
    assert registered(first)["containerDefinitions"][0]["image"] == "first"


@pytest.mark.local_cloud
def test_ministack_still_shows_no_names_of_secrets_itself() -> None:
    arn, _ = ministacks("AWS::ECS::TaskDefinition")["create"]("Logical", definition_of("plain"), STACK)
    assert "name" not in registered(arn)["containerDefinitions"][0]["secrets"][0], "ministack does it now: remove with_api_names"


def test_a_bucket_is_under_the_key_of_its_template() -> None:
    handler = COMPLETIONS["AWS::S3::Bucket"](ministacks("AWS::S3::Bucket"))

    def under(key: str) -> dict[str, Any]:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        return {
            "BucketName": "audited",
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": default}]},
        }

    def key_of_bucket() -> str:
        (rule,) = call("s3", "GetBucketEncryption", Bucket="audited")["ServerSideEncryptionConfiguration"]["Rules"]
        return str(rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"))

    bucket, _ = handler["create"]("Bucket", under("one"), STACK)
    assert key_of_bucket() == "one"
    handler["update"](bucket, under("one"), under("two"), STACK)
    assert key_of_bucket() == "two"
    handler["delete"](bucket, under("two"))
