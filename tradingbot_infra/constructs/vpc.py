"""The VPC: four subnet tiers in fixed zones, egress through NAT, and a flow log of all traffic."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.config.subnets import plan_subnets
from tradingbot_infra.constructs.nat_instances import set_up_nat_instances
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.connections import Connection, egress, ingress
from tradingbot_infra.design.parties import NAT_INSTANCES

_SUBNET_TYPES = {
    "public": ec2.SubnetType.PUBLIC,
    "private": ec2.SubnetType.PRIVATE_WITH_EGRESS,
    "database": ec2.SubnetType.PRIVATE_ISOLATED,
    "cache": ec2.SubnetType.PRIVATE_ISOLATED,
}


def tier(name: str) -> ec2.SubnetSelection:
    """The subnets of one of TIERS."""
    return ec2.SubnetSelection(subnet_group_name=name.capitalize())


class Vpc(ec2.Vpc):
    """A VPC with exactly the configured blocks, and a default security group without rules."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        network: NetworkConfig,
        connections: Sequence[Connection],
        allocation_ids: Sequence[str],
    ) -> None:
        nat = _nat_provider(network, allocation_ids)
        super().__init__(
            scope,
            construct_id,
            vpc_name=name,
            ip_addresses=ec2.IpAddresses.cidr(network.vpc_cidr),
            availability_zones=list(network.availability_zones),
            subnet_configuration=_subnet_configuration(network),
            nat_gateways=network.nat_gateways,
            nat_gateway_provider=nat,
            restrict_default_security_group=True,
        )
        self._nat = nat
        if isinstance(nat, ec2.NatInstanceProviderV2) and network.nat_gateways:
            for row in ingress(connections, NAT_INSTANCES):
                for cidr in network.private_subnet_cidrs:
                    nat.security_group.add_ingress_rule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(row.port), row.purpose)
            for row in egress(connections, NAT_INSTANCES):
                nat.security_group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(row.port), row.purpose)
            set_up_nat_instances(self, nat.gateway_instances, allocation_ids)

    @property
    def nat_instances(self) -> list[ec2.Instance]:
        """The NAT instances, none where there are NAT gateways."""
        return self._nat.gateway_instances if isinstance(self._nat, ec2.NatInstanceProviderV2) else []

    def add_complete_flow_log(self, log_group: logs.ILogGroup) -> None:
        """Logs accepted and rejected traffic to a log group that the role can write to but not create."""
        role = ServiceRole(
            self,
            "FlowLogRole",
            service="vpc-flow-logs.amazonaws.com",
            from_this_account=True,
            source_arn=None,
            description="Writes the VPC flow log",
            statements=[
                iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    resources=[log_group.log_group_arn],
                )
            ],
        )
        self.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(log_group, role.granted),
            traffic_type=ec2.FlowLogTrafficType.ALL,
        )


def _subnet_configuration(network: NetworkConfig) -> list[ec2.SubnetConfiguration]:
    tiers = {name: tuple(map(IPv4Network, cidrs)) for name, cidrs in network.subnets.items()}
    groups = plan_subnets(IPv4Network(network.vpc_cidr), tiers)
    return [
        ec2.SubnetConfiguration(
            name=group.tier.capitalize() if group.tier else f"Reserved{number}",
            subnet_type=_SUBNET_TYPES[group.tier] if group.tier else ec2.SubnetType.PRIVATE_ISOLATED,
            cidr_mask=group.prefix_length,
            reserved=group.tier is None,
            map_public_ip_on_launch=False if group.tier == "public" else None,
        )
        for number, group in enumerate(groups)
    ]


def _nat_provider(network: NetworkConfig, allocation_ids: Sequence[str]) -> ec2.NatProvider:
    if network.nat_type == "gateway":
        return ec2.NatProvider.gateway(eip_allocation_ids=list(allocation_ids))
    return ec2.NatInstanceProviderV2(
        instance_type=ec2.InstanceType(network.nat_instance_type),
        # CloudFormation resolves it from a public parameter during deployment, so synthesis looks nothing up.
        machine_image=ec2.MachineImage.latest_amazon_linux2023(cpu_type=ec2.AmazonLinuxCpuType.ARM_64),
        # Until it has its fixed address; subnets assign none.
        associate_public_ip_address=True,
        default_allowed_traffic=ec2.NatTrafficDirection.NONE,
    )
