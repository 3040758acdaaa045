"""Route tables: the subnets that use them, and which of their routes lead out of the VPC."""

from collections.abc import Iterator
from typing import Any

from tradingbot_infra.compliance.reading.instances import is_nat
from tradingbot_infra.compliance.reading.networks import DATA_TIERS, SUBNET, VPC, block, is_world, lies_in
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, is_given, is_reference_to, negated
from tradingbot_infra.templates import Assembly, Resource

ROUTE = "AWS::EC2::Route"
ROUTE_TABLE = "AWS::EC2::RouteTable"
ROUTE_TABLE_ASSOCIATION = "AWS::EC2::SubnetRouteTableAssociation"
NAT_GATEWAY = "AWS::EC2::NatGateway"
INTERNET_GATEWAY = "AWS::EC2::InternetGateway"

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
)
_LARGEST_SUBNET_PREFIX = {4: 16, 6: 44}
"""A block of this size may be a whole VPC (VPC User Guide, "VPC CIDR blocks" and "Subnet CIDR blocks")."""

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def routes_in(table: Resource, assembly: Assembly) -> Iterator[Resource]:
    """The routes of a table, besides the local one that every table has."""
    return (route for route in assembly.of_type(ROUTE) if is_reference_to(route.properties.get("RouteTableId"), table, assembly))


def subnets_of(table: Resource, assembly: Assembly) -> list[Any]:
    """The subnets that use a table, as its associations refer to them."""
    associations = assembly.of_type(ROUTE_TABLE_ASSOCIATION)
    return [
        association.properties.get("SubnetId")
        for association in associations
        if is_reference_to(association.properties.get("RouteTableId"), table, assembly)
    ]


def subnets_routed_by(target: Resource, assembly: Assembly) -> list[Any]:
    """The subnets that have a route to a NAT gateway or instance."""
    tables = [
        assembly.referred(route.properties.get("RouteTableId")) for route in assembly.of_type(ROUTE) if _leads(route, target, assembly)
    ]
    return [subnet for table in tables if table for subnet in subnets_of(table, assembly)]


def may_stand_in(route: Resource, tier: str | None, assembly: Assembly) -> TriState:
    """Whether a tier's subnets may have a route; undecided where the tier is unknown.

    Public subnets may have any. Task subnets reach the internet through NAT, data subnets have no route out.
    """
    everywhere, gateway, nat = (judge(route, assembly) for judge in (is_everywhere, leads_to_internet_gateway, leads_through_nat))
    if tier in DATA_TIERS:
        return negated(any_of([everywhere, gateway, nat]))
    by_nat = all_of([negated(gateway), any_of([negated(everywhere), nat])])
    return {"public": True, "private": by_nat}.get(str(tier))


def is_narrow(route: Resource, assembly: Assembly) -> TriState:
    """Whether a route leads to one host or into one subnet of these stacks. What the subnets of a VPC elsewhere are is unknown."""
    addresses = block(route.properties.get("DestinationCidrBlock", route.properties.get("DestinationIpv6CidrBlock")), assembly)
    if addresses is None:
        return None
    networks, subnets = ([block(each.properties.get("CidrBlock"), assembly) for each in assembly.of_type(kind)] for kind in (VPC, SUBNET))
    if addresses.prefixlen <= _LARGEST_SUBNET_PREFIX[addresses.version] or any(each and lies_in(each, addresses) for each in networks):
        return False
    return True if addresses.num_addresses == 1 or any(each and lies_in(addresses, each) for each in subnets) else None


def is_everywhere(route: Resource, assembly: Assembly) -> TriState:
    """Whether a route is for traffic to anywhere; the blocks of a prefix list are not known."""
    blocks = [is_world(route.properties.get(name), assembly) for name in _DESTINATIONS[:2]]
    return any_of([*blocks, None if _DESTINATIONS[2] in route.properties else False])


def leads_to_internet_gateway(route: Resource, assembly: Assembly) -> TriState:
    """Whether a route leaves the VPC without address translation, so that the internet can open connections too."""
    gateway = route.properties.get("GatewayId")
    target = assembly.referred(gateway)
    if target is not None:
        return target.type == INTERNET_GATEWAY
    if isinstance(gateway, str) and gateway.startswith(("igw-", "vgw-", "local")):
        return gateway.startswith("igw-")
    return False if gateway is None else None


def leads_through_nat(route: Resource, assembly: Assembly) -> TriState:
    """Whether a route is for outbound connections only: a NAT gateway or instance, or an egress-only gateway for IPv6."""
    gateways = [is_given(route.properties.get(name), assembly) for name in ("NatGatewayId", "EgressOnlyInternetGatewayId")]
    instance = assembly.referred(route.properties.get("InstanceId"))
    # No template shows whose interface it is, or what an instance of another stack does.
    hidden = instance is None and any(name in route.properties for name in ("InstanceId", "NetworkInterfaceId"))
    return any_of([*gateways, instance is not None and is_nat(instance), None if hidden else False])


def shown(route: Resource) -> dict[str, Any]:
    """A route's destination and target."""
    return {name: route.properties[name] for name in (*_DESTINATIONS, *_TARGETS) if name in route.properties}


def _leads(route: Resource, target: Resource, assembly: Assembly) -> bool:
    return any(is_reference_to(route.properties.get(name), target, assembly) for name in ("NatGatewayId", "InstanceId"))
