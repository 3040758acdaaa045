"""Entries of network ACLs. The entry with the lowest number that matches a packet decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.observe import at, is_false, is_true
from tradingbot_infra.compliance.reading.networks import Block, block, lies_in
from tradingbot_infra.compliance.tristate import is_reference_to
from tradingbot_infra.templates import Assembly, Resource

NETWORK_ACL = "AWS::EC2::NetworkAcl"
NETWORK_ACL_ENTRY = "AWS::EC2::NetworkAclEntry"

EVERY_PROTOCOL = -1
TCP, UDP = 6, 17

_EVERY_PORT = (0, 65535)


@dataclass(frozen=True)
class Entry:
    """One entry of which everything is known. Only TCP and UDP have `ports`; other protocols have all of them."""

    resource: Resource
    number: int
    allows: bool
    egress: bool
    protocol: int
    ports: tuple[int, int]
    addresses: Block

    @property
    def text(self) -> str:
        """The entry in short, such as `300 allow 6 443-443 0.0.0.0/0`."""
        return f"{self.number} {'allow' if self.allows else 'deny'} {self.protocol} {self.ports[0]}-{self.ports[1]} {self.addresses}"

    @property
    def is_everything(self) -> bool:
        """Whether it applies to all traffic of one address family."""
        return self.protocol == EVERY_PROTOCOL and self.addresses.prefixlen == 0

    def matches(self, protocol: int, port: int) -> bool:
        """Whether it applies to a port of TCP or UDP."""
        return self.protocol in (EVERY_PROTOCOL, protocol) and self.ports[0] <= port <= self.ports[1]

    def opens(self, port: int, entries: Iterable["Entry"]) -> bool:
        """Whether it allows TCP or UDP on a port, because none of the entries before it denies that."""
        denials = [each for each in entries if not each.allows and each.number < self.number and lies_in(self.addresses, each.addresses)]
        protocols = [protocol for protocol in (TCP, UDP) if self.matches(protocol, port)]
        return self.allows and any(not any(denial.matches(protocol, port) for denial in denials) for protocol in protocols)


def entries_of(acl: Resource, assembly: Assembly) -> tuple[list[Entry], list[Resource]]:
    """The entries of a network ACL, or of the default one of a VPC, by number, and those that only CloudFormation knows."""
    resources = [
        each for each in assembly.of_type(NETWORK_ACL_ENTRY) if is_reference_to(each.properties.get("NetworkAclId"), acl, assembly)
    ]
    found = [(each, _entry(each, assembly)) for each in resources]
    known = sorted((entry for _, entry in found if entry), key=lambda entry: entry.number)
    return known, [each for each, entry in found if entry is None]


def _entry(resource: Resource, assembly: Assembly) -> Entry | None:
    said = resource.properties
    number, protocol = _number(said.get("RuleNumber")), _number(said.get("Protocol"))
    addresses = block(said.get("CidrBlock", said.get("Ipv6CidrBlock")), assembly)
    action, egress = said.get("RuleAction"), said.get("Egress", False)
    ports = _ports(said, protocol)
    if number is None or protocol is None or addresses is None or ports is None:
        return None
    if action not in ("allow", "deny") or not (is_true(egress) or is_false(egress)):
        return None
    return Entry(resource, number, action == "allow", is_true(egress), protocol, ports, addresses)


def _ports(said: Any, protocol: int | None) -> tuple[int, int] | None:
    if protocol not in (TCP, UDP) or "PortRange" not in said:
        return _EVERY_PORT
    first, last = (_number(at(said, f"PortRange.{name}")) for name in ("From", "To"))
    return None if first is None or last is None else (first, last)


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() else None
