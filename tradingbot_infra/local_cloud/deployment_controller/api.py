"""What ECS's operations ask for. Each runs in the background and asks no API, because a request waits for it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller import descriptions, event_bus, records, rolling
from tradingbot_infra.local_cloud.deployment_controller.controller import Controller
from tradingbot_infra.local_cloud.deployment_controller.hooks import PAUSE
from tradingbot_infra.local_cloud.deployment_controller.records import (
    OVER,
    Alarms,
    ServiceDeployment,
    Status,
    revision_arn,
)
from tradingbot_infra.local_cloud.service_scheduler import circuit_breaker
from tradingbot_infra.local_cloud.service_scheduler.records import ROLLING, Announce, Deployment, Rollout, Service

_HOOK_ID = re.compile(r"ecs-[a-z]+-.+")
_ROLLBACK = "ROLLBACK"


def announcer(ask: Ask) -> Announce:
    """What hears of the deployments of a new service: keeps its service deployments, and runs those that shift traffic."""

    def announce(service: Service, deployment: Deployment) -> None:
        mine = [each for each in records.of_service(service.arn) if each.service is service]
        if any(deployment in (each.target, *each.sources) for each in mine):
            rolling.noted(service, mine[0], deployment)
        else:
            _begin(service, deployment, [each for each in mine if each.status not in OVER], ask)

    return announce


def _begin(service: Service, deployment: Deployment, earlier: list[ServiceDeployment], ask: Ask) -> None:
    configuration = deployment.settings.get("deploymentConfiguration", {})
    names = tuple(configuration.get("alarms", {}).get("alarmNames", ()))
    found = ServiceDeployment(service, deployment, _active(service, deployment), configuration, Alarms(names))
    for each in earlier:
        _stop(each)
    records.add(found)
    service.current = found.arn
    event_bus.deployment(service, deployment)
    if deployment.shifts_traffic:
        deployment.scaled = False
        background.keep(Controller(found, earlier, ask).run())
    else:
        found.become(Status.IN_PROGRESS)


def _active(service: Service, new: Deployment) -> list[Deployment]:
    """The versions that a new one replaces: those with tasks, and the one that completed, whose tasks may be none."""
    others = [each for each in service.deployments if each is not new]
    return [each for each in others if service.tasks_of(each) or (each.scaled and each.rollout is Rollout.COMPLETED)]


def _stop(found: ServiceDeployment) -> None:
    found.wanted = Status.STOP_REQUESTED
    found.become(Status.STOP_REQUESTED)
    if found.strategy == ROLLING:
        found.become(Status.STOPPED)


async def list_deployments(service_arn: str) -> list[ServiceDeployment]:
    """The service deployments of a service, the newest first."""
    return records.of_service(service_arn)


async def describe_deployments(arns: Iterable[str]) -> dict[str, Any]:
    """The service deployments, and those that do not exist as failures."""
    found = {arn: records.find(arn) for arn in arns}
    return {
        "serviceDeployments": [descriptions.service_deployment(each) for each in found.values() if each is not None],
        "failures": _missing([arn for arn, each in found.items() if each is None]),
    }


async def describe_revisions(arns: Iterable[str]) -> dict[str, Any]:
    """The service revisions, and those that do not exist as failures."""
    found, missing = [], []
    for arn in arns:
        service_arn = arn.rpartition("/")[0].replace(":service-revision/", ":service/")
        versions = ((each.service, one) for each in records.of_service(service_arn) for one in (each.target, *each.sources))
        named = next(((service, one) for service, one in versions if revision_arn(service, one) == arn), None)
        if named is None:
            missing.append(arn)
        else:
            found.append(descriptions.revision(*named))
    return {"serviceRevisions": found, "failures": _missing(missing)}


async def stop_deployment(arn: str, stop_type: str) -> dict[str, Any]:
    """Ends a service deployment: ROLLBACK brings the version before back, ABORT leaves everything as it is."""
    found = _existing(arn)
    if found.status in OVER:
        raise LocalApiError("ConflictException", "Cannot stop a service deployment that is in a terminal state.")
    if found.strategy == ROLLING:
        found.wanted = Status.ROLLBACK_REQUESTED if stop_type == _ROLLBACK else Status.STOP_REQUESTED
        circuit_breaker.fail(found.service, "Service deployment stopped.", roll_back=stop_type == _ROLLBACK)
        found.service.wake()
    elif stop_type != _ROLLBACK:
        _stop(found)
    elif found.status in (Status.PENDING, Status.IN_PROGRESS):
        found.wanted = Status.ROLLBACK_REQUESTED
        found.become(Status.ROLLBACK_REQUESTED)
    return {"serviceDeploymentArn": arn}


async def continue_deployment(arn: str, hook_id: str, action: str) -> dict[str, Any]:
    """Answers a pause: CONTINUE or ROLLBACK."""
    if not _HOOK_ID.fullmatch(hook_id):
        raise LocalApiError("InvalidParameterException", "Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}")
    found = _existing(arn)
    if found.status in OVER:
        message = "Continuing a service deployment is not allowed for service deployment in terminal states."
        raise LocalApiError("InvalidParameterException", message)
    waiting = [each for each in found.hooks if each.target_type == PAUSE and each.status == "AWAITING_ACTION" and not each.answer.done()]
    hook = next((each for each in waiting if each.id == hook_id), None)
    if hook is None:
        message = "Provided hookId is either completed, unavailable, or not associated with the given Resource ARN"
        raise LocalApiError("InvalidParameterException", message)
    hook.answer.set_result(action)
    return {"serviceDeploymentArn": arn}


def _existing(arn: str) -> ServiceDeployment:
    found = records.find(arn)
    if found is None:
        raise LocalApiError("ServiceDeploymentNotFoundException", "The service deployment does not exist.")
    return found


def _missing(arns: Sequence[str]) -> list[dict[str, str]]:
    return [{"arn": arn, "reason": "MISSING"} for arn in arns]
