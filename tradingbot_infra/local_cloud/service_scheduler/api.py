"""What ECS's operations ask for. Each runs in the background and asks no API, because a request waits for it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.service_scheduler import descriptions
from tradingbot_infra.local_cloud.service_scheduler.places import Place
from tradingbot_infra.local_cloud.service_scheduler.records import (
    Announce,
    Deployment,
    Rollout,
    Service,
    ServiceStatus,
    now,
    services,
    tasks,
)
from tradingbot_infra.local_cloud.service_scheduler.scheduler import Scheduler
from tradingbot_infra.local_cloud.service_scheduler.task import StopCode, Task, TaskOrder, TaskStatus

_STOPPED_TASKS_KEPT = timedelta(hours=1)
"""How long DescribeTasks shows a stopped task at least (ECS API Reference, DescribeTasks)."""

STARTS_A_DEPLOYMENT = frozenset(
    {
        "capacityProviderStrategy",
        "enableECSManagedTags",
        "enableExecuteCommand",
        "loadBalancers",
        "networkConfiguration",
        "platformVersion",
        "propagateTags",
        "serviceRegistries",
        "taskDefinition",
    }
)
"""Parameters of UpdateService whose change starts new tasks (ECS API Reference, UpdateService)."""


async def create_service(
    arn: str,
    cluster_arn: str,
    settings: Mapping[str, Any],
    definition: Mapping[str, Any],
    places: Sequence[Place],
    ask: Ask,
    announce: Announce,
) -> dict[str, Any]:
    """Creates a service and starts its tasks; `announce` is called with each deployment that begins, completes or fails."""
    if arn in services and services[arn].status is not ServiceStatus.INACTIVE:
        message = "Creation of service was not idempotent."
        if services[arn].status is ServiceStatus.DRAINING:
            message = "Unable to Start a service that is still Draining."
        raise LocalApiError("InvalidParameterException", message)
    first = Deployment(definition, places, dict(settings))
    desired = int(settings.get("desiredCount", 1))
    service = Service(arn, settings["serviceName"], cluster_arn, dict(settings), desired, [first], announce)
    services[arn] = service
    announce(service, first)
    background.keep(Scheduler(service, background.from_here(ask)).run())
    return descriptions.service(service, tags=True)


async def update_service(
    arn: str, changes: Mapping[str, Any], definition: Mapping[str, Any] | None, places: Sequence[Place] | None
) -> dict[str, Any]:
    """Changes a service; what tasks are made of starts a new deployment, `definition` and `places` None leaving theirs."""
    service = _active(arn)
    forced = bool(changes.get("forceNewDeployment"))
    changed = {name for name, value in changes.items() if name in STARTS_A_DEPLOYMENT and service.settings.get(name) != value}
    same_definition = definition is None or definition["taskDefinitionArn"] == service.primary.definition_arn
    if same_definition:
        changed.discard("taskDefinition")
    service.settings.update({name: value for name, value in changes.items() if name != "forceNewDeployment"})
    service.desired = int(changes.get("desiredCount", service.desired))
    if changed or forced:
        old = service.primary
        new = Deployment(definition or old.definition, places or old.places, dict(service.settings))
        service.deployments = [new, *(each for each in service.deployments if _stays(service, each))]
        service.announce(service, new)
    service.wake()
    return descriptions.service(service, tags=False)


async def settings_of(arn: str) -> Mapping[str, Any]:
    """The settings of a service. Raises LocalApiError when it does not exist or is deleted."""
    return dict(_active(arn).settings)


async def delete_service(arn: str, *, force: bool) -> dict[str, Any]:
    """Deletes a service, whose tasks then drain and stop."""
    service = _active(arn)
    if service.desired and not force:
        message = "The service cannot be stopped while it is scaled above 0."
        raise LocalApiError("InvalidParameterException", message)
    service.desired, service.status = 0, ServiceStatus.DRAINING
    service.wake()
    return descriptions.service(service, tags=False)


async def describe_services(arns: Iterable[str], *, tags: bool) -> dict[str, Any]:
    """The services, and those that do not exist as failures."""
    found = {arn: services.get(arn) for arn in arns}
    return {
        "services": [descriptions.service(each, tags=tags) for each in found.values() if each is not None],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn, each in found.items() if each is None],
    }


async def services_of(cluster_arn: str) -> list[Service]:
    """The services of a cluster that are not inactive, in the order of their creation."""
    return [each for each in services.values() if each.cluster_arn == cluster_arn and each.status is not ServiceStatus.INACTIVE]


async def run_task(cluster_arn: str, settings: Mapping[str, Any], definition: Mapping[str, Any], place: Place, ask: Ask) -> dict[str, Any]:
    """Starts one task outside of any service."""
    order = TaskOrder(
        arn=f"{cluster_arn.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}",
        cluster_arn=cluster_arn,
        definition=definition,
        subnet=place.subnet,
        zone=place.zone,
        group=settings.get("group", f"family:{definition['family']}"),
        started_by=settings.get("startedBy", ""),
        settings=settings,
    )
    task = Task(order, background.from_here(ask))
    tasks[order.arn] = task
    background.keep(task.live())
    return descriptions.task(task, tags=True)


async def stop_task(arn: str, reason: str) -> dict[str, Any]:
    """Stops a task at once: its open requests are not waited for."""
    task = tasks.get(arn)
    if task is None:
        raise LocalApiError("InvalidParameterException", "The referenced task was not found.")
    if task.status is not TaskStatus.STOPPED:
        task.stop(StopCode.USER, reason, drain=False)
    return descriptions.task(task, tags=False)


async def describe_tasks(arns: Iterable[str], *, tags: bool) -> dict[str, Any]:
    """The tasks, and those that do not exist as failures."""
    _forget_old()
    found = {arn: tasks.get(arn) for arn in arns}
    return {
        "tasks": [descriptions.task(each, tags=tags) for each in found.values() if each is not None],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn, each in found.items() if each is None],
    }


async def tasks_of(cluster_arn: str) -> list[Task]:
    """Every task of a cluster, stopped ones of the last hour too."""
    _forget_old()
    return [each for each in tasks.values() if each.order.cluster_arn == cluster_arn]


def _stays(service: Service, deployment: Deployment) -> bool:
    """Whether a deployment is shown beside a new one; one that shifts traffic stays until its last task has ended."""
    return deployment.rollout is not Rollout.FAILED or (deployment.shifts_traffic and bool(service.tasks_of(deployment)))


def _active(arn: str) -> Service:
    service = services.get(arn)
    if service is None:
        raise LocalApiError("ServiceNotFoundException", "Service not found.")
    if service.status is not ServiceStatus.ACTIVE:
        raise LocalApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def _forget_old() -> None:
    for arn in [arn for arn, each in tasks.items() if each.stopped_at and now() - each.stopped_at > _STOPPED_TASKS_KEPT]:
        del tasks[arn]
