"""Clusters: how many services and tasks they have."""

from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.service_scheduler import api
from tradingbot_infra.local_cloud.service_scheduler.task import COUNTED, TaskStatus
from tradingbot_infra.local_cloud.services.ecs.references import cluster_arn
from tradingbot_infra.local_cloud.services.operation import Call


async def describe(call: Call) -> dict[str, Any]:
    """DescribeClusters."""
    answer = await call.as_asked()
    return {**answer, "clusters": [{**each, **await _counts(each["clusterArn"])} for each in answer["clusters"]]}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteCluster, which refuses a cluster that has services or tasks (ECS API Reference, DeleteCluster)."""
    counts = await _counts(await cluster_arn(call))
    if counts["activeServicesCount"]:
        raise LocalApiError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    if counts["runningTasksCount"] + counts["pendingTasksCount"]:
        raise LocalApiError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    return await call.as_asked()


async def _counts(arn: str) -> dict[str, int]:
    counted = [each.status for each in await background.result(api.tasks_of(arn)) if each.status in COUNTED]
    running = sum(status is TaskStatus.RUNNING for status in counted)
    services = await background.result(api.services_of(arn))
    return {"activeServicesCount": len(services), "runningTasksCount": running, "pendingTasksCount": len(counted) - running}
