"""What templates may hold of security groups and network ACLs; the rules of flows judge what those let through."""

from collections.abc import Mapping, Sequence

from tradingbot_infra.compliance.allowed.placement import IN_THE_VPC, TAGS, one_per_subnet
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Count,
    allowed,
    follows,
    judged,
    refers_to,
    required,
)
from tradingbot_infra.compliance.reading.flows import parties, party_of
from tradingbot_infra.compliance.reading.networks import SUBNET, VPC
from tradingbot_infra.compliance.reading.security_group_rules import RuleDirection
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.subnets import TIERS
from tradingbot_infra.design.connections import egress, ingress
from tradingbot_infra.design.network_acls import DEFAULT_ACL, tier_acls
from tradingbot_infra.templates import Resource

_ACL = "AWS::EC2::NetworkAcl"

_NAT_GROUP = "Security Group for NAT instances"
"""The description that the CDK's NAT provider gives its group."""

_PURPOSE = "the purpose of a connection of the design"


def _group_descriptions(group: Resource, config: EnvironmentConfig) -> Sequence[str]:
    party = party_of(group, config)
    return [party.description or _NAT_GROUP] if party else []


def _rule_descriptions(_: Resource, config: EnvironmentConfig) -> Sequence[str]:
    return ["Disallow all traffic", *(row.purpose for row in config.connections)]


def _separate_rules(direction: RuleDirection) -> Count:
    """The rules between two groups; those for addresses stand inside the group."""
    rows_of = ingress if direction == "Ingress" else egress

    def count(config: EnvironmentConfig) -> int:
        rows = [row for party in parties(config) for row in rows_of(config.connections, party)]
        return sum(bool((row.source if direction == "Ingress" else row.target).security_group) for row in rows)

    return count


def _acl_entries(config: EnvironmentConfig) -> int:
    acls = [*tier_acls(config.network.subnets, config.connections).values(), DEFAULT_ACL]
    return sum(len(acl.inbound) + len(acl.outbound) for acl in acls)


ALLOWED: Mapping[str, AllowedType] = {
    _ACL: allowed(*IN_THE_VPC, *TAGS, exact=True, NetworkStack=lambda _: len(TIERS)),
    "AWS::EC2::NetworkAclEntry": allowed(
        *required(refers_to("NetworkAclId", _ACL, VPC)),
        *judged(
            "net.nacl_entries",
            "CidrBlock",
            "Egress",
            "Icmp.Code",
            "Icmp.Type",
            "PortRange.From",
            "PortRange.To",
            "Protocol",
            "RuleAction",
            "RuleNumber",
        ),
        exact=True,
        NetworkStack=_acl_entries,
    ),
    "AWS::EC2::SubnetNetworkAclAssociation": allowed(
        *required(refers_to("NetworkAclId", _ACL), refers_to("SubnetId", SUBNET)),
        exact=True,
        NetworkStack=one_per_subnet,
    ),
    "AWS::EC2::SecurityGroup": allowed(
        *required(follows("GroupDescription", _group_descriptions, "the description of its party")),
        *(follows(f"SecurityGroup{way}[].Description", _rule_descriptions, _PURPOSE) for way in ("Egress", "Ingress")),
        *judged(
            "net.sg_flows",
            *(f"SecurityGroup{way}[].{name}" for way in ("Egress", "Ingress") for name in ("CidrIp", "FromPort", "IpProtocol", "ToPort")),
        ),
        *IN_THE_VPC,
        *TAGS,
        exact=True,
        NetworkStack=lambda config: len(parties(config)),
    ),
    "AWS::EC2::SecurityGroupEgress": allowed(
        follows("Description", _rule_descriptions, _PURPOSE),
        *judged("net.sg_flows", "DestinationSecurityGroupId", "FromPort", "GroupId", "IpProtocol", "ToPort"),
        exact=True,
        NetworkStack=_separate_rules("Egress"),
    ),
    "AWS::EC2::SecurityGroupIngress": allowed(
        follows("Description", _rule_descriptions, _PURPOSE),
        *judged("net.sg_flows", "FromPort", "GroupId", "IpProtocol", "SourceSecurityGroupId", "ToPort"),
        exact=True,
        NetworkStack=_separate_rules("Ingress"),
    ),
}
