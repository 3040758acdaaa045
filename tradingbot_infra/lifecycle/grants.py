"""What lets traffic through, and on which ports a stack needs it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tradingbot_infra.lifecycle.physical import Physical, names_in

_ANY_PORT = (0, 65535)
_RESPONSES = 1000
"""A range this wide is for responses, whose ports nobody chooses."""
_DEFAULT_PORTS = MappingProxyType({"AWS::ElastiCache::ReplicationGroup": ("Port", 6379), "AWS::RDS::DBInstance": ("Port", 5432)})


@dataclass(frozen=True)
class Grant:
    """`subject`, a security group or network ACL, lets ports through from or to a peer. `by` is the resource that says so."""

    subject: str
    direction: str
    peer: str
    first: int
    last: int
    by: Physical

    def covers(self, other: "Grant", port: int) -> bool:
        """Whether it lets through what another grant does on a port."""
        same = (self.subject, self.direction, self.peer) == (other.subject, other.direction, other.peer)
        return same and self.first <= port <= self.last


def grants_of(physical: Physical) -> Iterator[Grant]:
    """What one resource lets through; a denying ACL entry lets nothing through."""
    kind, properties = physical.resource.type, physical.resource.properties
    if kind in _RULES:
        yield from (_rule(name, _RULES[kind], properties, physical) for name in names_in(properties["GroupId"]))
    elif kind == "AWS::EC2::SecurityGroup":
        for direction in ("Ingress", "Egress"):
            rules = properties.get(f"SecurityGroup{direction}", [])
            yield from (_rule(physical.name, direction, rule, physical) for rule in rules)
    elif kind == "AWS::EC2::NetworkAclEntry" and properties["RuleAction"] == "allow":
        yield from _entry(physical)


def _entry(physical: Physical) -> Iterator[Grant]:
    properties = physical.resource.properties
    ports = properties.get("PortRange", {})
    direction = "Egress" if properties.get("Egress") else "Ingress"
    first, last = ports.get("From", _ANY_PORT[0]), ports.get("To", _ANY_PORT[1])
    for name in names_in(properties["NetworkAclId"]):
        yield Grant(name, direction, str(properties.get("CidrBlock")), first, last, physical)


def _rule(subject: str, direction: str, rule: Mapping[str, Any], physical: Physical) -> Grant:
    peer = next((str(rule[name]) for name in sorted(rule) if name.startswith(("Cidr", "Source", "Destination"))), "")
    return Grant(subject, direction, peer, rule.get("FromPort", _ANY_PORT[0]), rule.get("ToPort", _ANY_PORT[1]), physical)


def ports_of(physical: Physical) -> Iterator[int]:
    """The ports on which a resource listens."""
    kind, properties = physical.resource.type, physical.resource.properties
    if kind in _DEFAULT_PORTS:
        name, default = _DEFAULT_PORTS[kind]
        yield int(properties.get(name, default))
    for container in properties.get("ContainerDefinitions", []) if kind == "AWS::ECS::TaskDefinition" else ():
        yield from (mapping["ContainerPort"] for mapping in container.get("PortMappings", []))


def missing(wanted: Iterable[Grant], present: Iterable[Grant], ports: Iterable[int]) -> Iterator[tuple[Grant, int]]:
    """The wanted grants that none of the present covers on one of the ports, with the port. Those for responses are left out."""
    there, needed = list(present), sorted(set(ports))
    for grant in (grant for grant in wanted if grant.last - grant.first < _RESPONSES):
        for port in needed:
            if grant.first <= port <= grant.last and not any(other.covers(grant, port) for other in there):
                yield grant, port


_RULES = MappingProxyType({"AWS::EC2::SecurityGroupIngress": "Ingress", "AWS::EC2::SecurityGroupEgress": "Egress"})
