"""The cache: ElastiCache for Redis OSS."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import FrozenMap, Section, setting
from tradingbot_infra.config.windows import DAY, UTC_DAILY, UTC_WEEKLY, daily, overlap, weekly
from tradingbot_infra.design.support_dates import REDIS_VERSIONS

_DAILY = "hh:mm-hh:mm, at least 60 minutes"
_WEEKLY = "ddd:hh:mm-ddd:hh:mm, at least 60 minutes"
_SHORTEST_WINDOW = 60
"""Minutes (ElastiCache API Reference, "CreateReplicationGroup", SnapshotWindow and PreferredMaintenanceWindow)."""

_YES_NO = ("yes", "no")

REDIS_PARAMETERS: Mapping[str, Sequence[str] | range] = MappingProxyType(
    {
        "activedefrag": _YES_NO,
        "lazyfree-lazy-eviction": _YES_NO,
        "lazyfree-lazy-expire": _YES_NO,
        "maxmemory-policy": (
            "volatile-lru",
            "allkeys-lru",
            "volatile-lfu",
            "allkeys-lfu",
            "volatile-random",
            "allkeys-random",
            "volatile-ttl",
            "noeviction",
        ),
        "reserved-memory-percent": range(101),
        "slowlog-log-slower-than": range(1_000_001),
        "slowlog-max-len": range(1, 2**31),
        "tcp-keepalive": range(2**31),
        "timeout": range(2**31),
    }
)
"""Parameters of family redis7 that can be changed, with their values (ElastiCache User Guide, "Redis OSS parameters").
`appendonly` is not among them: ElastiCache refuses it. The slow log cannot be turned off: not by -1, by a length of 0, or by a time, in
microseconds, that no command takes."""


class CacheConfig(Section, title="Cache"):
    """ElastiCache for Redis OSS."""

    enable_redis: bool = setting("Create the Redis cache")
    redis_engine_version: str = setting("Redis OSS version", allowed="a 7.x version of ElastiCache")
    redis_node_type: str = setting(
        "ElastiCache node type", allowed="an ElastiCache node type such as cache.t3.micro", pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$"
    )
    redis_nodes: int = setting("Number of nodes: one primary, the others replicas", ge=1, le=6)
    redis_automatic_failover: bool = setting("Promote a replica automatically if the primary fails")
    redis_snapshot_retention_days: int = setting("Retention of daily snapshots, days", ge=1, le=35)
    redis_snapshot_window: str = setting("Daily snapshot window, UTC", allowed=_DAILY, pattern=UTC_DAILY)
    redis_maintenance_window: str = setting(
        "Weekly maintenance window, UTC; a single node is unavailable in it", allowed=_WEEKLY, pattern=UTC_WEEKLY
    )
    redis_transit_encryption: bool = setting("Require TLS and an AUTH token from every client")
    redis_parameters: FrozenMap = setting(
        "Parameters of the custom parameter group", allowed="name=value pairs of family redis7, separated by commas"
    )


def redis_version_exists(cache: CacheConfig) -> Iterator[Problem]:
    version = cache.redis_engine_version
    if version not in REDIS_VERSIONS:
        yield Problem("redis_engine_version", version, "ElastiCache does not offer this version in family redis7", listed(REDIS_VERSIONS))


def redis_windows_are_long_enough(cache: CacheConfig) -> Iterator[Problem]:
    if daily(cache.redis_snapshot_window)[1] < _SHORTEST_WINDOW:
        yield Problem("redis_snapshot_window", cache.redis_snapshot_window, "is shorter than 60 minutes", _DAILY)
    if weekly(cache.redis_maintenance_window)[1] < _SHORTEST_WINDOW:
        yield Problem("redis_maintenance_window", cache.redis_maintenance_window, "is shorter than 60 minutes", _WEEKLY)


def redis_windows_are_apart(cache: CacheConfig) -> Iterator[Problem]:
    """ElastiCache refuses both: "The snapshot window and maintenance window must not overlap" (hashicorp/terraform#17247)."""
    snapshot, length = daily(cache.redis_snapshot_window)
    maintenance, duration = weekly(cache.redis_maintenance_window)
    if any(overlap(day * DAY + snapshot, length, maintenance, duration) for day in range(7)):
        yield Problem(
            "redis_maintenance_window",
            cache.redis_maintenance_window,
            f"overlaps the snapshot window {cache.redis_snapshot_window}",
            "a window that does not overlap redis_snapshot_window",
        )


def redis_parameters_can_be_set(cache: CacheConfig) -> Iterator[Problem]:
    shown = ",".join(f"{name}={value}" for name, value in cache.redis_parameters.items())
    for name, value in cache.redis_parameters.items():
        if name == "appendonly":
            wrong, allowed = "ElastiCache refuses appendonly on every current version; snapshots persist the data", "leave appendonly out"
        elif name not in REDIS_PARAMETERS:
            wrong, allowed = f"{name} is not a parameter of family redis7 that can be changed", listed(REDIS_PARAMETERS)
        elif not _is_allowed(value, REDIS_PARAMETERS[name]):
            wrong, allowed = f"{name} cannot be {value}", _described(name, REDIS_PARAMETERS[name])
        else:
            continue
        yield Problem("redis_parameters", shown, wrong, allowed)


def _is_allowed(value: str, allowed: Sequence[str] | range) -> bool:
    if isinstance(allowed, range):
        return re.fullmatch(r"-?\d{1,10}", value) is not None and int(value) in allowed
    return value in allowed


def _described(name: str, allowed: Sequence[str] | range) -> str:
    return f"{name} from {allowed.start} to {allowed.stop - 1}" if isinstance(allowed, range) else listed(allowed)


def failover_has_a_replica(cache: CacheConfig) -> Iterator[Problem]:
    if cache.redis_automatic_failover and cache.redis_nodes < 2:
        yield Problem(
            "redis_automatic_failover",
            True,
            f"with redis_nodes={cache.redis_nodes} there is no replica to promote",
            "true with redis_nodes of 2 or more, or false",
        )
