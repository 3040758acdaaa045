"""The rules of security groups, inside the group or as separate resources."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tradingbot_infra.compliance.observe import at, is_function, is_unknown, listed
from tradingbot_infra.compliance.reading.networks import (
    DB_INSTANCE,
    INSTANCE,
    LOAD_BALANCER,
    REPLICATION_GROUP,
    SERVICE,
    VPC_ENDPOINT,
    is_outside,
    is_world,
)
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, is_given, is_reference_to, names, negated
from tradingbot_infra.templates import Assembly, Resource

SECURITY_GROUP = "AWS::EC2::SecurityGroup"
INGRESS = "AWS::EC2::SecurityGroupIngress"
EGRESS = "AWS::EC2::SecurityGroupEgress"

RuleDirection = Literal["Ingress", "Egress"]

GROUPS_OF: Mapping[str, str] = {
    DB_INSTANCE: "VPCSecurityGroups",
    REPLICATION_GROUP: "SecurityGroupIds",
    SERVICE: "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
    LOAD_BALANCER: "SecurityGroups",
}
"""The properties in which workloads name their groups; one that names none gets the VPC's default group."""

_BLOCKS = ("CidrIp", "CidrIpv6")
_GROUPS = ("SourceSecurityGroupId", "SourceSecurityGroupName", "DestinationSecurityGroupId")
_PREFIX_LISTS = ("SourcePrefixListId", "DestinationPrefixListId")

_EVERY_PROTOCOL = "-1"
_TCP = ("tcp", "6")
_WITH_PORTS = (*_TCP, "udp", "17")
_EVERY_PORT = (0, 65535)


@dataclass(frozen=True)
class SecurityGroupRule:
    """One rule. `where` is its path in the resource that declares it; `properties` is None where only CloudFormation knows it."""

    where: str
    stands_in: Resource
    properties: Mapping[str, Any] | None

    @property
    def text(self) -> str | None:
        """The rule in short, such as `tcp 443-443 0.0.0.0/0`."""
        if self.properties is None:
            return None
        peers = [str(self.properties[name]) for name in (*_BLOCKS, *_GROUPS, *_PREFIX_LISTS) if name in self.properties]
        ports = "-".join(str(self.properties[name]) for name in ("FromPort", "ToPort") if name in self.properties)
        return " ".join(part for part in (self._protocol, ports, *peers) if part)

    @property
    def is_every_protocol(self) -> TriState:
        """Whether the rule is for all protocols, and so for all ports."""
        return None if self._protocol is None else self._protocol == _EVERY_PROTOCOL

    def covers(self, port: int) -> TriState:
        """Whether TCP or UDP on a port is part of what the rule allows."""
        if self._protocol is None:
            return None
        if self._protocol not in _WITH_PORTS:
            return self._protocol == _EVERY_PROTOCOL
        return None if self._ports is None else self._ports[0] <= port <= self._ports[1]

    def is_exactly(self, ports: Sequence[int | None]) -> TriState:
        """Whether the rule allows one of these TCP ports and nothing else; undecided where the port that it should be is unknown."""
        if self._protocol is not None and self._protocol not in _TCP:
            return False
        if self._protocol is None or self._ports is None:
            return None
        return any_of(None if port is None else self._ports == (port, port) for port in ports)

    def is_for_world(self, assembly: Assembly, *blocks: str) -> TriState:
        """Whether the other side may be anybody, by one of these properties: `CidrIp`, `CidrIpv6`; both by default."""
        return self._is_for(is_world, blocks or _BLOCKS, assembly)

    def is_for_outside(self, assembly: Assembly) -> TriState:
        """Whether the other side may have a public address."""
        return self._is_for(is_outside, _BLOCKS, assembly)

    def is_from_groups_of(self, workloads: Sequence[Resource], assembly: Assembly) -> TriState:
        """Whether the other side is only a group of one of these workloads."""
        if self.properties is None:
            return None
        group = assembly.referred(self.properties.get(_GROUPS[0]))
        others = any_of(is_given(self.properties.get(name), assembly) for name in (*_BLOCKS, *_PREFIX_LISTS))
        return all_of([is_attached(group, workloads, assembly), negated(others)])

    def group(self, assembly: Assembly) -> Resource | None:
        """The group that the rule belongs to; None when that is unknown."""
        stands_in = self.stands_in
        return stands_in if stands_in.type == SECURITY_GROUP else assembly.referred(stands_in.properties.get("GroupId"))

    def _is_for(self, judge: Callable[[Any, Assembly], TriState], blocks: Sequence[str], assembly: Assembly) -> TriState:
        if self.properties is None:
            return None
        # No template has the blocks of a prefix list.
        listed_elsewhere = None if any(name in self.properties for name in _PREFIX_LISTS) else False
        return any_of([*(judge(self.properties.get(name), assembly) for name in blocks), listed_elsewhere])

    @property
    def _protocol(self) -> str | None:
        protocol = (self.properties or {}).get("IpProtocol")
        return None if protocol is None or is_unknown(protocol) else str(protocol).lower()

    @property
    def _ports(self) -> tuple[int, int] | None:
        """First and last; every port where none is named, None where one is unknown."""
        stated = [(self.properties or {}).get(name, -1) for name in ("FromPort", "ToPort")]
        if "-1" in map(str, stated):
            return _EVERY_PORT
        first, last = (int(port) if str(port).isdecimal() else None for port in stated)
        return None if first is None or last is None else (first, last)


def rules_in(resource: Resource, direction: RuleDirection) -> list[SecurityGroupRule]:
    """The rules inside a group, or the one rule of a separate resource."""
    if resource.type != SECURITY_GROUP:
        return [SecurityGroupRule("Properties", resource, resource.properties)]
    path = f"SecurityGroup{direction}"
    return [
        SecurityGroupRule(f"Properties.{path}[{number}]", resource, rule if isinstance(rule, Mapping) and not is_function(rule) else None)
        for number, rule in enumerate(listed(resource.properties.get(path)))
    ]


def rules_of(group: Resource, direction: RuleDirection, assembly: Assembly) -> list[SecurityGroupRule]:
    """All rules of a group in one direction, the separate ones after those inside."""
    separate = assembly.of_type(f"AWS::EC2::SecurityGroup{direction}")
    return rules_in(group, direction) + [
        SecurityGroupRule(f"{rule.logical_id}.Properties", rule, rule.properties)
        for rule in separate
        if is_reference_to(rule.properties.get("GroupId"), group, assembly)
    ]


def egress_of(workloads: Sequence[Resource], assembly: Assembly) -> list[SecurityGroupRule]:
    """What the groups of these workloads let out, as far as this assembly has the groups."""
    groups = [group for group in assembly.of_type(SECURITY_GROUP) if is_attached(group, workloads, assembly)]
    return [each for group in groups for each in rules_of(group, "Egress", assembly)]


def is_attached(group: Resource | None, workloads: Sequence[Resource], assembly: Assembly) -> TriState:
    """Whether one of these workloads is in a group; undecided for a group that is unknown."""
    named = (value for workload in workloads for value in groups_named(workload))
    return any_of(names(value, group, assembly) if group else None for value in named)


def groups_named(workload: Resource) -> Iterator[Any]:
    """The groups that a workload or an interface endpoint names; those of an EC2 instance may be in its network interfaces."""
    if workload.type in GROUPS_OF:
        yield at(workload.properties, GROUPS_OF[workload.type])
    if workload.type in (INSTANCE, VPC_ENDPOINT):
        yield workload.properties.get("SecurityGroupIds")
        yield from (at(interface, "GroupSet") for interface in listed(workload.properties.get("NetworkInterfaces")))
