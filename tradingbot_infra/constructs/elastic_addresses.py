"""The addresses by which exchanges know the team: what their allow lists name, so nothing but a person gives one up."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin
from tradingbot_infra.design.names import Names

_LOGICAL_IDS = ("VpcPublicSubnet1EIPD7E02669", "VpcPublicSubnet2EIP3C605A87", "VpcPublicSubnet3EIP3A666A23")
"""By zone: those of the CDK's own VPC, which allocated the addresses of stacks that were deployed before this construct."""


class ElasticAddresses(Construct):
    """An address for each zone: adopted ones first, in their order, then new ones.

    Where data is retained, their number depends on the zones alone, so no change of NAT moves an address: one that NAT does not use
    now waits, and is billed. Elsewhere there are as many as NAT uses, at least one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, network: NetworkConfig, retention: RetentionConfig) -> None:
        super().__init__(scope, construct_id)
        zones = len(network.availability_zones)
        wanted = zones if retention.retain_data else max(network.nat_gateways, 1)
        self.adopted = list(network.nat_allocation_ids)
        self.created = [self._address(number, names, retention) for number in range(len(self.adopted) + 1, wanted + 1)]

    @property
    def allocation_ids(self) -> list[str]:
        """The allocation id of each address, by zone."""
        return [*self.adopted, *(address.attr_allocation_id for address in self.created)]

    @property
    def addresses(self) -> list[str]:
        """The addresses themselves, by zone; none where some are adopted, because CloudFormation does not know those."""
        return [] if self.adopted else [address.ref for address in self.created]

    def _address(self, number: int, names: Names, retention: RetentionConfig) -> ec2.CfnEIP:
        address = ec2.CfnEIP(self, str(number), domain="vpc")
        address.apply_removal_policy(keep_or_destroy(retention))
        pin(address, _LOGICAL_IDS[number - 1])
        cdk.Tags.of(address).add("Name", names.egress_address(number))
        return address
