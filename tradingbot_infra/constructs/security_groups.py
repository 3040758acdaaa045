"""A security group for each party of the design, with the rules of design/connections.py in both directions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.constructs.stateful import pin
from tradingbot_infra.design.connections import Connection, egress, ingress
from tradingbot_infra.design.parties import ANYONE, NAT_INSTANCES, Party


class SecurityGroups(Construct):
    """The groups by party. The group of NAT instances comes from the CDK's NAT provider (constructs/vpc.py)."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, connections: Sequence[Connection]) -> None:
        super().__init__(scope, construct_id)
        parties = dict.fromkeys(
            party for row in connections for party in (row.source, row.target) if party.security_group and party != NAT_INSTANCES
        )
        self._groups = {party: self._group(vpc, party, str(party.security_group)) for party in parties}
        for party, group in self._groups.items():
            for row in egress(connections, party):
                group.add_egress_rule(self._peer(row.target), ec2.Port.tcp(row.port), row.purpose)
            for row in ingress(connections, party):
                group.add_ingress_rule(self._peer(row.source), ec2.Port.tcp(row.port), row.purpose)
            rows = egress(connections, party)
            if rows and all(row.target.security_group for row in rows):
                _let_nothing_else_out(group)

    @property
    def by_party(self) -> Mapping[Party, ec2.ISecurityGroup]:
        """Each party's group; a party without connections has none."""
        return MappingProxyType(self._groups)

    def _group(self, vpc: ec2.IVpc, party: Party, construct_id: str) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(self, construct_id, vpc=vpc, description=party.description, allow_all_outbound=False)
        pin(group, construct_id)
        return group

    def _peer(self, party: Party) -> ec2.IPeer:
        return ec2.Peer.any_ipv4() if party == ANYONE else self._groups[party]


def _let_nothing_else_out(group: ec2.SecurityGroup) -> None:
    """A rule for nobody inside the group, as the CDK writes it into groups without any.

    Rules to other groups are resources of their own. CloudFormation takes away EC2's rule that lets everything out only where the
    group itself has one (CloudFormation Template Reference, AWS::EC2::SecurityGroup).
    """
    resource = group.node.default_child
    if isinstance(resource, ec2.CfnSecurityGroup):
        resource.security_group_egress = [
            ec2.CfnSecurityGroup.EgressProperty(
                cidr_ip="255.255.255.255/32", description="Disallow all traffic", ip_protocol="icmp", from_port=252, to_port=86
            )
        ]
