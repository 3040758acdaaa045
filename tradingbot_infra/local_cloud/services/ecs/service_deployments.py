"""Service deployments and revisions."""

from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller import api, descriptions
from tradingbot_infra.local_cloud.service_scheduler import api as services
from tradingbot_infra.local_cloud.services.ecs.references import cluster_arn, page, service_arn
from tradingbot_infra.local_cloud.services.operation import Call

_PAGE = 20
_MOST_ARNS = 20


async def list_deployments(call: Call) -> dict[str, Any]:
    """ListServiceDeployments, by status and time of creation."""
    asked = call.parameters
    arn = service_arn(await cluster_arn(call), asked["service"])
    if not (await background.result(services.describe_services([arn], tags=False)))["services"]:
        raise LocalApiError("ServiceNotFoundException", "Service not found.")
    created = asked.get("createdAt", {})
    found = [
        descriptions.brief(each)
        for each in await background.result(api.list_deployments(arn))
        if each.status.value in (asked.get("status") or [each.status.value])
        and ("after" not in created or each.created_at > created["after"])
        and ("before" not in created or each.created_at < created["before"])
    ]
    return page("serviceDeployments", found, call, size=_PAGE)


async def describe_deployments(call: Call) -> dict[str, Any]:
    """DescribeServiceDeployments."""
    return await background.result(api.describe_deployments(_few(call.parameters["serviceDeploymentArns"])))


async def describe_revisions(call: Call) -> dict[str, Any]:
    """DescribeServiceRevisions."""
    return await background.result(api.describe_revisions(_few(call.parameters["serviceRevisionArns"])))


async def stop(call: Call) -> dict[str, Any]:
    """StopServiceDeployment. AWS documents ROLLBACK alone; ABORT is in its model only."""
    return await background.result(
        api.stop_deployment(call.parameters["serviceDeploymentArn"], call.parameters.get("stopType", "ROLLBACK"))
    )


async def continue_(call: Call) -> dict[str, Any]:
    """ContinueServiceDeployment."""
    asked = call.parameters
    work = api.continue_deployment(asked["serviceDeploymentArn"], asked["hookId"], asked.get("action", "CONTINUE"))
    return await background.result(work)


def _few(arns: list[str]) -> list[str]:
    if len(arns) > _MOST_ARNS:
        raise LocalApiError("InvalidParameterException", f"You can specify a maximum of {_MOST_ARNS} ARNs.")
    return arns
