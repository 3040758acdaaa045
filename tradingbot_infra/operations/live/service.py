"""The ECS service now: its counts, its task definition, its tasks, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.missing import not_deployed
from tradingbot_infra.operations.printed_commands import CdkDeploy
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, ServiceTypeDef, TaskTypeDef

ROLLING = "ROLLING"
"""ECS's name of the strategy that replaces tasks; its default (ECS API Reference, "DeploymentConfiguration")."""

_TASKS_A_CALL = 100
"""Tasks that one DescribeTasks takes (ECS API)."""


@dataclass(frozen=True)
class ServiceEvent:
    """One event of a service."""

    at: datetime
    message: str


@dataclass(frozen=True)
class TaskDefinition:
    """What tasks run, as far as operating them needs it. `secrets` maps a variable to where its value comes from."""

    arn: str
    image: str
    container: str
    architecture: str
    execution_role_arn: str
    task_role_arn: str
    log_group: str
    secrets: Mapping[str, str]
    registered_by: str = ""
    """The principal that registered it: CloudFormation's role, or somebody beside it."""


@dataclass(frozen=True)
class Service:
    """The service and its newest deployment."""

    name: str
    status: str
    desired: int
    running: int
    pending: int
    rollout: str
    rollout_reason: str
    failed_tasks: int
    execute_command: bool
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    target_group_arn: str
    task_definition: TaskDefinition
    events: tuple[ServiceEvent, ...]
    """Newest first."""
    deployed_at: datetime | None
    grace_seconds: int = 0
    """How long after its start a task may fail health checks."""
    strategy: str = ROLLING
    """How traffic comes to a new version, in ECS's words."""
    alternate_target_group_arn: str = ""
    production_rule_arn: str = ""
    """The second target group and the listener rule with the weights of both; empty where tasks are replaced."""

    @property
    def shifts_traffic(self) -> bool:
        """Whether a new version runs beside the old one, and ECS moves the traffic."""
        return self.strategy != ROLLING


@dataclass(frozen=True)
class Moments:
    """When a task passed what comes before its start and its end; None where it did not (ECS API, Task)."""

    created: datetime | None = None
    pull_started: datetime | None = None
    pull_stopped: datetime | None = None
    stopping: datetime | None = None


@dataclass(frozen=True)
class Task:
    """One task, and of its containers the one that its task definition names.

    `reason` is why it stopped, of the task or of its container; empty while it runs. `image_digest` is empty where ECS does not return
    it, and `exit_code` None while the container runs, or where it never started.
    """

    id: str
    arn: str
    status: str
    zone: str
    health: str
    image: str
    runtime_id: str
    started_at: datetime | None
    stopped_at: datetime | None
    stop_code: str
    reason: str
    image_digest: str = ""
    exit_code: int | None = None
    definition_arn: str = ""
    moments: Moments = field(default_factory=Moments)


def read_service(session: Session, names: Names) -> Service:
    """The service of an environment.

    Raises Missing when its cluster or the service itself does not exist.
    """
    try:
        found = session.ecs.describe_services(cluster=names.cluster, services=[names.service])["services"]
    except session.ecs.exceptions.ClusterNotFoundException:
        found = []
    if not found or found[0]["status"] == "INACTIVE":
        found_nothing = f"{names.service}: no such service"
        raise not_deployed(
            found_nothing,
            fix=CdkDeploy(),
            account=session.account,
            region=session.region,
            environment=names.environment,
            local=session.local,
        )
    return _service(session, found[0])


def tasks(session: Session, names: Names, *, status: Literal["RUNNING", "STOPPED"]) -> tuple[Task, ...]:
    """The service's tasks that ECS wants running (also those that still start), or those that stopped within the last hour.

    ECS forgets stopped tasks after about an hour (ECS API, DescribeTasks).
    """
    pages = session.ecs.get_paginator("list_tasks").paginate(cluster=names.cluster, serviceName=names.service, desiredStatus=status)
    arns = [arn for page in pages for arn in page["taskArns"]]
    found: list[TaskTypeDef] = []
    for start in range(0, len(arns), _TASKS_A_CALL):
        found += session.ecs.describe_tasks(cluster=names.cluster, tasks=arns[start : start + _TASKS_A_CALL])["tasks"]
    definitions = {task.get("taskDefinitionArn", "") for task in found}
    containers = {arn: _task_definition(session, arn).container for arn in definitions}
    return tuple(task_of(task, containers[task.get("taskDefinitionArn", "")]) for task in found)


