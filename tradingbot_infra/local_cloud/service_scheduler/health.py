"""Which tasks of a service are healthy, by the load balancer and by the health checks of their containers.

Source: "Amazon ECS services", health checks and healthCheckGracePeriodSeconds (ECS Developer Guide).
"""

from collections.abc import Iterator, Sequence

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.service_scheduler import events
from tradingbot_infra.local_cloud.service_scheduler.records import Service, now
from tradingbot_infra.local_cloud.service_scheduler.targets import Health, TargetGroup
from tradingbot_infra.local_cloud.service_scheduler.task import Task, TaskStatus

_UNCHECKED_SECONDS = 40.0
"""How long a task without any health check must run until it counts as healthy (ECS API Reference, DeploymentConfiguration)."""

_Checked = Sequence[tuple[TargetGroup, Health | None]]
"""The target groups of a task, with what they say of it."""


async def read_health(service: Service) -> None:
    """Sets `healthy` and `unhealthy` of every running task; outside of its grace period a failed check makes a task unhealthy."""
    watched = [task for task in service.tasks if task.status is TaskStatus.RUNNING and task.stop_code is None]
    groups = {group.arn: group for task in watched for group in task.order.target_groups}
    health = {arn: await group.health() for arn, group in groups.items()}
    for task in watched:
        _judge(service, task, [(group, health[group.arn].get(task.address)) for group in task.order.target_groups])


def why_unhealthy(task: Task) -> str:
    """Why the scheduler stops an unhealthy task."""
    if task.container_health == "UNHEALTHY":
        return "Task failed container health checks"
    return f"Task failed ELB health checks in (target-group {task.order.target_groups[0].arn})"


def _judge(service: Service, task: Task, checked: _Checked) -> None:
    was, task.healthy = task.healthy, _passes(task, checked)
    if task.healthy and not was:
        _reset_failures(service, task)
    if task.unhealthy or _is_in_grace(service, task):
        return
    failed = next(_failures(task, checked), None)
    if failed:
        task.unhealthy, service.steady = True, False
        service.tell(failed)


def _passes(task: Task, checked: _Checked) -> bool:
    served = all(health is not None and health.state == "healthy" for _, health in checked)
    if any(each.definition.get("healthCheck") for each in task.containers):
        return served and task.container_health == "HEALTHY"
    return served and (bool(checked) or _age_seconds(task) >= clock.scaled(_UNCHECKED_SECONDS))


def _failures(task: Task, checked: _Checked) -> Iterator[str]:
    if task.container_health == "UNHEALTHY":
        yield events.unhealthy_container(task.id)
    for group, health in checked:
        if health is not None and health.state == "unhealthy":
            yield events.unhealthy(group.port, group.arn, health.description)


def _is_in_grace(service: Service, task: Task) -> bool:
    return _age_seconds(task) < clock.scaled(service.grace_seconds, least=clock.PROGRAM_START_SECONDS)


def _age_seconds(task: Task) -> float:
    return (now() - (task.started_at or now())).total_seconds()


def _reset_failures(service: Service, task: Task) -> None:
    deployment = service.primary
    if task.order.started_by == deployment.id and service.breaker.get("resetOnHealthyTask", True):
        deployment.failures = 0
