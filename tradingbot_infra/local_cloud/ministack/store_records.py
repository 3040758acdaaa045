"""ministack's records of databases and caches, read and written where its service APIs have no call for it."""

from collections.abc import Iterator
from typing import Any

from ministack.services.elasticache import _clusters as _cache_clusters
from ministack.services.elasticache import _param_group_params, _replication_groups
from ministack.services.rds import _instances, _param_groups
from ministack.services.secretsmanager import _resolve


def database_names() -> list[str]:
    """The identifiers of the RDS instances of this account and region."""
    return list(_instances)


def database_parameters(group: str) -> dict[str, str]:
    """What an RDS parameter group sets; nothing for a default one."""
    parameters = _param_groups.get(group, {}).get("Parameters", {})
    return {name: str(value["ParameterValue"] if isinstance(value, dict) else value) for name, value in parameters.items()}


def replication_group(name: str) -> dict[str, Any]:
    """The record of an ElastiCache replication group; empty when there is none."""
    record: dict[str, Any] = _replication_groups.get(name, {})
    return record


def cache_parameters(group: str) -> dict[str, str]:
    """What an ElastiCache parameter group sets, without the engine's own values."""
    parameters = _param_group_params.get(group, {})
    return {name: str(value["Value"]) for name, value in parameters.items() if value.get("Source") == "user"}


def write_cache_endpoint(name: str, address: str, port: int) -> None:
    """Makes every endpoint of a replication group and of its nodes this one."""
    for endpoint in _endpoints(name):
        endpoint.update(Address=address, Port=port)


def secret_name(secret_id: str) -> str:
    """The name of the secret with this name, ARN or partial ARN; empty when there is none."""
    _, secret = _resolve(secret_id)
    return str(secret["Name"]) if secret else ""


def _endpoints(name: str) -> Iterator[dict[str, Any]]:
    group = replication_group(name)
    for shard in group.get("NodeGroups", []):
        yield shard["PrimaryEndpoint"]
        yield shard["ReaderEndpoint"]
        yield from (member["ReadEndpoint"] for member in shard["NodeGroupMembers"])
    for cluster in group.get("MemberClusters", []):
        yield from (node["Endpoint"] for node in _cache_clusters.get(cluster, {}).get("CacheNodes", []))
