"""A VPC's network as a whole, and which of its resources belong together."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from tradingbot_infra.operations.live.network import Endpoint, Instance, NatGateway, NetworkAcl, RouteTable, Subnet
from tradingbot_infra.operations.live.security_groups import SecurityGroup


@dataclass(frozen=True, kw_only=True)
class NetworkState:
    """One VPC. `prefix_lists` holds those that security groups name, None for one whose entries the API does not return."""

    vpc_id: str
    subnets: tuple[Subnet, ...]
    route_tables: tuple[RouteTable, ...]
    security_groups: tuple[SecurityGroup, ...]
    network_acls: tuple[NetworkAcl, ...]
    nat_gateways: tuple[NatGateway, ...]
    instances: tuple[Instance, ...]
    internet_gateways: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    prefix_lists: Mapping[str, tuple[IPv4Network, ...] | None]

    def subnet(self, subnet_id: str) -> Subnet | None:
        """The subnet of this id; None when it is not in this VPC."""
        return next((subnet for subnet in self.subnets if subnet.id == subnet_id), None)

    def security_group(self, group_id: str) -> SecurityGroup | None:
        """The security group of this id; None when it is not in this VPC."""
        return next((group for group in self.security_groups if group.id == group_id), None)

    def route_table_of(self, subnet: Subnet) -> RouteTable | None:
        """The table that the subnet names, else the main one."""
        own = (table for table in self.route_tables if subnet.id in table.subnets)
        return next(own, next((table for table in self.route_tables if table.main), None))

    def network_acl_of(self, subnet: Subnet) -> NetworkAcl | None:
        """The ACL that the subnet has, else the default one."""
        own = (acl for acl in self.network_acls if subnet.id in acl.subnets)
        return next(own, next((acl for acl in self.network_acls if acl.default), None))
