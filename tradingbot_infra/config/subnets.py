"""The subnet layout: which blocks of the VPC are subnets of a tier, and which are left free between them.

The CDK's Vpc hands out addresses in order, so exact CIDRs need every gap to be filled by reserved groups of the right size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

TIERS = ("public", "private", "database", "cache")
"""The four tiers, in the order of their addresses (DESIGN, Network)."""

_SMALLEST_PREFIX = 28
"""The smallest block that AWS makes a subnet of (VPC User Guide, "Subnet CIDR blocks")."""


@dataclass(frozen=True)
class SubnetGroup:
    """One block a zone, neighbours in address order; without a tier the blocks stay free."""

    tier: str | None
    prefix_length: int


class SubnetPlanError(Exception):
    """A tier's blocks cannot be laid out in order."""

    def __init__(self, tier: str, wrong: str, allowed: str) -> None:
        self.tier = tier
        self.allowed = allowed
        super().__init__(wrong)


def plan_subnets(vpc: IPv4Network, tiers: Mapping[str, tuple[IPv4Network, ...]]) -> tuple[SubnetGroup, ...]:
    """The groups that give each tier exactly its blocks; the blocks lie inside the VPC and do not overlap.

    Raises SubnetPlanError when a tier's blocks are no neighbours of one size, tiers are out of order, or a gap before a tier cannot
    be divided evenly among the zones.
    """
    groups: list[SubnetGroup] = []
    position = int(vpc.network_address)
    for tier in TIERS:
        blocks = tiers[tier]
        size = blocks[0].num_addresses
        start = int(blocks[0].network_address)
        if any(block.num_addresses != size or int(block.network_address) != start + index * size for index, block in enumerate(blocks)):
            raise SubnetPlanError(
                tier, "the blocks of a tier must be neighbours of one size", f"{len(blocks)} blocks in a row from {blocks[0]}"
            )
        if start < position:
            raise SubnetPlanError(tier, "the tiers must follow each other in address order", ", ".join(TIERS))
        groups += _reserved(tier, position, start - position, zones=len(blocks))
        groups.append(SubnetGroup(tier, blocks[0].prefixlen))
        position = start + size * len(blocks)
    return tuple(groups)


def _reserved(tier: str, position: int, gap: int, *, zones: int) -> list[SubnetGroup]:
    """Groups without a tier that fill a gap exactly, as few as alignment allows."""
    for prefix_length in range(16, _SMALLEST_PREFIX + 1):
        size = 2 ** (32 - prefix_length)
        if position % size == 0 and gap % (size * zones) == 0:
            return [SubnetGroup(None, prefix_length)] * (gap // (size * zones))
    step = zones * 2 ** (32 - _SMALLEST_PREFIX)
    raise SubnetPlanError(
        tier, f"the gap of {gap} addresses before the tier cannot be divided among {zones} zones", f"a gap of a multiple of {step}"
    )
