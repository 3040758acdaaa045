"""The subnet layout: which blocks of the VPC belong to which tier, and which blocks between them stay unused.

The CDK's Vpc assigns addresses in order, so exact CIDR blocks need reserved groups that fill every gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

TIERS = ("public", "private", "database", "cache")
"""The four tiers, in the order of their addresses (DESIGN, Network)."""

_SMALLEST_PREFIX = 28
"""Prefix length of the smallest subnet (VPC User Guide, "Subnet CIDR blocks")."""


@dataclass(frozen=True)
class SubnetGroup:
    """One block per zone, adjacent in address order. Without a tier the blocks stay unused."""

    tier: str | None
    prefix_length: int


class SubnetPlanError(Exception):
    """The blocks of a tier cannot be laid out in address order."""

    def __init__(self, tier: str, wrong: str, allowed: str) -> None:
        self.tier = tier
        self.allowed = allowed
        super().__init__(wrong)


def plan_subnets(vpc: IPv4Network, tiers: Mapping[str, tuple[IPv4Network, ...]]) -> tuple[SubnetGroup, ...]:
    """The groups that give each tier exactly its blocks, which must be inside the VPC and must not overlap.

    Raises SubnetPlanError if the blocks of a tier are not adjacent or not of one size, if the tiers are not in address order, or if a
    gap before a tier cannot be divided evenly among the zones.
    """
    groups: list[SubnetGroup] = []
    position = int(vpc.network_address)
    for tier in TIERS:
        blocks = tiers[tier]
        size = blocks[0].num_addresses
        start = int(blocks[0].network_address)
        if any(block.num_addresses != size or int(block.network_address) != start + index * size for index, block in enumerate(blocks)):
            raise SubnetPlanError(
                tier, "the blocks of a tier must be adjacent and of one size", f"{len(blocks)} adjacent blocks from {blocks[0]}"
            )
        if start < position:
            raise SubnetPlanError(tier, "the tiers must be in address order", ", ".join(TIERS))
        groups += _reserved(tier, position, start - position, zones=len(blocks))
        groups.append(SubnetGroup(tier, blocks[0].prefixlen))
        position = start + size * len(blocks)
    return tuple(groups)


def _reserved(tier: str, position: int, gap: int, *, zones: int) -> list[SubnetGroup]:
    """The fewest groups without a tier that fill a gap exactly."""
    for prefix_length in range(16, _SMALLEST_PREFIX + 1):
        size = 2 ** (32 - prefix_length)
        if position % size == 0 and gap % (size * zones) == 0:
            return [SubnetGroup(None, prefix_length)] * (gap // (size * zones))
    step = zones * 2 ** (32 - _SMALLEST_PREFIX)
    raise SubnetPlanError(
        tier, f"the gap of {gap} addresses before the tier cannot be divided among {zones} zones", f"a gap that is a multiple of {step}"
    )
