"""What AWS offers, as far as settings depend on it. Each table names its source; when AWS moves, this file moves."""

from collections.abc import Mapping
from types import MappingProxyType

REGION_ZONES = MappingProxyType({"ap-southeast-2": ("ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c")})
"""Supported regions and their zones. The design, its zones and its prices are Sydney's (DESIGN, Naming)."""


def _gib(*amounts: float) -> tuple[int, ...]:
    return tuple(int(amount * 1024) for amount in amounts)


FARGATE_MEMORY_MIB = MappingProxyType(
    {
        256: _gib(0.5, 1, 2),
        512: _gib(1, 2, 3, 4),
        1024: _gib(*range(2, 9)),
        2048: _gib(*range(4, 17)),
        4096: _gib(*range(8, 31)),
        8192: _gib(*range(16, 61, 4)),
        16384: _gib(*range(32, 121, 8)),
    }
)
"""Memory that Fargate offers for each number of CPU units (ECS Developer Guide, "Task CPU and memory")."""

POSTGRES_VERSIONS = tuple(f"15.{minor}" for minor in range(15, 20))
"""PostgreSQL 15 versions that RDS still creates; 15.14 and older are refused (AWS Health notice of 2026-08-30, config/support.py)."""

REDIS_VERSIONS = ("7.0", "7.1")
"""Redis OSS versions of the parameter group family redis7 (ElastiCache User Guide, "Supported engine versions")."""

_YES_NO = ("yes", "no")

REDIS_PARAMETERS: Mapping[str, tuple[str, ...] | range] = MappingProxyType(
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
        "slowlog-log-slower-than": range(-1, 2**31),
        "slowlog-max-len": range(2**31),
        "tcp-keepalive": range(2**31),
        "timeout": range(2**31),
    }
)
"""Parameters of family redis7 that may be changed, with their values (ElastiCache User Guide, "Redis OSS parameters").
`appendonly` is not among them: ElastiCache refuses it."""

LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retention periods of a log group, in days (CloudWatch Logs API, PutRetentionPolicy)."""

ENHANCED_MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
"""Intervals of RDS enhanced monitoring; 0 is off (RDS API, CreateDBInstance, MonitoringInterval)."""
