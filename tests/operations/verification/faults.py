"""What somebody may do to a deployed production by hand, and which items of the checklists should fail then."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.deployed import Deployed
from tests.operations.planted_targets import registered
from tests.operations.versions import given_again, serving, settle, until, version
from tradingbot_infra.operations.live.scaling import Bounds, configured, set_bounds
from tradingbot_infra.operations.live.service import read_service

Plant = Callable[[Deployed], Iterator[None]]
"""Plants a fault, yields, and undoes it."""


@dataclass(frozen=True)
class Fault:
    """What somebody does, which items fail then, and words of what they say."""

    plant: Plant
    items: frozenset[str]
    words: str


FAULTS: dict[str, Fault] = {}


def fault(*items: str, words: str) -> Callable[[Plant], Plant]:
    """Registers a fault under the name of its function."""

    def register(plant: Plant) -> Plant:
        FAULTS[plant.__name__] = Fault(plant, frozenset(items), words)
        return plant

    return register


@contextmanager
def planted(fault: Fault, deployed: Deployed) -> Iterator[None]:
    """The fault for a while, undone in any case."""
    steps = fault.plant(deployed)
    next(steps)
    try:
        yield
    finally:
        next(steps, None)


@fault("dashboard-there", words="no such dashboard")
def dashboard_deleted(deployed: Deployed) -> Iterator[None]:
    cloudwatch, name = deployed.session.cloudwatch, deployed.names.dashboard
    body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    cloudwatch.delete_dashboards(DashboardNames=[name])
    yield
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)


@fault("alarms-set", words="deleted by hand: tradingbot-ai-production-rds-cpu")
def alarm_deleted(deployed: Deployed) -> Iterator[None]:
    cloudwatch, name = deployed.session.cloudwatch, deployed.names.alarm("rds-cpu")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    cloudwatch.delete_alarms(AlarmNames=[name])
    yield
    cloudwatch.put_metric_alarm(**given_again(cloudwatch, "PutMetricAlarm", alarm))


@fault("alarms-set", words="actions are switched off: tradingbot-ai-production-ecs-cpu")
def alarm_actions_disabled(deployed: Deployed) -> Iterator[None]:
    cloudwatch, names = deployed.session.cloudwatch, [deployed.names.alarm("ecs-cpu")]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    yield
    cloudwatch.enable_alarm_actions(AlarmNames=names)


@fault("alarms-set", words="tradingbot-ai-production-alb-5xx is in ALARM: planted")
def alarm_rings(deployed: Deployed) -> Iterator[None]:
    cloudwatch, name = deployed.session.cloudwatch, deployed.names.alarm("alb-5xx")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")
    yield
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason="restored")


def _rule(deployed: Deployed, owner: str, rule: dict[str, Any]) -> dict[str, Any]:
    """Parameters for a rule of one of the environment's groups."""
    pages = deployed.session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=deployed.names.stack("network"))
    groups = {item["LogicalResourceId"]: item["PhysicalResourceId"] for page in pages for item in page["StackResourceSummaries"]}
    pairs = [{"GroupId": groups[name]} for name in rule.pop("from_groups", [])]
    return {"GroupId": groups[owner], "IpPermissions": [{"IpProtocol": "tcp", **rule, **({"UserIdGroupPairs": pairs} if pairs else {})}]}


@fault("security-groups-least-privilege", words="lets tcp 22 in from 0.0.0.0/0")
def security_group_opened_to_the_world(deployed: Deployed) -> Iterator[None]:
    rule = _rule(deployed, "EcsSecurityGroup", {"FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
    deployed.session.ec2.authorize_security_group_ingress(**rule)
    yield
    deployed.session.ec2.revoke_security_group_ingress(**rule)


@fault("security-groups-least-privilege", "database-available", words="lets tcp 5432 in from tasks")
def database_closed_to_the_tasks(deployed: Deployed) -> Iterator[None]:
    rule = _rule(deployed, "RdsSecurityGroup", {"FromPort": 5432, "ToPort": 5432, "from_groups": ["EcsSecurityGroup"]})
    deployed.session.ec2.revoke_security_group_ingress(**rule)
    yield
    deployed.session.ec2.authorize_security_group_ingress(**rule)


@fault("security-groups-least-privilege", "redis-available", words="lets tcp 6379 out to Redis")
def tasks_closed_towards_redis(deployed: Deployed) -> Iterator[None]:
    rule = _rule(deployed, "EcsSecurityGroup", {"FromPort": 6379, "ToPort": 6379, "from_groups": ["RedisSecurityGroup"]})
    deployed.session.ec2.revoke_security_group_egress(**rule)
    yield
    deployed.session.ec2.authorize_security_group_egress(**rule)


@fault("flow-log-active", words="no flow log of the VPC writes to /aws/vpc/tradingbot-ai-production")
def flow_log_deleted(deployed: Deployed) -> Iterator[None]:
    ec2 = deployed.session.ec2
    (flow_log,) = ec2.describe_flow_logs()["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[flow_log["FlowLogId"]])
    yield
    ec2.create_flow_logs(
        ResourceIds=[flow_log["ResourceId"]],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=flow_log["LogDestination"],
        DeliverLogsPermissionArn=flow_log["DeliverLogsPermissionArn"],
    )


def _task_role(deployed: Deployed) -> str:
    return read_service(deployed.session, deployed.names).task_definition.task_role_arn.rpartition("/")[2]


@fault("roles-minimised", words="is attached to no role")
def policy_detached(deployed: Deployed) -> Iterator[None]:
    iam, role = deployed.session.iam, _task_role(deployed)
    (policy,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    yield
    iam.attach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])


@fault("roles-minimised", words="the task role may do iam:CreateUser, s3:ListAllMyBuckets, secretsmanager:GetSecretValue")
def administrator_attached(deployed: Deployed) -> Iterator[None]:
    iam, role, policy = deployed.session.iam, _task_role(deployed), "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    yield
    iam.detach_role_policy(RoleName=role, PolicyArn=policy)


@fault("roles-minimised", words="the task role also has the inline policy planted")
def inline_policy_added(deployed: Deployed) -> Iterator[None]:
    iam, role = deployed.session.iam, _task_role(deployed)
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    iam.put_role_policy(RoleName=role, PolicyName="planted", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    yield
    iam.delete_role_policy(RoleName=role, PolicyName="planted")


@fault("image-scan-on", words="images are not scanned on push")
def scan_on_push_off(deployed: Deployed) -> Iterator[None]:
    ecr, name = deployed.session.ecr, deployed.names.repository
    ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration={"scanOnPush": False})
    yield
    ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration={"scanOnPush": True})


@fault("image-scan-on", words="tags can be moved to another image")
def tags_mutable(deployed: Deployed) -> Iterator[None]:
    ecr, name = deployed.session.ecr, deployed.names.repository
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="MUTABLE")
    yield
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="IMMUTABLE")


