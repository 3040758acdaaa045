"""ElastiCache replication groups with their Redis servers."""

import asyncio
from typing import Any

from tradingbot_infra.local_cloud.services import cache_servers
from tradingbot_infra.local_cloud.services.operation import Call


async def create(call: Call) -> dict[str, Any]:
    """CreateReplicationGroup; the status never is "creating"."""
    name = call.parameters["ReplicationGroupId"]
    await call.as_asked()
    try:
        await asyncio.to_thread(cache_servers.create, name, call.parameters.get("Port"))
    except Exception:
        await call.ask("elasticache", "DeleteReplicationGroup", ReplicationGroupId=name)
        raise
    return await _described(call)


async def modify(call: Call) -> dict[str, Any]:
    """ModifyReplicationGroup; every change is applied at once."""
    await call.as_asked()
    await asyncio.to_thread(cache_servers.follow, call.parameters["ReplicationGroupId"])
    return await _described(call)


async def resize(call: Call) -> dict[str, Any]:
    """IncreaseReplicaCount and DecreaseReplicaCount: all nodes are one server, so only the endpoints follow."""
    return await modify(call)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteReplicationGroup."""
    answer = await call.as_asked()
    await asyncio.to_thread(cache_servers.delete, call.parameters["ReplicationGroupId"])
    return answer


async def _described(call: Call) -> dict[str, Any]:
    groups = await call.ask("elasticache", "DescribeReplicationGroups", ReplicationGroupId=call.parameters["ReplicationGroupId"])
    return {"ReplicationGroup": groups["ReplicationGroups"][0]}
