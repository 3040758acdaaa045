"""Filters of EC2's Describe calls that ministack ignores, so that it would return everything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.local_cloud.services.operation import Call, Operation

_LISTS: Mapping[str, str] = {
    "association": "Associations",
    "egress.ip-permission": "IpPermissionsEgress.UserIdGroupPairs",
    "instance": "Instances.SecurityGroups",
    "ip-permission": "IpPermissions.UserIdGroupPairs",
    "route": "Routes",
}
"""What precedes the last dot of a filter's name -> the path to the list that it compares."""


@dataclass(frozen=True)
class Filterable:
    """One Describe call."""

    member: str
    """The list in its answer."""
    paths: Mapping[str, str]
    """Filter name -> the field of an item that it compares; a path goes through lists."""
    parameter: str = "Filters"


def _paths(names: str) -> dict[str, str]:
    """The paths of filters that are named like the fields that they compare."""
    found = {}
    for name in names.split():
        where, _, field = name.rpartition(".")
        camel = "".join(word.capitalize() for word in field.split("-"))
        found[name] = f"{_LISTS[where]}.{camel}" if where else camel
    return found


_ROUTES = (
    "route.destination-cidr-block route.destination-prefix-list-id route.gateway-id route.instance-id route.nat-gateway-id route.state"
)

FILTERS: Mapping[str, Filterable] = {
    "DescribeAddresses": Filterable("Addresses", _paths("allocation-id association-id domain instance-id public-ip")),
    "DescribeFlowLogs": Filterable("FlowLogs", _paths("flow-log-id log-destination-type traffic-type"), "Filter"),
    "DescribeInstances": Filterable(
        "Reservations", _paths("instance.group-id") | {"subnet-id": "Instances.SubnetId", "vpc-id": "Instances.VpcId"}
    ),
    "DescribeNatGateways": Filterable("NatGateways", _paths("nat-gateway-id"), "Filter"),
    "DescribeNetworkAcls": Filterable(
        "NetworkAcls",
        _paths("association.network-acl-id association.subnet-id network-acl-id")
        | {"association.association-id": "Associations.NetworkAclAssociationId"},
    ),
    "DescribeNetworkInterfaces": Filterable("NetworkInterfaces", _paths("network-interface-id status subnet-id vpc-id")),
    "DescribeRouteTables": Filterable("RouteTables", _paths(f"association.route-table-id route-table-id {_ROUTES}")),
    "DescribeSecurityGroups": Filterable(
        "SecurityGroups", _paths("description egress.ip-permission.group-id group-id ip-permission.group-id")
    ),
    "DescribeSubnets": Filterable("Subnets", _paths("availability-zone-id state")),
    "DescribeVpcEndpoints": Filterable(
        "VpcEndpoints", _paths("service-name vpc-endpoint-id vpc-endpoint-type vpc-id") | {"vpc-endpoint-state": "State"}
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
