"""What an RDS instance class and an ElastiCache node type allow."""

from collections.abc import Mapping

_GIB = 1024**3
_OF_LARGE = {"micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1.0, "xlarge": 2.0}
"""Memory of a size, as a share of the family's `large`."""
_LARGE_GIB: Mapping[str, int] = {"t": 8, "m": 8, "r": 16, "x": 32}
"""GiB of a family's `large`; others count as general purpose."""

_MEMORY_OF_RDS = 251 * 1024**2
_BYTES_A_CONNECTION = 9_531_392
_MOST_CONNECTIONS = 5000

_DEFAULT_RESERVED_PERCENT = 25
_MAXMEMORY: Mapping[str, int] = {
    "t:micro": 536_870_912,
    "t:small": 1_471_026_299,
    "t:medium": 3_317_862_236,
    "m:large": 6_854_542_746,
    "r:large": 14_037_181_030,
}


def instance_memory(instance_class: str) -> int:
    """Bytes of memory of an instance class such as db.t3.micro. Source: "DB instance classes" (Amazon RDS User Guide)."""
    family, size = _parts(instance_class)
    return int(_LARGE_GIB.get(family, 8) * _share(size) * _GIB)


def max_connections(instance_class: str) -> int:
    """How many connections PostgreSQL takes: LEAST(DBInstanceClassMemory / 9531392, 5000).

    DBInstanceClassMemory is the memory of the class less what RDS's own processes use, which AWS does not state. 251 MiB are what
    leaves the 85 connections that are seen on db.t3.micro; the class's whole memory would give 112, and what fits into 85 fits into both.
    Source: "Quotas and constraints for Amazon RDS", "DB parameters" (Amazon RDS User Guide).
    """
    memory = instance_memory(instance_class) - _MEMORY_OF_RDS
    return min(memory // _BYTES_A_CONNECTION, _MOST_CONNECTIONS)


def cache_maxmemory(node_type: str, reserved_percent: int | None = None) -> int:
    """Redis's `maxmemory` in bytes for a node type such as cache.t3.micro: what its parameter group does not reserve, 25 % by default.

    Sizes that are not in AWS's table for small nodes are multiples of the family's `large`. Source: "Redis OSS node-type specific
    parameters", "Managing reserved memory" (Amazon ElastiCache User Guide).
    """
    family, size = _parts(node_type)
    whole = _MAXMEMORY.get(f"{family}:{size}") or int(_MAXMEMORY.get(f"{family}:large", _MAXMEMORY["m:large"]) * _share(size))
    reserved = _DEFAULT_RESERVED_PERCENT if reserved_percent is None else reserved_percent
    return whole * (100 - reserved) // 100


def _parts(name: str) -> tuple[str, str]:
    """The letter of the family and the size: "t" and "micro" for db.t3.micro."""
    _, family, size = [*name.split("."), "", ""][:3]
    return family[:1], size


def _share(size: str) -> float:
    if size.endswith("xlarge") and size != "xlarge":
        return _OF_LARGE["xlarge"] * int(size.removesuffix("xlarge"))
    return _OF_LARGE.get(size, 1.0)


def instance_vcpus(instance_class: str) -> int:
    """vCPUs of an instance class such as db.t3.micro: two up to `large`, then four for each `xlarge`. Source: as instance_memory."""
    _, size = _parts(instance_class)
    return max(2, int(_share(size) * 2))
