"""Rules for Amazon ECS clusters, services and task definitions."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tradingbot_infra.compliance.observe import (
    at,
    customer_key,
    declared,
    is_false,
    is_function,
    is_true,
    is_unknown,
    listed,
    literal,
    observe,
    whole_number,
)
from tradingbot_infra.compliance.reading.secret_names import mentions_secret
from tradingbot_infra.compliance.reading.secret_text import kind_of_secret
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import Assembly, Resource

CLUSTER = "AWS::ECS::Cluster"
SERVICE = "AWS::ECS::Service"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
SCALING_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
LOG_GROUP = "AWS::Logs::LogGroup"

_KEPT_LOG_GROUP = "an encrypted log group of these stacks that expires"
_GIVES_SECRET = re.compile("key|secret|token|passw|passphrase|credential", re.IGNORECASE)
_RESOLVED = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):")
"""A secret that CloudFormation would write into the task definition in clear."""
_REFERENCE = re.compile(r"\$\{[^}]+\}")
_STORED_SECRET = re.compile(r"arn:(?:[\w-]+|\$\{AWS::Partition\}):(?:secretsmanager:.+:secret:|ssm:.+:parameter/).+|/[\w./-]+$")
_SECRET_TYPES = ("AWS::SecretsManager::Secret", "AWS::SecretsManager::SecretTargetAttachment")


@rule(
    "ecs.no_public_ip",
    SERVICE,
    title="Tasks have no public address",
    fix="Set `assign_public_ip=False` on the service and place it in private subnets.",
)
def no_public_ip(service: Resource, _: Assembly) -> Iterator[Observation]:
    # AWS's pages have documented both values as the default, so it must be set.
    yield observe(service, "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", lambda value: value == "DISABLED", "DISABLED")


@rule(
    "ecs.readonly_root",
    TASK_DEFINITION,
    title="Containers cannot write to their root file system",
    fix="Set `readonly_root_filesystem=True` on the container and mount a volume where the program must write.",
)
def readonly_root(task: Resource, _: Assembly) -> Iterator[Observation]:
    for where, container in _containers(task):
        yield literal(f"{where}.ReadonlyRootFilesystem", at(container, "ReadonlyRootFilesystem"), is_true, "true")


@rule(
    "ecs.unprivileged",
    TASK_DEFINITION,
    title="Containers run as an unprivileged user",
    fix="Give the container a numeric `user` other than 0, and neither `privileged` nor added capabilities.",
)
def unprivileged(task: Resource, _: Assembly) -> Iterator[Observation]:
    for where, container in _containers(task):
        user, added = at(container, "User"), at(container, "LinuxParameters.Capabilities.Add", [])
        yield literal(f"{where}.Privileged", at(container, "Privileged", False), is_false, "false")
        yield Observation(f"{where}.User", user, "a numeric user other than 0", _user(user))
        yield literal(f"{where}.LinuxParameters.Capabilities.Add", added, lambda names: not names, "no added capabilities")


def _user(value: Any) -> Status:
    """A name other than root is not assessed: its number is known to the image only."""
    name = str(value or "").partition(":")[0]
    if is_unknown(value) or (name and not name.isdecimal() and name != "root"):
        return Status.NOT_ASSESSED
    return Status.PASS if name.isdecimal() and int(name) != 0 else Status.FAIL


@rule(
    "ecs.namespaces",
    TASK_DEFINITION,
    title="Tasks have their own network interface and share no namespace with the host",
    fix="Use `network_mode=NetworkMode.AWS_VPC` and do not set `pid_mode` and `ipc_mode`.",
)
def namespaces(task: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(task, "NetworkMode", lambda mode: mode == "awsvpc", "awsvpc", default="bridge")
    yield observe(task, "PidMode", lambda mode: mode in (None, "task"), "absent, or task")
    yield observe(task, "IpcMode", lambda mode: mode in (None, "task", "none"), "absent, task or none")


@rule(
    "ecs.no_plain_secrets",
    TASK_DEFINITION,
    title="Credentials reach containers by reference, never as plain environment variables",
    fix="Pass the value by `secrets` with `Secret.from_secrets_manager`; keep `environment` for hosts, ports and names.",
)
def no_plain_secrets(task: Resource, assembly: Assembly) -> Iterator[Observation]:
    # Only names are reported: a value that fails may be a credential, and reports are passed on.
    for where, container in _containers(task):
        files = at(container, "EnvironmentFiles")
        yield Observation(f"{where}.EnvironmentFiles", files, "no environment file", Status.NOT_ASSESSED if files else Status.PASS)
        for number, variable in enumerate(listed(at(container, "Environment"))):
            status = _variable(variable, assembly)
            yield Observation(f"{where}.Environment[{number}]", at(variable, "Name"), "a host, port or name, no credential", status)
        for number, secret in enumerate(listed(at(container, "Secrets"))):
            status = _stored(at(secret, "ValueFrom"), assembly)
            yield Observation(f"{where}.Secrets[{number}].ValueFrom", at(secret, "Name"), "a secret in Secrets Manager or SSM", status)


def _variable(variable: Any, assembly: Assembly) -> Status:
    name, value = str(at(variable, "Name")), at(variable, "Value")
    if is_function(variable):
        return Status.NOT_ASSESSED
    if mentions_secret(name):
        return _stored(value, assembly) if name.upper().endswith("_ARN") else Status.FAIL
    if not isinstance(value, str):
        return Status.NOT_ASSESSED if is_unknown(value) else Status.PASS
    if kind_of_secret(value) or _RESOLVED.search(value):
        return Status.FAIL
    known = Status.NOT_ASSESSED if "{{resolve:" in value else Status.PASS
    return worst([known, *(_referred(reference, assembly) for reference in _REFERENCE.findall(value))])


def _referred(reference: str, assembly: Assembly) -> Status:
    """An attribute of a declared resource is no credential, unless that resource returns one by it."""
    target = assembly.referred(reference)
    if target is None:
        return Status.PASS if reference.startswith("${AWS::") else Status.NOT_ASSESSED
    if target.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
        return Status.NOT_ASSESSED
    attribute = ".".join(reference[2:-1].split(".")[2:])
    given_away = _GIVES_SECRET.search(attribute) and not attribute.endswith(("Arn", "Id", "Name"))
    return Status.FAIL if given_away or target.type == "AWS::IAM::AccessKey" else Status.PASS


def _stored(value: Any, assembly: Assembly) -> Status:
    """Whether a value points to a stored secret. An SSM parameter of these stacks does not: its value is in the template."""
    text = value if isinstance(value, str) else ""
    match = re.fullmatch(r"(\$\{[^}]+\})(?::[^:]*){0,3}", text)
    target = assembly.referred(match[1]) if match else None
    if target and match:
        stored = target.type in _SECRET_TYPES or match[1].endswith(".MasterUserSecret.SecretArn}")
        return Status.PASS if stored else Status.FAIL
    if _STORED_SECRET.match(text):
        return Status.PASS
    return Status.NOT_ASSESSED if is_unknown(value) and not (kind_of_secret(text) or _RESOLVED.search(text)) else Status.FAIL


@rule(
    "ecs.logging",
    TASK_DEFINITION,
    title="Every container writes to an encrypted log group that expires",
    fix="Log by `LogDrivers.aws_logs` to a declared `LogGroup` that has an `encryption_key` and a `retention`.",
)
def logging(task: Resource, assembly: Assembly) -> Iterator[Observation]:
    for where, container in _containers(task):
        driver, group = at(container, "LogConfiguration.LogDriver"), at(container, "LogConfiguration.Options.awslogs-group")
        yield literal(f"{where}.LogConfiguration.LogDriver", driver, lambda name: name == "awslogs", "awslogs")
        yield _kept(f"{where}.LogConfiguration.Options.awslogs-group", group, assembly)


def _kept(where: str, value: Any, assembly: Assembly) -> Observation:
    group = declared(value, LOG_GROUP, "LogGroupName", assembly)
    if group is None:
        return literal(where, value, lambda _: False, _KEPT_LOG_GROUP)
    halves = (customer_key(group, "KmsKeyId", assembly), observe(group, "RetentionInDays", bool, "a number of days"))
    return Observation(where, value, _KEPT_LOG_GROUP, worst(half.status for half in halves))


@rule(
    "ecs.insights",
    CLUSTER,
    title="The cluster has Container Insights",
    fix="Set `container_insights_v2` of the cluster to `ContainerInsights.ENABLED` or `ENHANCED`.",
)
def insights(cluster: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(cluster, "ClusterSettings", _has_insights, "containerInsights enabled or enhanced")


def _has_insights(settings: Any) -> bool:
    return any(at(each, "Name") == "containerInsights" and at(each, "Value") in ("enabled", "enhanced") for each in listed(settings))


@rule(
    "ecs.platform_latest",
    SERVICE,
    title="Fargate services run on the latest platform version",
    fix="Use `platform_version=FargatePlatformVersion.LATEST`.",
)
def platform_latest(service: Resource, _: Assembly) -> Iterator[Observation]:
    if service.properties.get("LaunchType") not in ("EC2", "EXTERNAL"):
        yield observe(service, "PlatformVersion", lambda version: version == "LATEST", "LATEST", default="LATEST")


@rule(
    "ecs.exec_audited",
    SERVICE,
    title="Shells in containers are recorded",
    fix="Leave `enable_execute_command` off, or give the cluster an `execute_command_configuration` with a key and OVERRIDE logging.",
)
def exec_audited(service: Resource, assembly: Assembly) -> Iterator[Observation]:
    enabled = service.properties.get("EnableExecuteCommand", False)
    if not is_true(enabled):
        yield observe(service, "EnableExecuteCommand", is_false, "false, or recorded sessions", default=False)
        return
    cluster = assembly.referred(service.properties.get("Cluster"))
    if cluster is None:
        named = service.properties.get("Cluster")
        yield Observation("Properties.Cluster", named, "a cluster of these stacks that records sessions", Status.NOT_ASSESSED)
        return
    base = "Configuration.ExecuteCommandConfiguration"
    group = f"{base}.LogConfiguration.CloudWatchLogGroupName"
    yield customer_key(cluster, f"{base}.KmsKeyId", assembly)
    yield observe(cluster, f"{base}.Logging", lambda value: value == "OVERRIDE", "OVERRIDE")
    yield _kept(f"Properties.{group}", at(cluster.properties, group), assembly)


@rule(
    "ecs.resilient",
    SERVICE,
    title="The service keeps two tasks or more, scales on CPU and memory, and rolls back a failed deployment",
    fix=(
        "Set `min_tasks` to 2 or more, `max_tasks` above it, and no `scale_down_out_of_hours`: "
        "`auto_scale_task_count(min_capacity=2, ...)` with CPU and memory tracking, `circuit_breaker` with rollback, "
        "and `min_healthy_percent=100`."
    ),
)
def resilient(service: Resource, assembly: Assembly) -> Iterator[Observation]:
    for flag in ("Enable", "Rollback"):
        yield observe(service, f"DeploymentConfiguration.DeploymentCircuitBreaker.{flag}", is_true, "true")
    yield observe(service, "DeploymentConfiguration.MinimumHealthyPercent", _at_least(100), "100 or more", default=100)
    scaling = {target.logical_id: (target, _scales(target, service, assembly)) for target in assembly.of_type(SCALABLE_TARGET)}
    known = [target for target, status in scaling.values() if status is Status.PASS]
    perhaps = [name for name, (_, status) in scaling.items() if status is Status.NOT_ASSESSED]
    # Auto scaling owns the count of a scaled service: a template without a count does not change it.
    if "DesiredCount" in service.properties or not (known or perhaps):
        yield observe(service, "DesiredCount", _at_least(2), "2 or more", default=1)
    if not known:
        status = Status.NOT_ASSESSED if perhaps else Status.FAIL
        yield Observation("ScalableTarget", perhaps, "a scalable target of this service", status)
    for target in known:
        yield from _capacity(target)
        yield from _tracking(target, assembly)


def _scales(target: Resource, service: Resource, assembly: Assembly) -> Status:
    resource_id = target.properties.get("ResourceId")
    name = str(resource_id).rpartition("/")[2]
    scaled = assembly.referred(name)
    if scaled == service or name == service.properties.get("ServiceName"):
        return Status.PASS
    undecided = is_function(resource_id) or (scaled is None and is_unknown(name))
    return Status.NOT_ASSESSED if undecided else Status.FAIL


def _capacity(target: Resource) -> Iterator[Observation]:
    minimum, maximum = target.properties.get("MinCapacity"), target.properties.get("MaxCapacity")
    yield literal("ScalableTarget.MinCapacity", minimum, _at_least(2), "2 or more")
    yield literal(
        "ScalableTarget.MaxCapacity",
        [minimum, maximum],
        lambda pair: whole_number(pair[0]) < whole_number(pair[1]),
        "more than MinCapacity",
    )
    for number, action in enumerate(listed(target.properties.get("ScheduledActions"))):
        least = at(action, "ScalableTargetAction.MinCapacity", 2)
        yield literal(f"ScalableTarget.ScheduledActions[{number}].MinCapacity", least, _at_least(2), "2 or more, or absent")


def _tracking(target: Resource, assembly: Assembly) -> Iterator[Observation]:
    policies = [each for each in assembly.of_type(SCALING_POLICY) if assembly.referred(each.properties.get("ScalingTargetId")) == target]
    metric = "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType"
    tracked = [at(policy.properties, metric) for policy in policies]
    for name in ("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"):
        status = Status.PASS if name in tracked else Status.NOT_ASSESSED if is_unknown(tracked) else Status.FAIL
        yield Observation("ScalingPolicy", tracked, f"target tracking of {name}", status)


def _containers(task: Resource) -> Iterator[tuple[str, Any]]:
    for number, container in enumerate(listed(task.properties.get("ContainerDefinitions"))):
        yield f"Properties.ContainerDefinitions[{number}]", container


def _at_least(least: int) -> Callable[[Any], bool]:
    return lambda value: whole_number(value) >= least
