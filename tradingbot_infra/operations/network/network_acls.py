"""What network ACLs do to traffic: of the entries that match a packet, the one with the lowest number decides."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tradingbot_infra.operations.live.network import EVERY_PORT, AclEntry, NetworkAcl, Ports, Subnet
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.network.fixes import add_acl_entries, remove_acl_entry
from tradingbot_infra.operations.network.obstacle import Obstacle, PathFinding, unclear
from tradingbot_infra.operations.network.traffic import Traffic, cover, touch

LAST_DENIAL = 32767
"""AWS's own last entry, shown as `*`, which denies whatever no other has decided (VPC User Guide, "Network ACL rules")."""


@dataclass(frozen=True)
class AclDecision:
    """What becomes of some traffic: `entry` decides, None for AWS's last denial, unless one of `doubtful` matches before it."""

    traffic: Traffic
    entry: AclEntry | None
    doubtful: tuple[AclEntry, ...]

    @property
    def allowed(self) -> bool | None:
        """None when it depends on ports that the API does not return."""
        outcomes = {each.allows for each in self.doubtful} | {self.entry is not None and self.entry.allows}
        return outcomes.pop() if len(outcomes) == 1 else None


def decisions(entries: Iterable[AclEntry], traffic: Traffic) -> tuple[AclDecision, ...]:
    """The traffic in pieces that do not overlap, each with its decision. `entries` are those of one direction."""
    decided: list[AclDecision] = []
    remaining: list[tuple[Traffic, tuple[AclEntry, ...]]] = [(traffic, ())]
    for entry in sorted(entries, key=lambda entry: entry.number):
        undecided = []
        for piece, doubtful in remaining:
            matched, rest = piece.split(entry.block, entry.ports or EVERY_PORT)
            undecided += [(each, doubtful) for each in rest]
            if matched and entry.ports is None:
                undecided.append((matched, (*doubtful, entry)))
            elif matched:
                decided.append(AclDecision(matched, None if entry.number == LAST_DENIAL else entry, doubtful))
        remaining = undecided
    return (*decided, *(AclDecision(piece, None, doubtful) for piece, doubtful in remaining))


@dataclass(frozen=True)
class Crossing:
    """Traffic over the edge of a subnet; `what` is for people, such as `tasks to PostgreSQL on port 5432`."""

    subnet: Subnet
    egress: bool
    traffic: Traffic
    what: str


def asking(subnet: Subnet, names: tuple[str, str], server: Traffic, asks_from: Sequence[Ports]) -> Iterator[Crossing]:
    """What crosses the edge of a subnet whose addresses ask a server: questions out, answers in. `names` are client and server."""
    yield Crossing(subnet, True, server, _question(names, server))
    for ports in asks_from:
        yield Crossing(subnet, False, Traffic(server.addresses, ports), _answer(names))


def answering(subnet: Subnet, names: tuple[str, str], client: Traffic, asks_from: Sequence[Ports]) -> Iterator[Crossing]:
    """What crosses the edge of a subnet whose addresses are asked: `client` has the client's addresses and the server's port."""
    yield Crossing(subnet, False, client, _question(names, client))
    for ports in asks_from:
        yield Crossing(subnet, True, Traffic(client.addresses, ports), _answer(names))


def _question(names: tuple[str, str], traffic: Traffic) -> str:
    return f"{names[0]} to {names[1]} on port {traffic.ports[0]}"


def _answer(names: tuple[str, str]) -> str:
    return f"answers of {names[1]} to {names[0]}"


def acl_findings(state: NetworkState, crossings: Iterable[Crossing]) -> list[PathFinding]:
    """What network ACLs do against any of the crossings: one finding for each entry that does it, or does not."""
    reasons: dict[_Reason, list[Crossing]] = {}
    for crossing in crossings:
        for reason in _reasons(state.network_acl_of(crossing.subnet), crossing):
            reasons.setdefault(reason, []).append(crossing)
    return [_finding(reason, against) for reason, against in reasons.items()]


@dataclass(frozen=True)
class _Reason:
    """Why a crossing may fail: `acl` is None when the API does not return it, `entry` when no entry decides."""

    acl: NetworkAcl | None
    egress: bool
    how: Literal["denied", "partly denied", "ports not returned", "acl not returned"]
    entry: AclEntry | None


def _reasons(acl: NetworkAcl | None, crossing: Crossing) -> Iterator[_Reason]:
    if acl is None:
        yield _Reason(None, crossing.egress, "acl not returned", None)
        return
    addresses = crossing.traffic.addresses
    made = decisions((entry for entry in acl.entries if entry.egress == crossing.egress), crossing.traffic)
    made = tuple(decision for decision in made if touch(decision.traffic.addresses, addresses))
    denied = [decision for decision in made if decision.allowed is False]
    if cover((decision.traffic.addresses for decision in denied), addresses):
        # Each address loses at least some ports, so connections fail at least sometimes.
        yield from dict.fromkeys(_Reason(acl, crossing.egress, "denied", decision.entry) for decision in denied)
        return
    yield from dict.fromkeys(_Reason(acl, crossing.egress, "partly denied", decision.entry) for decision in denied)
    if any(decision.allowed is None for decision in made):
        yield _Reason(acl, crossing.egress, "ports not returned", None)


def _finding(reason: _Reason, crossings: Sequence[Crossing]) -> PathFinding:
    what = ", ".join(dict.fromkeys(crossing.what for crossing in crossings))
    if reason.acl is None:
        subnets = tuple(dict.fromkeys(crossing.subnet for crossing in crossings))
        labels = ", ".join(subnet.label for subnet in subnets)
        return unclear("network_acl", tuple(subnet.id for subnet in subnets), f"The API does not return the network ACL of {labels}")
    place = f"Network ACL {reason.acl.label}, {'outbound' if reason.egress else 'inbound'}"
    if reason.how != "denied":
        return unclear("network_acl", (reason.acl.id,), f"{place}: {_doubt(reason, what)}")
    if reason.entry:
        remove = remove_acl_entry(reason.acl, reason.entry)
        return Obstacle("network_acl", (reason.acl.id,), f"{place}: rule {reason.entry.number} denies {what}", remove)
    fix = add_acl_entries(reason.acl, [crossing.traffic for crossing in crossings], egress=reason.egress)
    return Obstacle("network_acl", (reason.acl.id,), f"{place}: no rule allows {what}", fix)


def _doubt(reason: _Reason, what: str) -> str:
    if reason.how == "ports not returned":
        return f"the API does not return the ports of its rules, which decide about {what}"
    if reason.entry:
        return f"rule {reason.entry.number} denies {reason.entry.block}, a part of {what}"
    return f"its rules allow only some addresses of {what}"
