"""Routes: those that lead nowhere, those of gateway endpoints, and refusals where EC2 refuses."""

from collections.abc import Iterable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

_KEPT = frozenset(
    {
        "DestinationCidrBlock",
        "DryRun",
        "GatewayId",
        "InstanceId",
        "NatGatewayId",
        "RouteTableId",
        "TransitGatewayId",
        "VpcPeeringConnectionId",
    }
)


async def describe(call: Call) -> dict[str, Any]:
    """DescribeRouteTables; a route to a gateway or instance that is gone is a blackhole."""
    tables = (await call.as_asked())["RouteTables"]
    alive = await _alive(call)
    endpoints = await _gateway_endpoints(call)
    return {"RouteTables": [_completed(table, alive, endpoints) for table in tables]}


async def create(call: Call) -> dict[str, Any]:
    """CreateRoute, which refuses a second route to a destination."""
    _refuse_what_is_not_kept(call, "CreateRoute")
    if await _has_route(call):
        message = f"The route identified by {call.parameters['DestinationCidrBlock']} already exists."
        raise LocalApiError("CreateRoute", "RouteAlreadyExists", message)
    return await call.as_asked()


async def replace(call: Call) -> dict[str, Any]:
    """ReplaceRoute, which refuses a destination without a route."""
    _refuse_what_is_not_kept(call, "ReplaceRoute")
    await _require_route(call, "ReplaceRoute", "InvalidParameterValue")
    return await call.as_asked()


async def delete(call: Call) -> dict[str, Any]:
    """DeleteRoute, which refuses a destination without a route."""
    await _require_route(call, "DeleteRoute", "InvalidRoute.NotFound")
    return await call.as_asked()


def _refuse_what_is_not_kept(call: Call, operation: str) -> None:
    lost = sorted(call.parameters.keys() - _KEPT)
    if lost:
        raise LocalApiError(operation, "UnsupportedOperation", f"The local cloud keeps no {', '.join(lost)} of a route")


async def _require_route(call: Call, operation: str, code: str) -> None:
    if not await _has_route(call):
        destination, table = call.parameters.get("DestinationCidrBlock"), call.parameters["RouteTableId"]
        raise LocalApiError(operation, code, f"no route with destination-cidr-block {destination} in route table {table}")


async def _has_route(call: Call) -> bool:
    """Whether the table has a route to the destination; an unknown table has none."""
    tables = (await call.ask("ec2", "DescribeRouteTables", RouteTableIds=[call.parameters["RouteTableId"]]))["RouteTables"]
    if not tables:
        message = f"The routeTable ID '{call.parameters['RouteTableId']}' does not exist"
        raise LocalApiError("Route", "InvalidRouteTableID.NotFound", message)
    return any(route.get("DestinationCidrBlock") == call.parameters.get("DestinationCidrBlock") for route in tables[0]["Routes"])


async def _alive(call: Call) -> frozenset[str]:
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


def _completed(table: Mapping[str, Any], alive: frozenset[str], endpoints: Iterable[tuple[Mapping[str, Any], str]]) -> dict[str, Any]:
    of_endpoints = [
        {
            "DestinationPrefixListId": prefix_list,
            "GatewayId": endpoint["VpcEndpointId"],
            "Origin": "CreateRoute",
            "State": "active",
        }
        for endpoint, prefix_list in endpoints
        if table["RouteTableId"] in endpoint["RouteTableIds"]
    ]
    return {**table, "Routes": [*(_with_state(route, alive) for route in table["Routes"]), *of_endpoints]}


def _with_state(route: Mapping[str, Any], alive: frozenset[str]) -> dict[str, Any]:
    ways = [route[name] for name in ("GatewayId", "NatGatewayId", "InstanceId") if route.get(name)]
    mortal = [way for way in ways if way.startswith(("igw-", "nat-", "i-"))]
    return {**route, "State": "active" if alive.issuperset(mortal) else "blackhole"}
