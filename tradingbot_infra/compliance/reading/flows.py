"""What the design's connections ask of security groups and network ACLs, in the words of templates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.reading.security_group_rules import SECURITY_GROUP, RuleDirection, SecurityGroupRule
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.connections import egress, ingress
from tradingbot_infra.design.network_acls import AclEntry, AclRules
from tradingbot_infra.design.parties import ANYONE, NAT_INSTANCES, PRIVATE_SUBNETS, Party
from tradingbot_infra.templates import Assembly, Resource

_STACK = "NetworkStack"
"""Where every security group is, with every rule."""

_PEERS = {
    "Ingress": ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"),
    "Egress": ("CidrIp", "CidrIpv6", "DestinationSecurityGroupId", "DestinationPrefixListId"),
}


@dataclass(frozen=True)
class Flow:
    """What one rule of a security group allows. `peer` is an address block, or the stack and logical id of a group."""

    protocol: str
    first: str
    last: str
    peer: str

    @property
    def text(self) -> str:
        """The flow in short, such as `tcp 443-443 0.0.0.0/0`."""
        return f"{self.protocol} {self.first}-{self.last} {self.peer}"


NOTHING = Flow("icmp", "252", "86", "255.255.255.255/32")
"""What the CDK writes into a group that lets nothing out to addresses, so that EC2 does not let everything out."""


def parties(config: EnvironmentConfig) -> tuple[Party, ...]:
    """The parties of the settings' connections that have a security group."""
    taking_part = (party for row in config.connections for party in (row.source, row.target))
    return tuple(dict.fromkeys(party for party in taking_part if party.security_group))


def party_of(group: Resource, config: EnvironmentConfig) -> Party | None:
    """Whose a security group is, by its logical id; None for a group that the design does not have."""
    return next((party for party in parties(config) if _is_of(group, party)), None)


def group_of(party: Party, assembly: Assembly) -> Resource | None:
    """The security group of a party."""
    return next((group for group in assembly.of_type(SECURITY_GROUP) if _is_of(group, party)), None)


def wanted_flows(party: Party, direction: RuleDirection, config: EnvironmentConfig, assembly: Assembly) -> tuple[Flow, ...]:
    """What a party's group lets in or out with these settings."""
    rows = ingress(config.connections, party) if direction == "Ingress" else egress(config.connections, party)
    flows = [
        Flow("tcp", str(row.port), str(row.port), peer)
        for row in rows
        for peer in _peers(row.source if direction == "Ingress" else row.target, config, assembly)
    ]
    only_groups = direction == "Egress" and all(row.target.security_group for row in rows)
    return (*flows, NOTHING) if only_groups else tuple(flows)


def stated_flow(rule: SecurityGroupRule, direction: RuleDirection, assembly: Assembly) -> Flow | None:
    """What a rule allows; None where only CloudFormation knows it."""
    said = rule.properties
    if said is None:
        return None
    peers = [_peer(said[name], assembly) for name in _PEERS[direction] if name in said]
    numbers = [said.get(name) for name in ("IpProtocol", "FromPort", "ToPort")]
    if is_unknown(numbers) or None in peers:
        return None
    protocol, first, last = (str(each).lower() for each in numbers)
    return Flow(protocol, first, last, " ".join(map(str, peers)))


def wanted_entries(rules: AclRules) -> list[Mapping[str, Any]]:
    """The entries of an ACL as `stated_entry` gives them."""
    return [_normal(_entry(entry, out)) for entries, out in ((rules.inbound, False), (rules.outbound, True)) for entry in entries]


def stated_entry(resource: Resource) -> Any:
    """An entry of an ACL without the ACL, every value as text; None where only CloudFormation knows it."""
    said = {name: value for name, value in resource.properties.items() if name != "NetworkAclId"}
    return None if is_unknown(said) else _normal({"Egress": False, **said})


def _is_of(group: Resource, party: Party) -> bool:
    # The CDK's NAT provider gives its group an id of its own making, with a hash.
    end = "[0-9A-F]{8}" if party == NAT_INSTANCES else ""
    return group.stack == _STACK and re.fullmatch(f"{party.security_group}{end}", group.logical_id) is not None


def _peers(party: Party, config: EnvironmentConfig, assembly: Assembly) -> Iterator[str]:
    if party == ANYONE:
        yield "0.0.0.0/0"
    elif party == PRIVATE_SUBNETS:
        yield from config.network.private_subnet_cidrs
    else:
        group = group_of(party, assembly)
        yield f"{group.stack}.{group.logical_id}" if group else party.name


def _peer(value: Any, assembly: Assembly) -> str | None:
    target = assembly.referred(value)
    if target is not None:
        return f"{target.stack}.{target.logical_id}"
    return None if is_unknown(value) else str(value)


def _entry(entry: AclEntry, out: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "RuleNumber": entry.number,
        "Egress": out,
        "RuleAction": entry.action,
        "Protocol": entry.protocol,
        "CidrBlock": entry.block,
    }
    if entry.ports:
        said["PortRange"] = {"From": entry.ports[0], "To": entry.ports[1]}
    if entry.icmp:
        said["Icmp"] = {"Type": entry.icmp[0], "Code": entry.icmp[1]}
    return said


def _normal(value: Any) -> Any:
    """Values as text: CloudFormation takes numbers and truth values as text too."""
    return {name: _normal(item) for name, item in value.items()} if isinstance(value, Mapping) else str(value).lower()
