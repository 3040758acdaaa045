"""Services."""

from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.deployment_controller import checks
from tradingbot_infra.local_cloud.deployment_controller.api import announcer
from tradingbot_infra.local_cloud.service_scheduler import api
from tradingbot_infra.local_cloud.service_scheduler.places import places_of
from tradingbot_infra.local_cloud.services.ecs.references import cluster_arn, definition_of, is_on_fargate, page, service_arn
from tradingbot_infra.local_cloud.services.operation import Call


async def create(call: Call) -> dict[str, Any]:
    """CreateService. A service that is not on Fargate starts no task, because a cluster here has no container instance."""
    parameters = call.parameters
    cluster = await cluster_arn(call)
    definition = await definition_of(call, parameters["taskDefinition"])
    places = await places_of(parameters.get("networkConfiguration", {}), call.ask) if is_on_fargate(parameters) else []
    strategy = parameters.get("capacityProviderStrategy")
    settings = {**({} if strategy else {"launchType": "EC2"}), **parameters}
    checks.check(settings)
    arn = service_arn(cluster, parameters["serviceName"])
    announce = announcer(background.from_here(call.ask))
    return {"service": await background.result(api.create_service(arn, cluster, settings, definition, places, call.ask, announce))}


async def update(call: Call) -> dict[str, Any]:
    """UpdateService; what the call leaves out stays."""
    changes = {name: value for name, value in call.parameters.items() if name not in ("cluster", "service")}
    arn = service_arn(await cluster_arn(call), call.parameters["service"])
    checks.check({**await background.result(api.settings_of(arn)), **changes})
    definition = await definition_of(call, changes["taskDefinition"]) if "taskDefinition" in changes else None
    places = await places_of(changes["networkConfiguration"], call.ask) if "networkConfiguration" in changes else None
    return {"service": await background.result(api.update_service(arn, changes, definition, places))}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteService; the service is DRAINING until its last task has stopped."""
    arn = service_arn(await cluster_arn(call), call.parameters["service"])
    return {"service": await background.result(api.delete_service(arn, force=bool(call.parameters.get("force"))))}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeServices."""
    cluster = await cluster_arn(call)
    arns = [service_arn(cluster, each) for each in call.parameters["services"]]
    return await background.result(api.describe_services(arns, tags="TAGS" in call.parameters.get("include", [])))


async def list_services(call: Call) -> dict[str, Any]:
    """ListServices."""
    found = await background.result(api.services_of(await cluster_arn(call)))
    return page("serviceArns", [each.arn for each in found], call)


async def list_tags(call: Call) -> dict[str, Any]:
    """ListTagsForResource, of services too."""
    arn = call.parameters["resourceArn"]
    if ":service/" not in arn:
        return await call.as_asked()
    found = (await background.result(api.describe_services([arn], tags=True)))["services"]
    return {"tags": found[0]["tags"] if found else []}
