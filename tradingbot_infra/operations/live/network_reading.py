"""Reads a VPC's network: seven kinds of things in as many calls, pages aside, and instances and prefix lists where used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from tradingbot_infra.operations.failures import is_denied, is_missing, is_not_offered
from tradingbot_infra.operations.live.network import (
    EVERY_PORT,
    AclEntry,
    Endpoint,
    Instance,
    NatGateway,
    NetworkAcl,
    Ports,
    Route,
    RouteTable,
    Subnet,
)
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroup, read_security_groups
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import (
        InstanceTypeDef,
        NatGatewayTypeDef,
        NetworkAclEntryTypeDef,
        NetworkAclTypeDef,
        RouteTableTypeDef,
        RouteTypeDef,
        SubnetTypeDef,
        TagTypeDef,
        VpcEndpointTypeDef,
    )

_TCP = ("6", "tcp")
_EVERY_PROTOCOL = "-1"

_ROUTE_TARGETS = (
    *("NatGatewayId", "NetworkInterfaceId", "InstanceId", "GatewayId", "TransitGatewayId", "VpcPeeringConnectionId"),
    *("EgressOnlyInternetGatewayId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn"),
)
"""Where EC2 names what a route leads to; an instance is named twice, and its interface is what counts."""


def read_network(session: Session, vpc_id: str) -> NetworkState:
    """The VPC's network."""
    of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc_id]}]
    groups = read_security_groups(session, vpc_id)
    tables = tuple(map(_route_table, _all(session, "describe_route_tables", "RouteTables", Filters=of_vpc)))
    service_prefix = f"com.amazonaws.{session.region}."
    return NetworkState(
        vpc_id=vpc_id,
        subnets=tuple(subnet for each in _all(session, "describe_subnets", "Subnets", Filters=of_vpc) for subnet in _subnet(each)),
        route_tables=tables,
        security_groups=groups,
        network_acls=tuple(map(_network_acl, _all(session, "describe_network_acls", "NetworkAcls", Filters=of_vpc))),
        nat_gateways=tuple(map(_nat_gateway, _all(session, "describe_nat_gateways", "NatGateways", Filter=of_vpc))),
        instances=_instances(session, vpc_id, tables),
        internet_gateways=tuple(
            each["InternetGatewayId"] for each in _all(session, "describe_internet_gateways", "InternetGateways", Filters=attached)
        ),
        endpoints=tuple(
            _endpoint(each, service_prefix) for each in _all(session, "describe_vpc_endpoints", "VpcEndpoints", Filters=of_vpc)
        ),
        prefix_lists=_prefix_lists(session, groups),
    )


def _all(session: Session, operation: str, key: str, **parameters: object) -> Iterator[Any]:
    pages = session.ec2.get_paginator(operation).paginate(**parameters)  # type: ignore[call-overload]  # the stubs know literals only
    for page in pages:
        yield from page[key]


def _name(tags: "Sequence[TagTypeDef]") -> str:
    return next((tag.get("Value", "") for tag in tags if tag.get("Key") == "Name"), "")


def _block(cidr: str) -> IPv4Network:
    # EC2 returns blocks without host bits; the local cloud may not.
    return IPv4Network(cidr, strict=False)


def _subnet(found: "SubnetTypeDef") -> Iterator[Subnet]:
    # A subnet of IPv6 alone has no block.
    if "CidrBlock" in found:
        yield Subnet(found["SubnetId"], _name(found.get("Tags", [])), found["AvailabilityZone"], _block(found["CidrBlock"]))


def _route_table(found: "RouteTableTypeDef") -> RouteTable:
    associations = found.get("Associations", [])
    return RouteTable(
        found["RouteTableId"],
        _name(found.get("Tags", [])),
        main=any(each.get("Main") for each in associations),
        subnets=tuple(each["SubnetId"] for each in associations if "SubnetId" in each),
        routes=tuple(_route(each) for each in found.get("Routes", []) if "DestinationCidrBlock" in each),
    )


