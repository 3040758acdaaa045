"""What an ElastiCache replication group is asked to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tradingbot_infra.design import sizes

_RESERVED = "reserved-memory-percent"


@dataclass(frozen=True, kw_only=True)
class CacheSettings:
    """The settings of a replication group that its Redis server follows."""

    port: int
    node_type: str
    parameters: Mapping[str, str]
    """What the parameter group sets."""
    transit_encryption: bool
    auth_tokens: Sequence[str] = field(repr=False)
    """Tokens that are taken; two after a rotation."""
    auth_is_optional: bool = False
    """A first token was added with the strategy ROTATE: clients without one still get in."""

    @property
    def maxmemory(self) -> int:
        """Bytes of data before Redis evicts."""
        reserved = self.parameters.get(_RESERVED, "")
        return sizes.cache_maxmemory(self.node_type, int(reserved) if reserved.isdigit() else None)
