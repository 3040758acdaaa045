"""What the parameters of ECS's operations refer to: clusters, services and tasks by name or ARN, task definitions."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

_PAGE = 100


async def cluster_arn(call: Call) -> str:
    """The ARN of the call's cluster. Raises LocalApiError when it does not exist."""
    named = call.parameters.get("cluster") or "default"
    found = (await call.ask("ecs", "DescribeClusters", clusters=[named]))["clusters"]
    if not found:
        raise LocalApiError("ClusterNotFoundException", "Cluster not found.")
    arn: str = found[0]["clusterArn"]
    return arn


def service_arn(cluster: str, service: str) -> str:
    """The ARN of a service of a cluster; `service` may be one already."""
    return service if service.startswith("arn:") else f"{cluster.replace(':cluster/', ':service/')}/{service}"


def task_arn(cluster: str, task: str) -> str:
    """The ARN of a task of a cluster; `task` may be one already."""
    return task if task.startswith("arn:") else f"{cluster.replace(':cluster/', ':task/')}/{task}"


async def definition_of(call: Call, named: str) -> Mapping[str, Any]:
    """The active task definition of this name or ARN. Raises LocalApiError when there is none."""
    try:
        found: Mapping[str, Any] = (await call.ask("ecs", "DescribeTaskDefinition", taskDefinition=named))["taskDefinition"]
    except LocalApiError as error:
        raise LocalApiError("ClientException", "TaskDefinition not found.") from error
    if found.get("status", "ACTIVE") != "ACTIVE":
        raise LocalApiError("ClientException", "TaskDefinition is inactive")
    return found


def is_on_fargate(parameters: Mapping[str, Any]) -> bool:
    """Whether CreateService or RunTask asks for Fargate."""
    providers = {each["capacityProvider"] for each in parameters.get("capacityProviderStrategy") or []}
    return parameters.get("launchType") == "FARGATE" or bool(providers and providers <= {"FARGATE", "FARGATE_SPOT"})


def page(name: str, found: Sequence[Any], call: Call, *, size: int = _PAGE) -> dict[str, Any]:
    """One page of a list, of `size` entries where the call does not say, and the token of the next."""
    start = int(call.parameters.get("nextToken") or 0)
    end = start + int(call.parameters.get("maxResults") or size)
    return {name: list(found[start:end]), **({"nextToken": str(end)} if end < len(found) else {})}
