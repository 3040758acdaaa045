"""The security groups of a VPC: every rule, of whatever protocol, as one comparable value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from tradingbot_infra.operations.live.network import EVERY_PORT, NamedResource, Ports
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef

ANY_ADDRESS = ("0.0.0.0/0", "::/0")

EVERY_PROTOCOL = "-1"
_TCP = ("6", "tcp", EVERY_PROTOCOL)

_LETS_NOTHING_OUT = "255.255.255.255/32"
"""The CDK writes a rule to this address for a group without egress, because EC2 gives a group without rules one to everywhere."""


@dataclass(frozen=True, order=True)
class SecurityGroupRule:
    """One rule. `peer` is an address block, a security group or a prefix list, by id.

    `first` and `last` are ports, None where the rule holds for all of them, and type and code for ICMP.
    """

    egress: bool
    protocol: str
    first: int | None
    last: int | None
    peer: str

    @property
    def label(self) -> str:
        """As in `tcp 443` or `tcp 8000-8010`."""
        protocol = "all traffic" if self.protocol == EVERY_PROTOCOL else self.protocol
        if self.first is None:
            return protocol
        return f"{protocol} {self.first}" if self.first == self.last else f"{protocol} {self.first}-{self.last}"

    @property
    def is_tcp(self) -> bool:
        """Whether it can be about TCP."""
        return self.protocol in _TCP

    @property
    def tcp_ports(self) -> Ports | None:
        """Its TCP ports; None where the API does not return them."""
        if self.protocol == EVERY_PROTOCOL:
            return EVERY_PORT
        return None if self.first is None or self.last is None else (self.first, self.last)

    @property
    def block(self) -> IPv4Network | None:
        """The peer as an IPv4 block; None for a group, a prefix list or IPv6."""
        return IPv4Network(self.peer, strict=False) if "/" in self.peer and ":" not in self.peer else None


@dataclass(frozen=True)
class SecurityGroup(NamedResource):
    """One group with the rules that let something in or out. They are stateful: answers always pass."""

    rules: frozenset[SecurityGroupRule]


def read_security_groups(session: Session, vpc_id: str) -> tuple[SecurityGroup, ...]:
    """Every group of a VPC."""
    pages = session.ec2.get_paginator("describe_security_groups").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return tuple(
        SecurityGroup(
            group["GroupId"],
            group["GroupName"],
            frozenset((*_rules(group.get("IpPermissions", []), egress=False), *_rules(group.get("IpPermissionsEgress", []), egress=True))),
        )
        for page in pages
        for group in page["SecurityGroups"]
    )


def _rules(permissions: Iterable["IpPermissionOutputTypeDef"], *, egress: bool) -> Iterator[SecurityGroupRule]:
    for permission in permissions:
        peers = [
            *(block["CidrIp"] for block in permission.get("IpRanges", [])),
            *(block["CidrIpv6"] for block in permission.get("Ipv6Ranges", [])),
            *(pair.get("GroupId", "") for pair in permission.get("UserIdGroupPairs", [])),
            *(prefixes.get("PrefixListId", "") for prefixes in permission.get("PrefixListIds", [])),
        ]
        for peer in peers:
            if not (egress and peer == _LETS_NOTHING_OUT):
                yield SecurityGroupRule(egress, permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort"), peer)
