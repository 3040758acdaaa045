"""The subnet layout gives each tier exactly its blocks."""

from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from tradingbot_infra.config.subnets import TIERS, SubnetPlanError, plan_subnets


@given(starts=st.lists(st.integers(0, 255), min_size=4, max_size=4), prefixes=st.lists(st.integers(24, 28), min_size=4, max_size=4))
def test_a_planned_layout_gives_each_tier_exactly_its_blocks(starts: list[int], prefixes: list[int]) -> None:
    vpc = IPv4Network("10.0.0.0/16")
    tiers = {tier: _pair(start * 256, prefix) for tier, start, prefix in zip(TIERS, starts, prefixes, strict=True)}
    try:
        groups = plan_subnets(vpc, tiers)
    except SubnetPlanError:
        return
    position = int(vpc.network_address)
    for group in groups:
        size = 2 ** (32 - group.prefix_length)
        assert position % size == 0
        if group.tier:
            assert position == int(tiers[group.tier][0].network_address)
        position += 2 * size


def _pair(offset: int, prefix: int) -> tuple[IPv4Network, IPv4Network]:
    first = int(IPv4Network("10.0.0.0/16").network_address) + offset
    return IPv4Network((first, prefix)), IPv4Network((first + 2 ** (32 - prefix), prefix))
