"""What security groups let out and in: the union of their rules, in one direction, since answers always pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network

from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroupRule
from tradingbot_infra.operations.network.fixes import authorize
from tradingbot_infra.operations.network.obstacle import Kind, Obstacle, PathFinding, unclear
from tradingbot_infra.operations.network.parties import PlacedParty
from tradingbot_infra.operations.network.traffic import WORLD, cover, touch


@dataclass(frozen=True)
class Peer:
    """The other side of a rule: its security groups by id, and where its addresses lie."""

    name: str
    groups: tuple[str, ...]
    blocks: tuple[IPv4Network, ...]


INTERNET = Peer("the internet", (), (WORLD,))


Rules = Iterable[SecurityGroupRule]


class Reach(Enum):
    """How much of some addresses rules reach."""

    ALL = "all"
    PART = "part"
    NONE = "none"
    NOT_ASSESSED = "not assessed"


def reach(
    state: NetworkState, rules: Iterable[SecurityGroupRule], *, port: int, peer_groups: Sequence[str], addresses: IPv4Network
) -> Reach:
    """How much of a peer's addresses rules of one direction reach on a port."""
    certain, perhaps = _matching(state, rules, port, peer_groups)
    if cover(certain, addresses):
        return Reach.ALL
    if perhaps:
        return Reach.NOT_ASSESSED
    return Reach.PART if any(touch(block, addresses) for block in certain) else Reach.NONE


def group_findings(state: NetworkState, place: PlacedParty, peer: Peer, *, egress: bool, port: int) -> Iterator[PathFinding]:
    """What keeps a place from reaching a peer (`egress`), or a peer from reaching it, on a port."""
    if not place.security_groups:
        return
    kind: Kind = "security_group_egress" if egress else "security_group_ingress"
    groups = [group for group in map(state.security_group, place.security_groups) if group]
    if len(groups) < len(place.security_groups):
        known = {group.id for group in groups}
        missing = tuple(group for group in place.security_groups if group not in known)
        yield unclear(kind, missing, f"{', '.join(missing)} of {place.name}: no such security group in {state.vpc_id}")
        return
    rules = [rule for group in groups for rule in group.rules if rule.egress == egress]
    labels = ", ".join(group.label for group in groups)
    for how, blocks in _by_reach(state, rules, peer, port).items():
        traffic = _traffic_in_words(place, peer, blocks, port, egress=egress)
        if how is Reach.NONE:
            fix = authorize(groups[0].id, egress=egress, port=port, groups=peer.groups, blocks=blocks)
            yield Obstacle(kind, place.security_groups, f"No rule of security group {labels} lets {traffic}", fix)
        elif how is Reach.PART:
            yield unclear(kind, place.security_groups, f"Security group {labels} lets {traffic}, but for some addresses only")
        elif how is Reach.NOT_ASSESSED:
            text = f"The API does not return the ports or the prefix list of a rule of security group {labels}, which may let {traffic}"
            yield unclear(kind, place.security_groups, text)


def _by_reach(state: NetworkState, rules: Sequence[SecurityGroupRule], peer: Peer, port: int) -> Mapping[Reach, Sequence[IPv4Network]]:
    found: dict[Reach, list[IPv4Network]] = {}
    for block in peer.blocks:
        found.setdefault(reach(state, rules, port=port, peer_groups=peer.groups, addresses=block), []).append(block)
    return found


def _matching(
    state: NetworkState, rules: Iterable[SecurityGroupRule], port: int, peer_groups: Sequence[str]
) -> tuple[list[IPv4Network], bool]:
    """The addresses that rules hold for certain, and whether some may hold more."""
    certain: list[IPv4Network] = []
    perhaps = False
    for rule in rules:
        ports = rule.tcp_ports
        if not rule.is_tcp or (ports and not ports[0] <= port <= ports[1]):
            continue
        blocks = _blocks(state, rule, peer_groups)
        if ports is None or blocks is None:
            perhaps = perhaps or blocks is None or bool(blocks)
        else:
            certain += blocks
    return certain, perhaps


def _blocks(state: NetworkState, rule: SecurityGroupRule, peer_groups: Sequence[str]) -> Sequence[IPv4Network] | None:
    """The addresses that a rule names; a security group of the peer means all of them. None when the API does not return them."""
    if rule.block:
        return (rule.block,)
    if rule.peer.startswith("pl-"):
        return state.prefix_lists.get(rule.peer)
    return (WORLD,) if rule.peer in peer_groups else ()


def _traffic_in_words(place: PlacedParty, peer: Peer, blocks: Sequence[IPv4Network], port: int, *, egress: bool) -> str:
    other = peer.name if len(blocks) == len(peer.blocks) else f"{peer.name} in {', '.join(map(str, blocks))}"
    way = f"{place.name} out to {other}" if egress else f"{other} in to {place.name}"
    return f"{way} on port {port}"
