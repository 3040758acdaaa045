"""Routes: blackholes, the routes of gateway endpoints, and what EC2 refuses."""

from collections.abc import Iterable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

_TARGETS = ("GatewayId", "InstanceId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId")
_STORED = frozenset({"DestinationCidrBlock", "DryRun", "RouteTableId", *_TARGETS})
"""The parameters of a route that ministack stores."""


async def describe(call: Call) -> dict[str, Any]:
    """DescribeRouteTables; a route to a gateway or instance that no longer exists is a blackhole."""
    tables = (await call.as_asked())["RouteTables"]
    available = await _available(call)
    endpoints = await _gateway_endpoints(call)
    return {"RouteTables": [_completed(table, available, endpoints) for table in tables]}


async def create(call: Call) -> dict[str, Any]:
    """CreateRoute, which refuses a second route to a destination."""
    _refuse_what_is_not_stored(call)
    if await _has_route(call):
        message = f"The route identified by {call.parameters['DestinationCidrBlock']} already exists."
        raise LocalApiError("RouteAlreadyExists", message)
    return await call.as_asked()


async def replace(call: Call) -> dict[str, Any]:
    """ReplaceRoute, which refuses a destination without a route."""
    _refuse_what_is_not_stored(call)
    await _require_route(call, "InvalidParameterValue")
    return await call.as_asked()


async def delete(call: Call) -> dict[str, Any]:
    """DeleteRoute, which refuses a destination without a route."""
    await _require_route(call, "InvalidRoute.NotFound")
    return await call.as_asked()


def _refuse_what_is_not_stored(call: Call) -> None:
    lost = sorted(call.parameters.keys() - _STORED)
    if lost:
        raise LocalApiError("UnsupportedOperation", f"The local cloud does not store {', '.join(lost)} of a route")


async def _require_route(call: Call, code: str) -> None:
    if not await _has_route(call):
        destination, table = call.parameters.get("DestinationCidrBlock"), call.parameters["RouteTableId"]
        raise LocalApiError(code, f"no route with destination-cidr-block {destination} in route table {table}")


async def _has_route(call: Call) -> bool:
    """Whether the table has a route to the destination; refuses an unknown table."""
    table, destination = call.parameters["RouteTableId"], call.parameters.get("DestinationCidrBlock")
    tables = (await call.ask("ec2", "DescribeRouteTables", RouteTableIds=[table]))["RouteTables"]
    if not tables:
        raise LocalApiError("InvalidRouteTableID.NotFound", f"The routeTable ID '{table}' does not exist")
    return any(route.get("DestinationCidrBlock") == destination for route in tables[0]["Routes"])


async def _available(call: Call) -> frozenset[str]:
    """The gateways and instances that can take packets."""
    gateways = (await call.ask("ec2", "DescribeInternetGateways"))["InternetGateways"]
    nat_gateways = (await call.ask("ec2", "DescribeNatGateways"))["NatGateways"]
    reservations = (await call.ask("ec2", "DescribeInstances"))["Reservations"]
    return frozenset(
        [
            *(one["InternetGatewayId"] for one in gateways if one["Attachments"]),
            *(one["NatGatewayId"] for one in nat_gateways if one["State"] == "available"),
            *(one["InstanceId"] for found in reservations for one in found["Instances"] if one["State"]["Name"] == "running"),
        ]
    )


async def _gateway_endpoints(call: Call) -> list[tuple[Mapping[str, Any], str]]:
    """Each gateway endpoint, with the prefix list of its service."""
    found = (await call.ask("ec2", "DescribeVpcEndpoints"))["VpcEndpoints"]
    gateways = [endpoint for endpoint in found if endpoint["VpcEndpointType"] == "Gateway"]
    if not gateways:
        return []
    lists = (await call.ask("ec2", "DescribeManagedPrefixLists"))["PrefixLists"]
    ids = {one["PrefixListName"]: one["PrefixListId"] for one in lists}
    return [(endpoint, ids[endpoint["ServiceName"]]) for endpoint in gateways if endpoint["ServiceName"] in ids]


def _completed(table: Mapping[str, Any], available: frozenset[str], endpoints: Iterable[tuple[Mapping[str, Any], str]]) -> dict[str, Any]:
    of_endpoints = [
        {"DestinationPrefixListId": prefix_list, "GatewayId": endpoint["VpcEndpointId"], "Origin": "CreateRoute", "State": "active"}
        for endpoint, prefix_list in endpoints
        if table["RouteTableId"] in endpoint["RouteTableIds"]
    ]
    return {**table, "Routes": [*(_with_state(route, available) for route in table["Routes"]), *of_endpoints]}


def _with_state(route: Mapping[str, Any], available: frozenset[str]) -> dict[str, Any]:
    targets = [route[name] for name in ("GatewayId", "NatGatewayId", "InstanceId") if route.get(name)]
    checked = [target for target in targets if target.startswith(("igw-", "nat-", "i-"))]
    return {**route, "State": "active" if available.issuperset(checked) else "blackhole"}
