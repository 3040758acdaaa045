"""Network ACLs packet by packet, against a reading of the rules that tries every packet by itself."""

from collections.abc import Sequence
from ipaddress import IPv4Address
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.operations.network.design import DESIGN, block, everything, with_entry
from tests.operations.network.test_traffic import SMALL, blocks, holds, ranges
from tradingbot_infra.operations.live.network import AclEntry
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.network.network_acls import LAST_DENIAL, Crossing, acl_findings, decisions
from tradingbot_infra.operations.network.obstacle import Obstacle, PathFinding
from tradingbot_infra.operations.network.traffic import Traffic
from tradingbot_infra.operations.verdict import NotAssessed

PORTS = range(14)


@st.composite
def acls(draw: st.DrawFn) -> list[AclEntry]:
    """A few entries in no order, some without ports."""
    numbers = draw(st.lists(st.integers(1, 20), unique=True, max_size=6))
    return [
        AclEntry(
            number, True, draw(st.booleans()), draw(blocks()), draw(st.one_of(ranges(), st.none()) if draw(st.booleans()) else ranges())
        )
        for number in numbers
    ]


def passes(entries: Sequence[AclEntry], address: IPv4Address, port: int) -> bool:
    """First match by number, where an entry without ports matches every port."""
    for entry in sorted(entries, key=lambda entry: entry.number):
        ports = entry.ports or (0, 65535)
        if address in entry.block and ports[0] <= port <= ports[1]:
            return entry.allows
    return False


def outcomes(entries: Sequence[AclEntry], address: IPv4Address, port: int) -> set[bool]:
    """What may happen: with entries that tell no ports matching this port or not, in every combination."""
    untold = [entry for entry in entries if entry.ports is None]
    left_out = [set(some) for size in range(len(untold) + 1) for some in combinations(untold, size)]
    return {passes([entry for entry in entries if entry not in out], address, port) for out in left_out}


@settings(max_examples=60)
@given(acls(), ranges())
def test_each_packet_gets_the_decision_of_the_first_entry_that_matches(entries: list[AclEntry], ports: tuple[int, int]) -> None:
    traffic = Traffic(SMALL, ports)
    decided = decisions(entries, traffic)
    for address in SMALL:
        for port in PORTS:
            found = [decision.allowed for decision in decided if holds(decision.traffic, address, port)]
            if not holds(traffic, address, port):
                assert found == []
                continue
            expected = outcomes(entries, address, port)
            assert found == [expected.pop() if len(expected) == 1 else None]


@settings(max_examples=60)
@given(acls())
def test_the_order_in_which_entries_are_listed_changes_nothing(entries: list[AclEntry]) -> None:
    traffic = Traffic(SMALL, (0, 12))
    assert set(decisions(entries, traffic)) == set(decisions(entries[::-1], traffic))


def test_without_entries_nothing_passes() -> None:
    (decision,) = decisions((), Traffic(SMALL, (1, 2)))
    assert decision.allowed is False
    assert decision.entry is None


def test_the_last_denial_of_aws_counts_as_no_rule() -> None:
    (decision,) = decisions([everything(egress=True, number=LAST_DENIAL)], Traffic(SMALL, (1, 2)))
    assert decision.entry is None


def findings(state: NetworkState, traffic: Traffic) -> list[PathFinding]:
    """Of one crossing out of a private subnet."""
    subnet = state.subnet("private-a")
    assert subnet
    return acl_findings(state, [Crossing(subnet, True, traffic, "tasks to somewhere")])


DATABASE_A = Traffic(block("10.0.20.0/24"), (5432, 5432))


def test_what_passes_makes_no_finding() -> None:
    assert findings(DESIGN, DATABASE_A) == []


def test_a_denial_of_part_of_the_addresses_is_not_called_an_obstacle() -> None:
    part = with_entry(DESIGN, "private", everything(egress=True, addresses="10.0.20.7/32"))
    (finding,) = findings(part, DATABASE_A)
    assert isinstance(finding, NotAssessed)
    assert finding.why == "Network ACL acl-private (private), outbound: rule 1 denies 10.0.20.7/32, a part of tasks to somewhere"


def test_denials_that_together_hold_every_address_are_an_obstacle() -> None:
    state = DESIGN
    for number, half in enumerate(("10.0.20.0/25", "10.0.20.128/25"), start=1):
        state = with_entry(state, "private", everything(egress=True, number=number, addresses=half))
    assert [isinstance(finding, Obstacle) for finding in findings(state, DATABASE_A)] == [True, True]


def test_a_denial_of_some_of_the_ports_of_every_address_is_an_obstacle() -> None:
    state = with_entry(DESIGN, "private", AclEntry(1, True, False, block("10.0.0.0/8"), (2000, 2000)))
    (finding,) = findings(state, Traffic(block("10.0.0.0/24"), (1024, 65535)))
    assert isinstance(finding, Obstacle)


def test_addresses_that_only_some_rules_allow_are_not_assessable() -> None:
    (finding,) = findings(DESIGN, Traffic(block("10.0.20.0/22"), (5432, 5432)))
    assert isinstance(finding, NotAssessed)
    assert finding.why.endswith("its rules allow only some addresses of tasks to somewhere")


def test_a_denial_that_is_certain_outweighs_ports_that_are_not_told() -> None:
    untold = with_entry(DESIGN, "private", AclEntry(2, True, True, block("10.0.20.0/24"), None))
    assert findings(untold, DATABASE_A) == []
    denied = with_entry(untold, "private", everything(egress=True))
    assert [isinstance(finding, Obstacle) for finding in findings(denied, DATABASE_A)] == [True]


def test_ports_that_are_not_told_make_no_obstacle() -> None:
    state = with_entry(DESIGN, "private", AclEntry(1, True, False, block("10.0.20.0/24"), None))
    (finding,) = findings(state, DATABASE_A)
    assert isinstance(finding, NotAssessed)
    assert "does not return the ports" in finding.why


@pytest.mark.parametrize("subnet", ["private-a", "database-b"])
def test_a_subnet_that_no_acl_names_has_the_default_one(subnet: str) -> None:
    orphan = next(each for each in DESIGN.subnets if each.id == subnet)
    named = DESIGN.network_acl_of(orphan)
    assert named
    assert named.id == f"acl-{subnet[:-2]}"
    stripped = type(DESIGN)(**{**vars(DESIGN), "network_acls": tuple(acl for acl in DESIGN.network_acls if acl.default)})
    fallen = stripped.network_acl_of(orphan)
    assert fallen
    assert fallen.default
