"""Filters of EC2's Describe calls that ministack ignores, so that it would return everything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.local_cloud.services.operation import Call, Operation


@dataclass(frozen=True)
class Filterable:
    """One Describe call."""

    member: str
    """The list in its answer."""
    paths: Mapping[str, str]
    """Filter name -> the field of an item that it compares; a path goes through lists."""
    parameter: str = "Filters"


FILTERS: Mapping[str, Filterable] = {
    "DescribeAddresses": Filterable(
        "Addresses",
        {
            "allocation-id": "AllocationId",
            "association-id": "AssociationId",
            "domain": "Domain",
            "instance-id": "InstanceId",
            "public-ip": "PublicIp",
        },
    ),
    "DescribeFlowLogs": Filterable(
        "FlowLogs", {"flow-log-id": "FlowLogId", "log-destination-type": "LogDestinationType", "traffic-type": "TrafficType"}, "Filter"
    ),
    "DescribeInstances": Filterable(
        "Reservations",
        {"instance.group-id": "Instances.SecurityGroups.GroupId", "subnet-id": "Instances.SubnetId", "vpc-id": "Instances.VpcId"},
    ),
    "DescribeNatGateways": Filterable("NatGateways", {"nat-gateway-id": "NatGatewayId"}, "Filter"),
    "DescribeNetworkAcls": Filterable(
        "NetworkAcls",
        {
            "association.association-id": "Associations.NetworkAclAssociationId",
            "association.network-acl-id": "Associations.NetworkAclId",
            "association.subnet-id": "Associations.SubnetId",
            "network-acl-id": "NetworkAclId",
        },
    ),
    "DescribeRouteTables": Filterable(
        "RouteTables",
        {
            "association.route-table-id": "Associations.RouteTableId",
            "route-table-id": "RouteTableId",
            "route.destination-cidr-block": "Routes.DestinationCidrBlock",
            "route.destination-prefix-list-id": "Routes.DestinationPrefixListId",
            "route.gateway-id": "Routes.GatewayId",
            "route.instance-id": "Routes.InstanceId",
            "route.nat-gateway-id": "Routes.NatGatewayId",
            "route.state": "Routes.State",
        },
    ),
    "DescribeSecurityGroups": Filterable(
        "SecurityGroups",
        {
            "description": "Description",
            "egress.ip-permission.group-id": "IpPermissionsEgress.UserIdGroupPairs.GroupId",
            "group-id": "GroupId",
            "ip-permission.group-id": "IpPermissions.UserIdGroupPairs.GroupId",
        },
    ),
    "DescribeSubnets": Filterable("Subnets", {"availability-zone-id": "AvailabilityZoneId", "state": "State"}),
    "DescribeVpcEndpoints": Filterable(
        "VpcEndpoints",
        {
            "service-name": "ServiceName",
            "vpc-endpoint-id": "VpcEndpointId",
            "vpc-endpoint-state": "State",
            "vpc-endpoint-type": "VpcEndpointType",
            "vpc-id": "VpcId",
        },
    ),
}
"""Operation -> the filters that ministack ignores."""


def with_filters(name: str, answered: Operation | None) -> Operation:
    """The operation, `answered` by us or else by ministack, with the filters of FILTERS applied."""
    filterable = FILTERS[name]

    async def describe(call: Call) -> dict[str, Any]:
        answer = await (call.as_asked() if answered is None else answered(call))
        filters = call.parameters.get(filterable.parameter, [])
        return {**answer, filterable.member: [item for item in answer[filterable.member] if _passes(item, filters, filterable.paths)]}

    return describe


def _passes(item: Mapping[str, Any], filters: Sequence[Mapping[str, Any]], paths: Mapping[str, str]) -> bool:
    return all(
        any(fnmatchcase(value, pattern) for value in _values(item, paths[one["Name"]].split(".")) for pattern in one.get("Values", []))
        for one in filters
        if one["Name"] in paths
    )


def _values(item: Any, path: Sequence[str]) -> Iterator[str]:
    """The values at the end of the path, one for each item of the lists on the way."""
    if isinstance(item, list):
        for one in item:
            yield from _values(one, path)
    elif not path:
        yield str(item)
    elif path[0] in item:
        yield from _values(item[path[0]], path[1:])
