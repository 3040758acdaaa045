"""Every rule of a VPC's security groups, of whatever protocol, each as one comparable thing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import IpPermissionOutputTypeDef

WORLD = ("0.0.0.0/0", "::/0")

_LETS_NOTHING_OUT = "255.255.255.255/32"
"""The CDK writes a rule to this address where a group has no way out, because EC2 gives a group without rules one to everywhere."""


@dataclass(frozen=True, order=True)
class Rule:
    """One rule. `peer` is an address block, a security group or a prefix list, by id.

    `first` and `last` are ports, None where the rule holds for all of them, and type and code for ICMP.
    """

    egress: bool
    protocol: str
    first: int | None
    last: int | None
    peer: str

    @property
    def ports(self) -> str:
        """As in `tcp 443` or `tcp 8000-8010`."""
        protocol = "all traffic" if self.protocol == "-1" else self.protocol
        if self.first is None:
            return protocol
        return f"{protocol} {self.first}" if self.first == self.last else f"{protocol} {self.first}-{self.last}"


@dataclass(frozen=True)
class SecurityGroup:
    """One group with the rules that let something in or out."""

    id: str
    name: str
    rules: frozenset[Rule]


def read_security_groups(session: Session, vpc_id: str) -> tuple[SecurityGroup, ...]:
    """Every group of a VPC."""
    pages = session.ec2.get_paginator("describe_security_groups").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return tuple(
        SecurityGroup(
            id=group["GroupId"],
            name=group["GroupName"],
            rules=frozenset(
                (*_rules(group.get("IpPermissions", []), egress=False), *_rules(group.get("IpPermissionsEgress", []), egress=True))
            ),
        )
        for page in pages
        for group in page["SecurityGroups"]
    )


def _rules(permissions: Iterable["IpPermissionOutputTypeDef"], *, egress: bool) -> Iterator[Rule]:
    for permission in permissions:
        peers = [
            *(block["CidrIp"] for block in permission.get("IpRanges", [])),
            *(block["CidrIpv6"] for block in permission.get("Ipv6Ranges", [])),
            *(pair.get("GroupId", "") for pair in permission.get("UserIdGroupPairs", [])),
            *(prefixes.get("PrefixListId", "") for prefixes in permission.get("PrefixListIds", [])),
        ]
        for peer in peers:
            if not (egress and peer == _LETS_NOTHING_OUT):
                yield Rule(egress, permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort"), peer)
