"""Rules for ECS, each on what complies and what does not."""

from typing import Any

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import ecs
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
SECRET = resource("AWS::SecretsManager::Secret")
LOG_GROUP = resource(
    "AWS::Logs::LogGroup", {"LogGroupName": "/ecs/bot", "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}, "RetentionInDays": 400}
)


def service(**properties: object) -> Body:
    return resource("AWS::ECS::Service", properties)


def task_of(*containers: object, **properties: object) -> Body:
    return resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": list(containers), **properties})


def status_of(rule: Rule, body: Body, **others: Body) -> Status:
    """The status of one resource, next to a key, a log group and what else it needs."""
    assembly = assembly_of({"Key": resource("AWS::KMS::Key"), "Logs": LOG_GROUP, **others, "Judged": body})
    return judge(rule, assembly)["Judged"]


@pytest.mark.parametrize(
    ("network", "status"),
    [
        ({"AwsvpcConfiguration": {"AssignPublicIp": "DISABLED"}}, Status.PASS),
        ({"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}, Status.FAIL),
        ({"AwsvpcConfiguration": {}}, Status.FAIL),
        (None, Status.FAIL),
        ({"AwsvpcConfiguration": {"AssignPublicIp": IF}}, Status.NOT_ASSESSED),
    ],
)
def test_a_service_is_declared_without_public_addresses(network: object, status: Status) -> None:
    assert status_of(ecs.no_public_ip, service(NetworkConfiguration=network)) is status


@pytest.mark.parametrize(
    ("container", "status"),
    [
        ({"ReadonlyRootFilesystem": True}, Status.PASS),
        ({"ReadonlyRootFilesystem": "true"}, Status.PASS),
        ({"ReadonlyRootFilesystem": False}, Status.FAIL),
        ({}, Status.FAIL),
        ({"ReadonlyRootFilesystem": IF}, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_root_file_system_is_read_only(container: object, status: Status) -> None:
    assert status_of(ecs.readonly_root, task_of(container)) is status


def test_one_container_that_writes_to_its_root_fails_the_task() -> None:
    assert status_of(ecs.readonly_root, task_of({"ReadonlyRootFilesystem": True}, {"Name": "sidecar"})) is Status.FAIL


def test_containers_that_cannot_be_seen_are_not_assessed() -> None:
    assert status_of(ecs.readonly_root, resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": IF})) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("1000", Status.PASS),
        ("1000:0", Status.PASS),
        ("0", Status.FAIL),
        ("00:1000", Status.FAIL),
        ("root", Status.FAIL),
        ("root:root", Status.FAIL),
        ("", Status.FAIL),
        (None, Status.FAIL),
        ("app", Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_container_runs_as_a_number_other_than_root(user: object, status: Status) -> None:
    assert status_of(ecs.unprivileged, task_of({"User": user})) is status


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"Privileged": False, "LinuxParameters": {"Capabilities": {"Drop": ["ALL"]}}}, Status.PASS),
        ({"LinuxParameters": {"Capabilities": {"Add": []}}}, Status.PASS),
        ({"Privileged": True}, Status.FAIL),
        ({"Privileged": "true"}, Status.FAIL),
        ({"LinuxParameters": {"Capabilities": {"Add": ["SYS_PTRACE"]}}}, Status.FAIL),
        ({"Privileged": IF}, Status.NOT_ASSESSED),
        ({"LinuxParameters": IF}, Status.NOT_ASSESSED),
        ({"LinuxParameters": {"Capabilities": IF}}, Status.NOT_ASSESSED),
    ],
)
def test_a_container_has_no_rights_over_the_host(more: dict[str, object], status: Status) -> None:
    assert status_of(ecs.unprivileged, task_of({"User": "1000", **more})) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"NetworkMode": "awsvpc"}, Status.PASS),
        ({"NetworkMode": "awsvpc", "PidMode": "task", "IpcMode": "none"}, Status.PASS),
        ({}, Status.FAIL),
        ({"NetworkMode": "host"}, Status.FAIL),
        ({"NetworkMode": "awsvpc", "PidMode": "host"}, Status.FAIL),
        ({"NetworkMode": "awsvpc", "IpcMode": "host"}, Status.FAIL),
        ({"NetworkMode": IF}, Status.NOT_ASSESSED),
        ({"NetworkMode": "awsvpc", "PidMode": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_task_shares_no_namespace_of_the_host(properties: dict[str, object], status: Status) -> None:
    assert status_of(ecs.namespaces, task_of({}, **properties)) is status


def environment_of(name: str, value: object, **others: Body) -> Status:
    return status_of(ecs.no_plain_secrets, task_of({"Environment": [{"Name": name, "Value": value}]}), **others)


@pytest.mark.parametrize(
    "value",
    [
        "tradingbot",
        5432,
        "https://api.binance.com:443/api/v3",
        "risk-assessment-of-the-trading-model",
        "arn:aws:sns:ap-southeast-2:111122223333:tradingbot-ai-production-alarms-topic",
        {"Ref": "AWS::Region"},
        {"Fn::GetAtt": ["Database", "Endpoint.Address"]},
        {"Fn::GetAtt": ["Key", "Arn"]},
        {"Fn::Join": ["", ["redis://", {"Fn::GetAtt": ["Database", "Endpoint.Address"]}, ":6379"]]},
    ],
)
def test_hosts_ports_and_names_may_be_plain_variables(value: object) -> None:
    assert environment_of("PGHOST", value, Database=resource("AWS::RDS::DBInstance")) is Status.PASS


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "openai_api_key", "BINANCEAPISECRET", "BOT_TOKEN", "PGPASSWORD", "DB_PASSWD", "AWS_CREDENTIALS"]
)
@pytest.mark.parametrize("value", ["harmless", IF, {"Ref": "Secret"}])
def test_a_name_of_a_secret_fails_whatever_its_value(name: str, value: object) -> None:
    assert environment_of(name, value, Secret=SECRET) is Status.FAIL


@pytest.mark.parametrize(
    "value",
    [
        "sk-ant-api03-" + "a1B2" * 6,
        "AKIA" + "ABCDEFGH12345678",
        "123456789:" + "A" * 35,
        "postgres://bot:hunter2@db.internal:5432/bot",
        "redis://:hunter2@cache.internal",
        "A" * 43 + "=",
        "-----BEGIN RSA PRIVATE KEY-----\nMII",
        "{{resolve:secretsmanager:bot/database-url}}",
        {"Fn::Join": ["", ["postgres://bot:", PARAMETER, "@db.internal"]]},
        {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]},
        {"Fn::GetAtt": ["AccessKey", "SecretAccessKey"]},
        {"Ref": "AccessKey"},
        {"Fn::GetAtt": ["Client", "ClientSecret"]},
    ],
)
def test_a_value_that_looks_like_a_credential_fails_under_a_harmless_name(value: object) -> None:
    others = {"AccessKey": resource("AWS::IAM::AccessKey"), "Client": resource("AWS::Cognito::UserPoolClient"), "Secret": SECRET}
    assert environment_of("SETTING", value, **others) is Status.FAIL


@pytest.mark.parametrize(
    "value",
    [
        IF,
        PARAMETER,
        {"Fn::ImportValue": "somewhere"},
        "{{resolve:ssm:/bot/setting}}",
        {"Fn::Join": ["", ["prefix-", {"Fn::ImportValue": "somewhere"}]]},
        {"Fn::Join": ["", ["prefix-", PARAMETER]]},
        {"Fn::GetAtt": ["Custom", "Value"]},
    ],
)
def test_a_value_that_only_cloudformation_knows_is_not_assessed(value: object) -> None:
    assert environment_of("SETTING", value, Custom=resource("Custom::Thing")) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"Ref": "Secret"}, Status.PASS),
        ({"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}, Status.PASS),
        ("arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:bot-AbCdEf", Status.PASS),
        ("hunter2", Status.FAIL),
        ({"Fn::GetAtt": ["Database", "Endpoint.Address"]}, Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
def test_a_name_of_a_secret_is_allowed_for_its_arn(value: object, status: Status) -> None:
    assert environment_of("DATABASE_SECRET_ARN", value, Secret=SECRET, Database=resource("AWS::RDS::DBInstance")) is status


@pytest.mark.parametrize(
    ("container", "status"),
    [
        ({}, Status.PASS),
        ({"EnvironmentFiles": [{"Type": "s3", "Value": "arn:aws:s3:::bucket/bot.env"}]}, Status.NOT_ASSESSED),
        ({"Environment": IF}, Status.NOT_ASSESSED),
        ({"Environment": [IF]}, Status.NOT_ASSESSED),
        ({"Secrets": IF}, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_an_environment_that_cannot_be_seen_is_not_assessed(container: object, status: Status) -> None:
    assert status_of(ecs.no_plain_secrets, task_of(container)) is status


@pytest.mark.parametrize(
    ("value_from", "status"),
    [
        ({"Ref": "Secret"}, Status.PASS),
        ({"Fn::Join": ["", [{"Ref": "Secret"}, ":password::"]]}, Status.PASS),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}, ":password::"]]}, Status.PASS),
        ("arn:aws:ssm:ap-southeast-2:111122223333:parameter/bot/token", Status.PASS),
        ({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":secretsmanager:", {"Ref": "AWS::Region"}, ":1:secret:bot"]]}, Status.PASS),
        ("/bot/token", Status.PASS),
        ("123456789:" + "A" * 35, Status.FAIL),
        ("{{resolve:secretsmanager:bot/token}}", Status.FAIL),
        ({"Ref": "Plain"}, Status.FAIL),
        (None, Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
        ("{{resolve:ssm:/arn/of/secret}}", Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_secret_of_a_container_is_read_from_a_store_of_secrets(value_from: object, status: Status) -> None:
    task = task_of({"Secrets": [{"Name": "BOT_TOKEN", "ValueFrom": value_from}]})
    others = {"Secret": SECRET, "Database": resource("AWS::RDS::DBInstance"), "Plain": resource("AWS::SSM::Parameter", {"Type": "String"})}
    assert status_of(ecs.no_plain_secrets, task, **others) is status


def test_no_credential_is_shown_in_an_observation() -> None:
    pasted = "postgres://bot:hunter2@db.internal"
    container = {"Environment": [{"Name": "URL", "Value": pasted}], "Secrets": [{"Name": "OTHER", "ValueFrom": pasted}]}
    assembly = assembly_of({"Judged": task_of(container)})
    observations = ecs.no_plain_secrets.judge(assembly.only("AWS::ECS::TaskDefinition"), assembly)
    assert [each.observed for each in observations if each.status is Status.FAIL] == ["URL", "OTHER"]
    assert "hunter2" not in repr(observations)


def log_configuration(group: object, driver: object = "awslogs") -> dict[str, Any]:
    return {"LogConfiguration": {"LogDriver": driver, "Options": {"awslogs-group": group}}}


@pytest.mark.parametrize(
    ("container", "status"),
    [
        (log_configuration({"Ref": "Logs"}), Status.PASS),
        (log_configuration("/ecs/bot"), Status.PASS),
        (log_configuration("/ecs/other"), Status.FAIL),
        (log_configuration({"Ref": "Plain"}), Status.FAIL),
        (log_configuration({"Ref": "Endless"}), Status.FAIL),
        (log_configuration({"Ref": "Logs"}, driver="json-file"), Status.FAIL),
        ({}, Status.FAIL),
        (log_configuration(PARAMETER), Status.NOT_ASSESSED),
        (log_configuration({"Ref": "Logs"}, driver=IF), Status.NOT_ASSESSED),
        (log_configuration({"Ref": "Unsure"}), Status.NOT_ASSESSED),
        ({"LogConfiguration": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_container_logs_to_an_encrypted_group_that_expires(container: object, status: Status) -> None:
    others = {
        "Plain": resource("AWS::Logs::LogGroup", {"RetentionInDays": 400}),
        "Endless": resource("AWS::Logs::LogGroup", {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}),
        "Unsure": resource("AWS::Logs::LogGroup", {"KmsKeyId": PARAMETER, "RetentionInDays": 400}),
    }
    assert status_of(ecs.logging, task_of(container), **others) is status


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ([{"Name": "containerInsights", "Value": "enabled"}], Status.PASS),
        ([{"Name": "containerInsights", "Value": "enhanced"}], Status.PASS),
        ([{"Name": "containerInsights", "Value": "disabled"}], Status.FAIL),
        ([], Status.FAIL),
        (None, Status.FAIL),
        ([{"Name": "containerInsights", "Value": IF}], Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_cluster_has_container_insights(settings: object, status: Status) -> None:
    assert status_of(ecs.insights, resource("AWS::ECS::Cluster", {"ClusterSettings": settings})) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"PlatformVersion": "LATEST"}, Status.PASS),
        ({}, Status.PASS),
        ({"LaunchType": "FARGATE", "PlatformVersion": "1.3.0"}, Status.FAIL),
        ({"PlatformVersion": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_service_runs_on_the_latest_platform(properties: dict[str, object], status: Status) -> None:
    assert status_of(ecs.platform_latest, service(**properties)) is status


def test_a_service_on_instances_has_no_platform_version() -> None:
    assert judge(ecs.platform_latest, assembly_of({"Judged": service(LaunchType="EC2")})) == {}


def cluster(**configuration: object) -> Body:
    recorded = {
        "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
        "Logging": "OVERRIDE",
        "LogConfiguration": {"CloudWatchLogGroupName": {"Ref": "Logs"}},
    }
    return resource("AWS::ECS::Cluster", {"Configuration": {"ExecuteCommandConfiguration": {**recorded, **configuration}}})


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.PASS),
        ({"EnableExecuteCommand": False}, Status.PASS),
        ({"EnableExecuteCommand": "false"}, Status.PASS),
        ({"EnableExecuteCommand": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_service_without_shells_needs_no_record(properties: dict[str, object], status: Status) -> None:
    assert status_of(ecs.exec_audited, service(**properties), Cluster=resource("AWS::ECS::Cluster")) is status


@pytest.mark.parametrize("named", [None, "of-another-stack", PARAMETER])
def test_shells_in_a_cluster_that_cannot_be_seen_are_not_assessed(named: object) -> None:
    assert status_of(ecs.exec_audited, service(EnableExecuteCommand=True, Cluster=named)) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (cluster(), Status.PASS),
        (cluster(KmsKeyId=None), Status.FAIL),
        (cluster(Logging="DEFAULT"), Status.FAIL),
        (cluster(LogConfiguration={"S3BucketName": "somewhere"}), Status.FAIL),
        (resource("AWS::ECS::Cluster"), Status.FAIL),
        (cluster(Logging=IF), Status.NOT_ASSESSED),
    ],
)
def test_shells_are_recorded_by_the_cluster(body: Body, status: Status) -> None:
    assert status_of(ecs.exec_audited, service(EnableExecuteCommand=True, Cluster={"Ref": "Cluster"}), Cluster=body) is status


SAFE = {"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}, "MinimumHealthyPercent": 100}}
SERVICE_ID = {"Fn::Join": ["", ["service/bots/", {"Fn::GetAtt": ["Judged", "Name"]}]]}


def target(**properties: object) -> Body:
    return resource(ecs.SCALABLE_TARGET, {"ResourceId": SERVICE_ID, "MinCapacity": 2, "MaxCapacity": 10, **properties})


def tracking(metric: object) -> Body:
    specification = {"PredefinedMetricSpecification": {"PredefinedMetricType": metric}}
    return resource(ecs.SCALING_POLICY, {"ScalingTargetId": {"Ref": "Target"}, "TargetTrackingScalingPolicyConfiguration": specification})


CPU, MEMORY = tracking("ECSServiceAverageCPUUtilization"), tracking("ECSServiceAverageMemoryUtilization")


def resilient(body: Body, **changes: Body) -> Status:
    return status_of(ecs.resilient, body, **{"Target": target(), "Cpu": CPU, "Memory": MEMORY, **changes})


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        (SAFE, Status.PASS),
        ({"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}}, Status.PASS),
        ({**SAFE, "DesiredCount": 2}, Status.PASS),
        ({**SAFE, "DesiredCount": 1}, Status.FAIL),
        ({"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}}, Status.FAIL),
        ({"DeploymentConfiguration": {**SAFE["DeploymentConfiguration"], "MinimumHealthyPercent": 50}}, Status.FAIL),
        ({}, Status.FAIL),
        ({**SAFE, "DesiredCount": IF}, Status.NOT_ASSESSED),
        ({"DeploymentConfiguration": {**SAFE["DeploymentConfiguration"], "MinimumHealthyPercent": PARAMETER}}, Status.NOT_ASSESSED),
    ],
)
def test_a_scaled_service_rolls_back_and_keeps_its_tasks(properties: dict[str, object], status: Status) -> None:
    assert resilient(service(**properties)) is status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Target": target(MinCapacity=1)}, Status.FAIL),
        ({"Target": target(MinCapacity=2, MaxCapacity=2)}, Status.FAIL),
        ({"Target": target(MinCapacity="2", MaxCapacity="10")}, Status.PASS),
        ({"Target": target(MaxCapacity=IF)}, Status.NOT_ASSESSED),
        ({"Target": target(ScheduledActions=[{"ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}}])}, Status.FAIL),
        ({"Target": target(ScheduledActions=[{"ScalableTargetAction": {"MaxCapacity": 4}}])}, Status.PASS),
        ({"Target": target(ScheduledActions=[IF])}, Status.NOT_ASSESSED),
        ({"Target": target(ScheduledActions=[{"ScalableTargetAction": IF}])}, Status.NOT_ASSESSED),
        ({"Memory": CPU}, Status.FAIL),
        ({"Memory": tracking(IF)}, Status.NOT_ASSESSED),
        ({"Target": target(ResourceId="service/bots/another")}, Status.FAIL),
        ({"Target": target(ResourceId=IF)}, Status.NOT_ASSESSED),
        ({"Target": target(ResourceId={"Fn::Join": ["", ["service/bots/", PARAMETER]]})}, Status.NOT_ASSESSED),
    ],
)
def test_a_service_scales_on_cpu_and_memory_between_two_counts(changes: dict[str, Body], status: Status) -> None:
    assert resilient(service(**SAFE), **changes) is status


def test_a_target_may_name_its_service_by_name() -> None:
    assert resilient(service(**SAFE, ServiceName="bot"), Target=target(ResourceId="service/bots/bot")) is Status.PASS


def test_a_service_that_does_not_scale_fails_with_any_count() -> None:
    assert judge(ecs.resilient, assembly_of({"Judged": service(**SAFE, DesiredCount=4)})) == {"Judged": Status.FAIL}