def secret_arn(source: str) -> str:
    """The ARN in where a variable's value comes from, which may go on with `:json-key:stage:version`."""
    return ":".join(source.split(":")[:7])


def _service(session: Session, found: "ServiceTypeDef") -> Service:
    primary = next((item for item in found["deployments"] if item.get("status") == "PRIMARY"), found["deployments"][0])
    network: Mapping[str, Any] = found.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    balancer: Mapping[str, Any] = next(iter(found.get("loadBalancers", [])), {})
    shifting: Mapping[str, str] = balancer.get("advancedConfiguration", {})
    return Service(
        name=found["serviceName"],
        status=found["status"],
        desired=found["desiredCount"],
        running=found["runningCount"],
        pending=found["pendingCount"],
        rollout=primary.get("rolloutState", ""),
        rollout_reason=primary.get("rolloutStateReason", ""),
        failed_tasks=primary.get("failedTasks", 0),
        execute_command=found.get("enableExecuteCommand", False),
        subnets=tuple(network.get("subnets", ())),
        security_groups=tuple(network.get("securityGroups", ())),
        target_group_arn=balancer.get("targetGroupArn", ""),
        task_definition=_task_definition(session, found["taskDefinition"]),
        events=tuple(ServiceEvent(event["createdAt"], event["message"]) for event in found.get("events", [])),
        deployed_at=primary.get("createdAt"),
        grace_seconds=found.get("healthCheckGracePeriodSeconds", 0),
        strategy=found.get("deploymentConfiguration", {}).get("strategy", ROLLING),
        alternate_target_group_arn=shifting.get("alternateTargetGroupArn", ""),
        production_rule_arn=shifting.get("productionListenerRule", ""),
    )


def _task_definition(session: Session, arn: str) -> TaskDefinition:
    found = session.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    container = found["containerDefinitions"][0]
    return TaskDefinition(
        arn=arn,
        image=container.get("image", ""),
        container=container.get("name", ""),
        architecture=found.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64"),
        execution_role_arn=found.get("executionRoleArn", ""),
        task_role_arn=found.get("taskRoleArn", ""),
        log_group=container.get("logConfiguration", {}).get("options", {}).get("awslogs-group", ""),
        secrets={secret["name"]: secret["valueFrom"] for secret in container.get("secrets", [])},
        registered_by=found.get("registeredBy", ""),
    )


def task_of(found: "TaskTypeDef", name: str) -> Task:
    """The task that DescribeTasks returned, with what it says of the container of this name."""
    # By name: GuardDuty puts a container of its own into tasks, and ECS keeps no order.
    none: ContainerTypeDef = {}
    container = next((item for item in found.get("containers", []) if item.get("name") == name), none)
    reasons = [found.get("stoppedReason", ""), container.get("reason", "")]
    arn = found.get("taskArn", "")
    return Task(
        id=arn.rpartition("/")[2],
        arn=arn,
        status=found.get("lastStatus", ""),
        zone=found.get("availabilityZone", ""),
        health=found.get("healthStatus", ""),
        image=container.get("image", ""),
        runtime_id=container.get("runtimeId", ""),
        started_at=found.get("startedAt"),
        stopped_at=found.get("stoppedAt"),
        stop_code=found.get("stopCode", ""),
        reason="; ".join(dict.fromkeys(reason for reason in reasons if reason)),
        image_digest=container.get("imageDigest", ""),
        exit_code=container.get("exitCode"),
        definition_arn=found.get("taskDefinitionArn", ""),
        moments=Moments(found.get("createdAt"), found.get("pullStartedAt"), found.get("pullStoppedAt"), found.get("stoppingAt")),
    )
