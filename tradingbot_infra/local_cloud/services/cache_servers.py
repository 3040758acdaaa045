"""What ElastiCache replication groups and their Redis servers have to do with each other. Nothing happens without data stores.

Every function blocks; they are for threads.
"""

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.data_stores import caches, switch
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.data_stores.redis.settings import CacheSettings
from tradingbot_infra.local_cloud.ministack import store_records

_ENGINE = "redis"
_DEFAULT_PORT = 6379


def create(group: str, port: int | None = None) -> None:
    """Starts the server of a new replication group and makes its address the group's endpoints.

    Raises:
        LocalApiError: the server could not be started.
    """
    record = store_records.replication_group(group)
    if not switch.is_on() or record.get("Engine") != _ENGINE:
        return
    listens_on = port or _DEFAULT_PORT
    try:
        address = caches.create(group, _settings(group, listens_on))
    except DataStoreError as error:
        raise LocalApiError("InternalFailure", f"The server of replication group {group} was not created: {error}") from error
    store_records.write_cache_endpoint(group, address, listens_on)


def ensure(group: str, port: int | None = None) -> None:
    """Creates the server where the group has none, and makes it follow the group where it has one.

    Raises:
        LocalApiError: the server could not be started, or does not answer.
    """
    if caches.address(group) is None:
        create(group, port)
    else:
        follow(group)


def follow(group: str) -> None:
    """Makes the server, and every endpoint, follow what the group has now: tokens, node type, parameters, nodes.

    Raises:
        LocalApiError: the server does not answer.
    """
    address, port = caches.address(group), caches.port(group)
    if address is None or port is None:
        return
    try:
        caches.change(group, _settings(group, port))
    except DataStoreError as error:
        raise LocalApiError("InternalFailure", str(error)) from error
    store_records.write_cache_endpoint(group, address, port)


def delete(group: str) -> None:
    """Ends the server."""
    caches.delete(group)


def _settings(group: str, port: int) -> CacheSettings:
    record = store_records.replication_group(group)
    return CacheSettings(
        port=port,
        node_type=record["CacheNodeType"],
        parameters=store_records.cache_parameters(record["CacheParameterGroupName"]),
        transit_encryption=bool(record["TransitEncryptionEnabled"]),
        auth_tokens=tuple(record.get("_auth_tokens", [])),
        auth_is_optional=bool(record.get("_auth_optional")),
    )
