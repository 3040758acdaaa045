"""The entries of each tier's network ACL: what may enter or leave its subnets (DESIGN, Network).

ACLs are stateless, so response traffic needs its own entries. Neither traffic inside one subnet nor DNS, task
metadata and time of AWS's own are filtered (VPC User Guide, "Control subnet traffic with network access control lists").
The construct makes its resources of these rows, and the packs hold templates against them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tradingbot_infra.design.connections import Connection

_WORLD = "0.0.0.0/0"
_ANYWHERE = (_WORLD,)
_TCP, _ICMP, _ALL = 6, 1, -1

_Ports = tuple[int, int]

_ANSWERS: _Ports = (1024, 65535)
"""Ephemeral ports of load balancers, NAT gateways and most clients (VPC User Guide, "Ephemeral ports")."""

_ANSWERS_TO_TASKS: _Ports = (32768, 65535)
"""Ephemeral ports of Linux (same page). The container listens below them, so allowing responses does not expose it."""


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """One entry for TCP, for all traffic, or for one ICMP message. The matching entry with the lowest number decides.

    `protocol` is its IANA number, -1 for all. Only TCP has `ports`, first and last; only ICMP has `icmp`, type and code.
    """

    number: int
    block: str
    protocol: int
    ports: _Ports | None = None
    icmp: tuple[int, int] | None = None
    action: Literal["allow", "deny"]


@dataclass(frozen=True, kw_only=True)
class AclRules:
    """Both directions of one network ACL; what no entry allows is denied."""

    inbound: Sequence[AclEntry]
    outbound: Sequence[AclEntry]


_EVERYTHING = AclEntry(number=1, block=_WORLD, protocol=_ALL, action="deny")

DEFAULT_ACL = AclRules(inbound=(_EVERYTHING,), outbound=(_EVERYTHING,))
"""The VPC's default ACL, which no subnet uses, denies everything."""


def tier_acls(subnets: Mapping[str, Sequence[str]], connections: Sequence[Connection]) -> Mapping[str, AclRules]:
    """The entries of every tier, of the blocks of its subnets. Numbers are fixed, so that one that a setting removes renumbers no other."""
    return {
        "public": _public(subnets, connections),
        "private": _private(subnets, connections),
        "database": _data(subnets["database"], subnets["private"], _ports(connections, "private", "database")),
        "cache": _data(subnets["cache"], subnets["private"], _ports(connections, "private", "cache")),
    }


def _ports(connections: Sequence[Connection], source: str | None, target: str | None) -> list[_Ports]:
    """The ports on which one tier reaches another; None is the internet."""
    return [
        _port(port) for port in dict.fromkeys(row.port for row in connections if (row.source.tier, row.target.tier) == (source, target))
    ]


def _public(subnets: Mapping[str, Sequence[str]], connections: Sequence[Connection]) -> AclRules:
    """Load balancer and NAT: clients reach the load balancer, tasks reach the internet, and responses return to NAT."""
    from_world, to_world = _ports(connections, None, "public"), _ports(connections, "private", None)
    to_nat = [port for port in to_world if port[0] < _ANSWERS[0] and port not in from_world]
    return AclRules(
        inbound=[
            # Before the deny entries: the load balancer may use 3389 as an ephemeral port.
            *_allow(100, subnets["private"], [_ANSWERS, *to_nat]),
            *_no_administration(200),
            *_allow(300, _ANYWHERE, from_world),
            *_allow(400, _ANYWHERE, [_ANSWERS]),
            _path_mtu(500),
        ],
        outbound=[
            *_allow(100, _ANYWHERE, to_world),
            # To clients and tasks. Requests of the load balancer to tasks are among them: the container listens above 1023.
            *_allow(200, _ANYWHERE, [_ANSWERS]),
            _path_mtu(300),
        ],
    )


def _private(subnets: Mapping[str, Sequence[str]], connections: Sequence[Connection]) -> AclRules:
    """Tasks and VPC endpoints. Responses through NAT keep the address of the remote side, so they come from anywhere."""
    # A task may use the endpoint in another zone.
    endpoints = _ports(connections, "private", "private")
    return AclRules(
        inbound=[
            *_allow(100, subnets["public"], _ports(connections, "public", "private")),
            *_allow(200, subnets["private"], endpoints),
            *_no_administration(300),
            *_allow(400, _ANYWHERE, [_ANSWERS_TO_TASKS]),
            _path_mtu(500),
        ],
        outbound=[
            *_allow(100, _ANYWHERE, _ports(connections, "private", None)),
            *_allow(200, subnets["database"], _ports(connections, "private", "database")),
            *_allow(300, subnets["cache"], _ports(connections, "private", "cache")),
            *_allow(400, subnets["public"], [_ANSWERS]),
            *_allow(500, subnets["private"], [_ANSWERS_TO_TASKS] if endpoints else []),
            _path_mtu(600),
        ],
    )


def _data(own: Sequence[str], tasks: Sequence[str], ports: Sequence[_Ports]) -> AclRules:
    """A tier that tasks reach and that reaches nobody; without a port it is closed.

    No AWS page says that replication to standby and replicas bypasses the ACL, so it is allowed.
    """
    if not ports:
        return AclRules(inbound=(), outbound=())
    return AclRules(
        inbound=[*_allow(100, tasks, ports), *_allow(200, own, [_ANSWERS])],
        outbound=[*_allow(100, tasks, [_ANSWERS_TO_TASKS]), *_allow(200, own, [_ANSWERS])],
    )


def _port(number: int) -> _Ports:
    return number, number


def _allow(number: int, blocks: Sequence[str], ports: Sequence[_Ports]) -> Iterator[AclEntry]:
    """An entry for each block and port: blocks count by one, ports by ten."""
    for position, each in enumerate(ports):
        for zone, block in enumerate(blocks):
            yield AclEntry(number=number + 10 * position + zone, block=block, protocol=_TCP, ports=each, action="allow")


def _no_administration(number: int) -> Iterator[AclEntry]:
    """SSH and RDP; 3389 is inside the ephemeral range (CIS AWS Foundations Benchmark: no network ACL allows them from anywhere)."""
    for offset, port in enumerate((22, 3389)):
        yield AclEntry(number=number + offset, block=_WORLD, protocol=_TCP, ports=_port(port), action="deny")


def _path_mtu(number: int) -> AclEntry:
    """The ICMP message "fragmentation needed", without which large packets are lost (VPC User Guide, "Path MTU Discovery")."""
    return AclEntry(number=number, block=_WORLD, protocol=_ICMP, icmp=(3, 4), action="allow")
