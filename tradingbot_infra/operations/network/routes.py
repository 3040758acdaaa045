"""Where routes lead: inside the VPC, and out of it to the internet, through NAT or not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tradingbot_infra.operations.live.network import LOCAL, Instance, NatGateway, Route, RouteTable, Subnet
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.network.fixes import REVERT, delete_route, lead_to_internet_gateway, lead_to_nat
from tradingbot_infra.operations.network.obstacle import Obstacle, PathFinding, unclear
from tradingbot_infra.operations.network.parties import PlacedParty
from tradingbot_infra.operations.network.traffic import WORLD
from tradingbot_infra.operations.printed_commands import AwsCli, chain
from tradingbot_infra.operations.verdict import NotAssessed


@dataclass(frozen=True)
class Hop:
    """A subnet whose default route leads to NAT, and that NAT."""

    source: Subnet
    nat: NatGateway | Instance


def inside_findings(state: NetworkState, source: Subnet, target: Subnet) -> Iterator[PathFinding]:
    """What keeps packets of one subnet from going straight to another of the same VPC."""
    table = state.route_table_of(source)
    if table is None:
        yield _no_route_table(source)
        return
    route = table.route_to(target.block)
    if route is None:
        yield Obstacle("route", (table.id,), f"Route table {table.label} has no route to {target.block}", REVERT)
    elif not route.active:
        text = f"Route table {table.label} leads {route.block} to {route.target}, which does not exist"
        yield Obstacle("route", (table.id,), text, delete_route(table, route))
    elif route.target != LOCAL:
        yield unclear("route", (table.id,), f"Route table {table.label} leads {route.block} to {route.target}, which is not followed")


def ways_out(state: NetworkState, place: PlacedParty, subnets: Sequence[Subnet]) -> tuple[tuple[Hop, ...], tuple[PathFinding, ...]]:
    """The NAT that subnets of a place go through, and what is wrong with the default routes that lead to none."""
    hops: list[Hop] = []
    findings: list[PathFinding] = []
    for table, served in _by_table(state, subnets):
        route = table.route_to(WORLD) if table else None
        nat = _nat(state, route) if route and route.active else None
        if nat:
            hops += [Hop(subnet, nat) for subnet in served]
        elif table is None:
            findings += [_no_route_table(subnet) for subnet in served]
        elif not _is_internet_gateway(state, route) or not place.public_addresses:
            findings.append(_no_way_out(state, place, table, route, served))
    return tuple(hops), tuple(findings)


def nat_findings(state: NetworkState, hops: Iterable[Hop]) -> Iterator[PathFinding]:
    """What is wrong with each NAT itself."""
    users: dict[NatGateway | Instance, list[Subnet]] = {}
    for hop in hops:
        users.setdefault(hop.nat, []).append(hop.source)
    for nat, sources in users.items():
        found = _gateway_finding(state, nat, sources) if isinstance(nat, NatGateway) else _instance_finding(nat, sources)
        if found:
            yield found


def internet_gateway_findings(state: NetworkState, who: str, subnets: Sequence[Subnet]) -> Iterator[PathFinding]:
    """What keeps subnets with public addresses from the internet: their default route must lead to the internet gateway."""
    for table, served in _by_table(state, subnets):
        if table is None:
            yield from map(_no_route_table, served)
            continue
        route = table.route_to(WORLD)
        if _is_internet_gateway(state, route):
            continue
        start = f"Route table {table.label} of {who} in {_blocks(served)}"
        fix = lead_to_internet_gateway(state, table)
        if route is None:
            yield Obstacle("route", (table.id,), f"{start} has no default route", fix)
        elif not route.active or route.target.startswith(("igw-", "nat-")):
            yield Obstacle("route", (table.id,), f"{start} leads to {_destination(route)} and to no internet gateway of this VPC", fix)
        else:
            yield _not_followed(table, route)


def _no_way_out(state: NetworkState, place: PlacedParty, table: RouteTable, route: Route | None, served: Sequence[Subnet]) -> PathFinding:
    start = f"Route table {table.label} of {place.name} in {_blocks(served)}"
    fix = lead_to_nat(state, served[0], table)
    if route is None:
        if any(other.target != LOCAL for other in table.routes):
            return unclear("route", (table.id,), f"{start} leads out for some addresses only")
        return Obstacle("route", (table.id,), f"{start} has no default route", fix)
    if not route.active:
        return Obstacle("route", (table.id,), f"{start} leads to {_destination(route)}", fix)
    if _is_internet_gateway(state, route):
        text = f"{start} leads straight to {route.target}, which serves public addresses only"
        return Obstacle("route", (table.id,), text, fix)
    if route.target.startswith(("igw-", "nat-")):
        return Obstacle("route", (table.id,), f"{start} leads to {route.target}, which is not in this VPC", fix)
    return _not_followed(table, route)


def _gateway_finding(state: NetworkState, nat: NatGateway, sources: Sequence[Subnet]) -> PathFinding | None:
    start = f"NAT gateway {nat.label}, the way out of {_blocks(sources)},"
    if nat.state == "pending":
        return Obstacle("nat", (nat.id,), f"{start} is pending", "wait a few minutes: it is being created")
    if nat.state != "available":
        reason = f": {nat.reason}" if nat.reason else ""
        fixes = dict.fromkeys(lead_to_nat(state, served[0], table) for table, served in _by_table(state, sources) if table)
        commands = [fix for fix in fixes if isinstance(fix, AwsCli)]
        return Obstacle("nat", (nat.id,), f"{start} is {nat.state}{reason}", chain(*commands) if commands else REVERT)
    if not nat.public:
        return Obstacle("nat", (nat.id,), f"{start} is a private one, which leads to no internet", REVERT)
    return None


def _instance_finding(nat: Instance, sources: Sequence[Subnet]) -> PathFinding | None:
    start = f"NAT instance {nat.label}, the way out of {_blocks(sources)},"
    if nat.state != "running":
        fix = AwsCli(f"ec2 start-instances --instance-ids {nat.id}") if nat.state == "stopped" else REVERT
        return Obstacle("nat", (nat.id,), f"{start} is {nat.state}", fix)
    if not nat.forwards:
        disable = AwsCli(f"ec2 modify-instance-attribute --instance-id {nat.id} --no-source-dest-check")
        return Obstacle("nat", (nat.id,), f"{start} checks source and destination, and so forwards nothing", disable)
    return None


def _by_table(state: NetworkState, subnets: Iterable[Subnet]) -> Iterable[tuple[RouteTable | None, list[Subnet]]]:
    tables: dict[RouteTable | None, list[Subnet]] = {}
    for subnet in subnets:
        tables.setdefault(state.route_table_of(subnet), []).append(subnet)
    return tables.items()


def _nat(state: NetworkState, route: Route) -> NatGateway | Instance | None:
    gateways = (gateway for gateway in state.nat_gateways if gateway.id == route.target)
    instances = (instance for instance in state.instances if route.target in (instance.id, *instance.interfaces))
    return next(gateways, None) or next(instances, None)


def _is_internet_gateway(state: NetworkState, route: Route | None) -> bool:
    return route is not None and route.active and route.target in state.internet_gateways


def _destination(route: Route) -> str:
    return route.target if route.active else f"{route.target}, which does not exist"


def _not_followed(table: RouteTable, route: Route) -> NotAssessed:
    return unclear("route", (table.id,), f"Route table {table.label} leads out to {route.target}, which is not followed")


def _no_route_table(subnet: Subnet) -> NotAssessed:
    return unclear("route", (subnet.id,), f"The API does not return the route table of {subnet.label}")


def _blocks(subnets: Iterable[Subnet]) -> str:
    return ", ".join(f"{subnet.block} ({subnet.zone})" for subnet in subnets)
