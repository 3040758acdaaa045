"""Reads a VPC's network: seven kinds of things in as many calls, pages aside, and instances and prefix lists where used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from tradingbot_infra.operations.failures import is_denied, is_missing, is_not_offered
from tradingbot_infra.operations.live.network import (
    EVERY_PORT,
    AclEntry,
    Endpoint,
    GroupRule,
    Instance,
    NatGateway,
    NetworkAcl,
    NetworkState,
    Ports,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
)
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import (
        InstanceTypeDef,
        IpPermissionOutputTypeDef,
        NatGatewayTypeDef,
        NetworkAclEntryTypeDef,
        NetworkAclTypeDef,
        RouteTableTypeDef,
        RouteTypeDef,
        SecurityGroupTypeDef,
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
    """The VPC's network as it stands now."""
    of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc_id]}]
    groups = tuple(map(_security_group, _all(session, "describe_security_groups", "SecurityGroups", Filters=of_vpc)))
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
    # EC2 itself only tells blocks without host bits; what stands in for it may not.
    return IPv4Network(cidr, strict=False)


def _subnet(said: "SubnetTypeDef") -> Iterator[Subnet]:
    # A subnet of IPv6 alone has no block.
    if "CidrBlock" in said:
        yield Subnet(said["SubnetId"], _name(said.get("Tags", [])), said["AvailabilityZone"], _block(said["CidrBlock"]))


def _route_table(said: "RouteTableTypeDef") -> RouteTable:
    associations = said.get("Associations", [])
    return RouteTable(
        said["RouteTableId"],
        _name(said.get("Tags", [])),
        main=any(each.get("Main") for each in associations),
        subnets=tuple(each["SubnetId"] for each in associations if "SubnetId" in each),
        routes=tuple(_route(each) for each in said.get("Routes", []) if "DestinationCidrBlock" in each),
    )


def _route(said: "RouteTypeDef") -> Route:
    words: Mapping[str, Any] = said
    target = next((words[key] for key in _ROUTE_TARGETS if words.get(key)), "nowhere")
    return Route(_block(said["DestinationCidrBlock"]), target, active=said.get("State", "active") == "active")


def _security_group(said: "SecurityGroupTypeDef") -> SecurityGroup:
    directions = ((False, said.get("IpPermissions", [])), (True, said.get("IpPermissionsEgress", [])))
    rules = tuple(rule for egress, permissions in directions for each in permissions for rule in _group_rules(each, egress=egress))
    return SecurityGroup(said["GroupId"], said["GroupName"], rules)


def _group_rules(said: "IpPermissionOutputTypeDef", *, egress: bool) -> Iterator[GroupRule]:
    protocol = said.get("IpProtocol", "")
    if protocol not in (*_TCP, _EVERY_PROTOCOL):
        return
    ports = EVERY_PORT if protocol == _EVERY_PROTOCOL else _ports(said.get("FromPort"), said.get("ToPort"))
    peers: list[IPv4Network | str] = [_block(each["CidrIp"]) for each in said.get("IpRanges", [])]
    peers += [each["GroupId"] for each in said.get("UserIdGroupPairs", [])]
    peers += [each["PrefixListId"] for each in said.get("PrefixListIds", [])]
    for peer in peers:
        yield GroupRule(egress, ports, peer)


def _ports(first: int | None, last: int | None) -> Ports | None:
    return None if first is None or last is None else (first, last)


def _network_acl(said: "NetworkAclTypeDef") -> NetworkAcl:
    return NetworkAcl(
        said["NetworkAclId"],
        _name(said.get("Tags", [])),
        default=said.get("IsDefault", False),
        subnets=tuple(each["SubnetId"] for each in said.get("Associations", []) if "SubnetId" in each),
        entries=tuple(entry for each in said.get("Entries", []) for entry in _acl_entry(each)),
    )


def _acl_entry(said: "NetworkAclEntryTypeDef") -> Iterator[AclEntry]:
    protocol, block, ports = said["Protocol"], said.get("CidrBlock"), said.get("PortRange", {})
    if block and protocol in (*_TCP, _EVERY_PROTOCOL):
        told = EVERY_PORT if protocol == _EVERY_PROTOCOL else _ports(ports.get("From"), ports.get("To"))
        yield AclEntry(said["RuleNumber"], said["Egress"], said["RuleAction"] == "allow", _block(block), told)


def _nat_gateway(said: "NatGatewayTypeDef") -> NatGateway:
    return NatGateway(
        said["NatGatewayId"],
        _name(said.get("Tags", [])),
        state=said["State"],
        reason=said.get("FailureMessage", ""),
        subnet=said.get("SubnetId", ""),
        public=said.get("ConnectivityType", "public") == "public",
    )


def _instances(session: Session, vpc_id: str, tables: Iterable[RouteTable]) -> tuple[Instance, ...]:
    """Those of the VPC, asked for only when a route leads to one."""
    if not any(route.target.startswith(("i-", "eni-")) for table in tables for route in table.routes):
        return ()
    reservations = _all(session, "describe_instances", "Reservations", Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    return tuple(_instance(each) for reservation in reservations for each in reservation["Instances"])


def _instance(said: "InstanceTypeDef") -> Instance:
    return Instance(
        said["InstanceId"],
        _name(said.get("Tags", [])),
        state=said["State"].get("Name", ""),
        interfaces=tuple(each["NetworkInterfaceId"] for each in said.get("NetworkInterfaces", [])),
        forwards=not said.get("SourceDestCheck", True),
        subnet=said.get("SubnetId", ""),
        security_groups=tuple(each["GroupId"] for each in said.get("SecurityGroups", [])),
    )


def _endpoint(said: "VpcEndpointTypeDef", service_prefix: str) -> Endpoint:
    return Endpoint(
        said["VpcEndpointId"],
        _name(said.get("Tags", [])),
        service=said["ServiceName"].removeprefix(service_prefix),
        gateway=said["VpcEndpointType"] == "Gateway",
        state=said["State"],
        subnets=tuple(said.get("SubnetIds", [])),
        security_groups=tuple(each["GroupId"] for each in said.get("Groups", [])),
        route_tables=tuple(said.get("RouteTableIds", [])),
        private_dns=said.get("PrivateDnsEnabled", False),
    )


def _prefix_lists(session: Session, groups: Iterable[SecurityGroup]) -> Mapping[str, tuple[IPv4Network, ...] | None]:
    named = {rule.peer for group in groups for rule in group.rules if isinstance(rule.peer, str) and rule.peer.startswith("pl-")}
    return {prefix_list: _entries_of(session, prefix_list) for prefix_list in sorted(named)}


def _entries_of(session: Session, prefix_list: str) -> tuple[IPv4Network, ...] | None:
    try:
        found = list(_all(session, "get_managed_prefix_list_entries", "Entries", PrefixListId=prefix_list))
    except Exception as error:
        if is_denied(error) or is_missing(error) or is_not_offered(error):
            return None
        raise
    return tuple(_block(each["Cidr"]) for each in found if ":" not in each["Cidr"])
