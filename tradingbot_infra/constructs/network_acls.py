"""Network ACLs, one for each tier: what may enter or leave a subnet, whatever security groups allow."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.constructs.vpc import Vpc
from tradingbot_infra.design.connections import Connection
from tradingbot_infra.design.network_acls import DEFAULT_ACL, AclRules, tier_acls


class NetworkAcls(Construct):
    """An ACL for each tier, associated with all its subnets. The VPC's default ACL denies everything.

    A direction holds 20 rules, AWS's own last one included (VPC User Guide, "Amazon VPC quotas"): three zones stay below that.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, vpc: Vpc, name: str, network: NetworkConfig, connections: Sequence[Connection]
    ) -> None:
        super().__init__(scope, construct_id)
        acls = {
            tier_name: _TierAcl(self, tier_name.capitalize(), vpc=vpc, tier_name=tier_name, acl_name=f"{name}-{tier_name}", rules=rules)
            for tier_name, rules in tier_acls(network.subnets, connections).items()
        }
        for instance in vpc.nat_instances:
            # At first boot a NAT instance downloads packages, so its ACL must allow traffic by then.
            instance.node.add_dependency(acls["public"])
        default = _Entries(self, "Default", acl_id=vpc.vpc_default_network_acl, rules=DEFAULT_ACL)
        # In an existing VPC, subnets leave the default ACL before it denies everything.
        default.node.add_dependency(*acls.values())


class _TierAcl(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, tier_name: str, acl_name: str, rules: AclRules) -> None:
        super().__init__(scope, construct_id)
        acl = ec2.CfnNetworkAcl(self, "Acl", vpc_id=vpc.vpc_id)
        acl.tags.set_tag("Name", acl_name)
        entries = _Entries(self, "Entries", acl_id=acl.attr_id, rules=rules)
        for number, subnet_id in enumerate(vpc.select_subnets(subnet_group_name=tier_name.capitalize()).subnet_ids, start=1):
            association = ec2.CfnSubnetNetworkAclAssociation(self, f"Subnet{number}", network_acl_id=acl.attr_id, subnet_id=subnet_id)
            # A subnet is associated only once its ACL is complete; until then nothing would pass.
            association.node.add_dependency(entries)


class _Entries(Construct):
    """Entries have their numbers as ids, so another rule under the same number is an update. With other ids CloudFormation would
    create it beside the old one, and EC2 refuses a number twice."""

    def __init__(self, scope: Construct, construct_id: str, *, acl_id: str, rules: AclRules) -> None:
        super().__init__(scope, construct_id)
        for entries, egress in ((rules.inbound, False), (rules.outbound, True)):
            for entry in entries:
                ec2.CfnNetworkAclEntry(
                    self,
                    f"{'Out' if egress else 'In'}{entry.number}",
                    network_acl_id=acl_id,
                    rule_number=entry.number,
                    rule_action=entry.action,
                    protocol=entry.protocol,
                    cidr_block=entry.block,
                    egress=egress,
                    port_range=ec2.CfnNetworkAclEntry.PortRangeProperty(from_=entry.ports[0], to=entry.ports[1]) if entry.ports else None,
                    icmp=ec2.CfnNetworkAclEntry.IcmpProperty(type=entry.icmp[0], code=entry.icmp[1]) if entry.icmp else None,
                )
