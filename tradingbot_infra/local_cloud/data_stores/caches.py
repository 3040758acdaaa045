"""The Redis server of each ElastiCache replication group of the current account and region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.addresses import Tier
from tradingbot_infra.local_cloud.data_stores import places
from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError
from tradingbot_infra.local_cloud.ministack.scopes import by_account_and_region

if TYPE_CHECKING:
    from tradingbot_infra.local_cloud.data_stores.redis.server import RedisServer
    from tradingbot_infra.local_cloud.data_stores.redis.settings import CacheSettings


@dataclass(frozen=True)
class _Cache:
    server: RedisServer
    lock: threading.Lock = field(default_factory=threading.Lock)


_caches: Any = by_account_and_region()


def create(group: str, settings: CacheSettings) -> str:
    """Starts the server of a new replication group. Returns its address.

    Raises:
        DataStoreError: the group has one, or it could not be started.
    """
    if group in _caches:
        raise DataStoreError(f"Replication group {group} already has a server")
    cache = _caches[group] = _Cache(_new_server(settings.port))
    try:
        with cache.lock:
            cache.server.start(settings)
    except DataStoreError:
        delete(group)
        raise
    return cache.server.address


def address(group: str) -> str | None:
    """Where the group's server is; None when it has none."""
    cache = _caches.get(group)
    return cache.server.address if cache else None


def port(group: str) -> int | None:
    """The port of the group's server; None when it has none."""
    cache = _caches.get(group)
    return cache.server.settings.port if cache and cache.server.settings else None


def change(group: str, settings: CacheSettings) -> None:
    """Applies other settings where the group has a server; data and connections stay.

    Raises:
        DataStoreError: the server does not answer.
    """
    cache = _caches.get(group)
    if cache is not None:
        with cache.lock:
            cache.server.change(settings)


def delete(group: str) -> None:
    """Ends the server; nothing happens where there is none."""
    cache = _caches.pop(group, None)
    if cache is not None:
        with cache.lock:
            cache.server.remove()
        addresses.give_back(cache.server.address)


def _new_server(port: int) -> RedisServer:
    # Loading the driver takes a moment that only a local cloud with data stores should pay.
    from tradingbot_infra.local_cloud.data_stores.redis.server import RedisServer

    return RedisServer(places.take(Tier.CACHE, port))