def _route(found: "RouteTypeDef") -> Route:
    words: Mapping[str, Any] = found
    target = next((words[key] for key in _ROUTE_TARGETS if words.get(key)), "nowhere")
    return Route(_block(found["DestinationCidrBlock"]), target, active=found.get("State", "active") == "active")


def _ports(first: int | None, last: int | None) -> Ports | None:
    return None if first is None or last is None else (first, last)


def _network_acl(found: "NetworkAclTypeDef") -> NetworkAcl:
    return NetworkAcl(
        found["NetworkAclId"],
        _name(found.get("Tags", [])),
        default=found.get("IsDefault", False),
        subnets=tuple(each["SubnetId"] for each in found.get("Associations", []) if "SubnetId" in each),
        entries=tuple(entry for each in found.get("Entries", []) for entry in _acl_entry(each)),
    )


def _acl_entry(found: "NetworkAclEntryTypeDef") -> Iterator[AclEntry]:
    protocol, block, ports = found["Protocol"], found.get("CidrBlock"), found.get("PortRange", {})
    if block and protocol in (*_TCP, _EVERY_PROTOCOL):
        allowed = EVERY_PORT if protocol == _EVERY_PROTOCOL else _ports(ports.get("From"), ports.get("To"))
        yield AclEntry(found["RuleNumber"], found["Egress"], found["RuleAction"] == "allow", _block(block), allowed)


def _nat_gateway(found: "NatGatewayTypeDef") -> NatGateway:
    return NatGateway(
        found["NatGatewayId"],
        _name(found.get("Tags", [])),
        state=found["State"],
        reason=found.get("FailureMessage", ""),
        subnet=found.get("SubnetId", ""),
        public=found.get("ConnectivityType", "public") == "public",
    )


def _instances(session: Session, vpc_id: str, tables: Iterable[RouteTable]) -> tuple[Instance, ...]:
    """Those of the VPC, asked for only when a route leads to one."""
    if not any(route.target.startswith(("i-", "eni-")) for table in tables for route in table.routes):
        return ()
    reservations = _all(session, "describe_instances", "Reservations", Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return tuple(_instance(each) for reservation in reservations for each in reservation["Instances"])


def _instance(found: "InstanceTypeDef") -> Instance:
    return Instance(
        found["InstanceId"],
        _name(found.get("Tags", [])),
        state=found["State"].get("Name", ""),
        interfaces=tuple(each["NetworkInterfaceId"] for each in found.get("NetworkInterfaces", [])),
        forwards=not found.get("SourceDestCheck", True),
        subnet=found.get("SubnetId", ""),
        security_groups=tuple(each["GroupId"] for each in found.get("SecurityGroups", [])),
    )


def _endpoint(found: "VpcEndpointTypeDef", service_prefix: str) -> Endpoint:
    return Endpoint(
        found["VpcEndpointId"],
        _name(found.get("Tags", [])),
        service=found["ServiceName"].removeprefix(service_prefix),
        gateway=found["VpcEndpointType"] == "Gateway",
        state=found["State"],
        subnets=tuple(found.get("SubnetIds", [])),
        security_groups=tuple(each["GroupId"] for each in found.get("Groups", [])),
        route_tables=tuple(found.get("RouteTableIds", [])),
        private_dns=found.get("PrivateDnsEnabled", False),
    )


def _prefix_lists(session: Session, groups: Iterable[SecurityGroup]) -> Mapping[str, tuple[IPv4Network, ...] | None]:
    named = {rule.peer for group in groups for rule in group.rules if rule.is_tcp and rule.peer.startswith("pl-")}
    return {prefix_list: _entries_of(session, prefix_list) for prefix_list in sorted(named)}


def _entries_of(session: Session, prefix_list: str) -> tuple[IPv4Network, ...] | None:
    try:
        found = list(_all(session, "get_managed_prefix_list_entries", "Entries", PrefixListId=prefix_list))
    except Exception as error:
        if is_denied(error) or is_missing(error) or is_not_offered(error):
            return None
        raise
    return tuple(_block(each["Cidr"]) for each in found if ":" not in each["Cidr"])
