"""What the VPC refused to tasks on their way to the internet, from the flow log.

A record names the two addresses, the two ports, the IANA protocol number and what became of the traffic (VPC User Guide, "Flow log
records"). What enters a NAT gateway has the gateway's own address as its destination, so traffic of tasks to a public subnet counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network

from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=3)
"""How far back records count: longer than the quarter of an hour that a window and its delivery take, shorter than a night."""

_PATTERN = "%REJECT%"
_FIELDS = 14
"""Of the default format: version, account, interface, source, destination, their ports, protocol, packets, bytes, start, end, action,
status."""

_PROTOCOLS = {"6": "TCP", "17": "UDP"}


@dataclass(frozen=True)
class RejectedEgress:
    """What tasks asked for and did not get: protocol, port, the addresses as text, sorted, and the number of records."""

    protocol: str
    port: int
    addresses: tuple[str, ...]
    records: int


@dataclass(frozen=True)
class _Flow:
    source: IPv4Address
    destination: IPv4Address
    protocol: str
    port: int


def read_rejected_egress(session: Session, group: str, network: NetworkConfig, *, until: datetime) -> tuple[RejectedEgress, ...]:
    """What was refused within OVER before a moment, the most records first.

    Raises UserError when the log group does not exist.
    """
    found = lines(session, Wanted(group, (_PATTERN,)), since=until - OVER)
    return rejected((line.message for line in found), network)


def rejected(records: Iterable[str], network: NetworkConfig) -> tuple[RejectedEgress, ...]:
    """What of these records tasks asked for, by protocol and port."""
    vpc = IPv4Network(network.vpc_cidr)
    private, public = _blocks(network.private_subnet_cidrs), _blocks(network.public_subnet_cidrs)
    asked: dict[tuple[str, int], list[str]] = {}
    for flow in (flow for record in records for flow in _flow(record)):
        outside = flow.destination not in vpc
        if _lies_in(flow.source, private) and (outside or _lies_in(flow.destination, public)):
            asked.setdefault((flow.protocol, flow.port), []).append(str(flow.destination) if outside else "NAT")
    found = (RejectedEgress(*key, tuple(sorted(set(addresses))), len(addresses)) for key, addresses in asked.items())
    return tuple(sorted(found, key=lambda each: (-each.records, each.port)))


def _flow(record: str) -> Iterator[_Flow]:
    fields = record.split()
    if len(fields) == _FIELDS and fields[12] == "REJECT" and fields[7] in _PROTOCOLS and ":" not in fields[3]:
        yield _Flow(IPv4Address(fields[3]), IPv4Address(fields[4]), _PROTOCOLS[fields[7]], int(fields[6]))


def _blocks(cidrs: Iterable[str]) -> tuple[IPv4Network, ...]:
    return tuple(map(IPv4Network, cidrs))


def _lies_in(address: IPv4Address, blocks: Iterable[IPv4Network]) -> bool:
    return any(address in block for block in blocks)