@fault("secrets-in-secrets-manager", words="are scheduled for deletion: openai-api-key")
def secret_deleted(deployed: Deployed) -> Iterator[None]:
    secret = deployed.names.secret("openai-api-key")
    deployed.session.secretsmanager.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    yield
    deployed.session.secretsmanager.restore_secret(SecretId=secret)


@fault("tasks-running", "endpoint-answers", words="wanted tasks: 0, min_tasks=2: somebody changed the service")
def service_emptied(deployed: Deployed) -> Iterator[None]:
    ecs, names = deployed.session.ecs, deployed.names
    ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=0)
    until(lambda: not serving(deployed))
    yield
    ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=2)
    settle(deployed)


@fault("tasks-running", "endpoint-answers", words="wanted tasks: 0, min_tasks=2: `scale` stopped them all")
def stopped_by_scale(deployed: Deployed) -> Iterator[None]:
    set_bounds(deployed.session, deployed.names, Bounds(0, 0), 2)
    until(lambda: not serving(deployed))
    yield
    set_bounds(deployed.session, deployed.names, configured(deployed.config), 0)
    settle(deployed)


@fault("targets-healthy", words="127.0.0.1:9 is unhealthy")
def target_sick(deployed: Deployed) -> Iterator[None]:
    with registered(deployed, 9):
        yield


@fault("database-available", words="tradingbot-ai-production-postgres is stopped")
def database_stopped(deployed: Deployed) -> Iterator[None]:
    deployed.session.rds.stop_db_instance(DBInstanceIdentifier=deployed.names.database)
    yield
    deployed.session.rds.start_db_instance(DBInstanceIdentifier=deployed.names.database)


@fault("storage-encrypted", words="without a key: /aws/events/ecr/tradingbot-ai-production/scan-results")
def log_group_made_anew_without_a_key(deployed: Deployed) -> Iterator[None]:
    logs, name = deployed.session.logs, deployed.names.scan_results_log_group
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    logs.delete_log_group(logGroupName=name)
    logs.create_log_group(logGroupName=name)
    yield
    logs.delete_log_group(logGroupName=name)
    logs.create_log_group(logGroupName=name, kmsKeyId=group["kmsKeyId"])
    logs.put_retention_policy(logGroupName=name, retentionInDays=group["retentionInDays"])


def repository_uri(deployed: Deployed) -> str:
    """Where images are pushed."""
    (repository,) = deployed.session.ecr.describe_repositories(repositoryNames=[deployed.names.repository])["repositories"]
    return repository["repositoryUri"]


@fault("image-in-repository", "tasks-running", words="9.9.9 is not in the repository")
def image_that_nobody_pushed(deployed: Deployed) -> Iterator[None]:
    endless = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    with version(deployed, image=f"{repository_uri(deployed)}:9.9.9", deployment=endless):
        yield


@fault("telemetry-as-set", words="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is https://collector.example.com/v1/traces")
def traces_that_go_to_somebody_else(deployed: Deployed) -> Iterator[None]:
    with version(deployed, variables={"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector.example.com/v1/traces"}):
        settle(deployed)
        yield


@fault("secrets-in-secrets-manager", words="plain variables of the container hold secrets: BINANCE_API_TOKEN")
def secret_in_a_plain_variable(deployed: Deployed) -> Iterator[None]:
    with version(deployed, variables={"BINANCE_API_TOKEN": "planted"}):
        settle(deployed)
        yield
