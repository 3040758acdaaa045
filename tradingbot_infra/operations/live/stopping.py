"""How long tasks take to stop, and how to stop them without draining."""

from dataclasses import dataclass

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.service import Service, Task, tasks
from tradingbot_infra.operations.session import Session

DELAY = "deregistration_delay.timeout_seconds"
_DEFAULT_DELAY = 300
_DEFAULT_STOP = 30
_ENDING = ("STOPPING", "DEPROVISIONING", "STOPPED")
"""States of a task whose containers have got SIGTERM (ECS Developer Guide, "Amazon ECS task lifecycle")."""


@dataclass(frozen=True)
class StopTimes:
    """How long a task drains until it gets SIGTERM, and how long after that it gets SIGKILL, seconds."""

    drain: int
    stop: int


def read_stop_times(session: Session, service: Service) -> StopTimes:
    """The times of the service's target group and task definition; without the latter's, Fargate's default of 30 seconds."""
    return StopTimes(_drain(session, service.target_group_arn), _stop(session, service))


def still_serve(session: Session, names: Names) -> tuple[Task, ...]:
    """The tasks whose containers have not got SIGTERM: those that run or start, and those that drain."""
    found = (*tasks(session, names, status="RUNNING"), *tasks(session, names, status="STOPPED"))
    return tuple(task for task in found if task.status not in _ENDING)


def stop_now(session: Session, names: Names) -> int:
    """Sends SIGTERM to every task of the service, and returns how many those are.

    StopTask takes a task from its load balancer without waiting for its open requests (aws/amazon-ecs-agent issue 2316). Only for a
    service of which no task is wanted: it would start others.
    """
    found = still_serve(session, names)
    for task in found:
        session.ecs.stop_task(cluster=names.cluster, task=task.arn, reason="scale --tasks 0 --now")
    return len(found)


def _drain(session: Session, target_group: str) -> int:
    if not target_group:
        return 0
    attributes = session.elbv2.describe_target_group_attributes(TargetGroupArn=target_group)["Attributes"]
    return next((int(each.get("Value", "")) for each in attributes if each.get("Key") == DELAY), _DEFAULT_DELAY)


def _stop(session: Session, service: Service) -> int:
    definition = session.ecs.describe_task_definition(taskDefinition=service.task_definition.arn)["taskDefinition"]
    name = service.task_definition.container
    found = next(each for each in definition["containerDefinitions"] if each.get("name") == name)
    return found.get("stopTimeout", _DEFAULT_STOP)
