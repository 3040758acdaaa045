"""Whether traffic gets there: security groups, routes and network ACLs on the whole way, in every zone, answers included.

Each finding is an Obstacle, or NotAssessed where the API does not return enough: never an obstacle on a guess.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from tradingbot_infra.design.connections import HTTPS_PORT
from tradingbot_infra.operations.live.network import Endpoint, Instance, Subnet
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.network.fixes import REVERT
from tradingbot_infra.operations.network.network_acls import Crossing, acl_findings, answering, asking
from tradingbot_infra.operations.network.obstacle import Obstacle, PathFinding, unclear
from tradingbot_infra.operations.network.parties import PlacedParty
from tradingbot_infra.operations.network.routes import Hop, inside_findings, internet_gateway_findings, nat_findings, ways_out
from tradingbot_infra.operations.network.security_groups import INTERNET, Peer, group_findings
from tradingbot_infra.operations.network.traffic import CLIENT_PORTS, WORLD, Traffic
from tradingbot_infra.operations.verdict import Verdict

NAT = "NAT"


def connection(state: NetworkState, source: PlacedParty, target: PlacedParty, port: int) -> Verdict[Obstacle]:
    """Whether every subnet of one place can connect to every subnet of another on a TCP port."""
    sources, targets = _subnets(state, source), _subnets(state, target)
    return Verdict[Obstacle].of(
        (
            *_unplaced(state, source, target),
            *group_findings(state, source, _peer(target, targets), egress=True, port=port),
            *group_findings(state, target, _peer(source, sources), egress=False, port=port),
            *_inside(state, sources, targets),
            *acl_findings(state, _crossings(source, sources, target, targets, port)),
        )
    )


def internet_egress(state: NetworkState, source: PlacedParty, port: int = HTTPS_PORT) -> Verdict[Obstacle]:
    """Whether every subnet of a place reaches the internet on a TCP port."""
    subnets = _subnets(state, source)
    hops, findings = ways_out(state, source, subnets)
    return Verdict[Obstacle].of(
        (
            *_unplaced(state, source),
            *group_findings(state, source, INTERNET, egress=True, port=port),
            *findings,
            *nat_findings(state, hops),
            *internet_gateway_findings(state, NAT, _nat_subnets(state, hops)),
            *_nat_groups(state, hops, port),
            *acl_findings(state, _crossings_out(state, source, subnets, hops, port)),
        )
    )


def internet_ingress(state: NetworkState, target: PlacedParty, port: int) -> Verdict[Obstacle]:
    """Whether everybody reaches a place with public addresses, in every one of its subnets, on a TCP port."""
    subnets = _subnets(state, target)
    names = (INTERNET.name, target.name)
    crossings = (crossing for subnet in subnets for crossing in answering(subnet, names, Traffic(WORLD, (port, port)), CLIENT_PORTS))
    return Verdict[Obstacle].of(
        (
            *_unplaced(state, target),
            *group_findings(state, target, INTERNET, egress=False, port=port),
            *internet_gateway_findings(state, target.name, subnets),
            *acl_findings(state, crossings),
        )
    )


def aws_api_egress(state: NetworkState, source: PlacedParty, service: str) -> Verdict[Obstacle]:
    """Whether a place reaches an AWS API, such as `s3` or `ecr.api`: by its VPC endpoint where there is one, else by the internet."""
    interface = next((each for each in state.endpoints if each.service == service and not each.gateway and each.private_dns), None)
    if interface:
        return _through(state, source, interface)
    gateways = [each for each in state.endpoints if each.service == service and each.gateway and each.available]
    led = {table for gateway in gateways for table in gateway.route_tables}
    by_gateway = [subnet for subnet in _subnets(state, source) if (table := state.route_table_of(subnet)) and table.id in led]
    others = tuple(name for name in source.subnets if name not in {subnet.id for subnet in by_gateway})
    if not by_gateway:
        return internet_egress(state, source)
    # The service answers at public addresses, so rules are judged as those for the internet.
    past_nat = Verdict[Obstacle].of(
        (
            *group_findings(state, source, INTERNET, egress=True, port=HTTPS_PORT),
            *acl_findings(state, _crossings_out(state, source, by_gateway, (), HTTPS_PORT)),
        )
    )
    return past_nat + internet_egress(state, replace(source, subnets=others)) if others else past_nat


def _through(state: NetworkState, source: PlacedParty, endpoint: Endpoint) -> Verdict[Obstacle]:
    """With private DNS every call of the API goes to the endpoint, also while that does not work."""
    name = f"VPC endpoint of {endpoint.service}"
    verdict = connection(state, source, PlacedParty(name, endpoint.subnets, endpoint.security_groups), HTTPS_PORT)
    if endpoint.available:
        return verdict
    text = f"{name} {endpoint.label} is {endpoint.state}"
    return Verdict[Obstacle].of([Obstacle("vpc_endpoint", (endpoint.id,), text, REVERT)]) + verdict


def _subnets(state: NetworkState, place: PlacedParty) -> tuple[Subnet, ...]:
    return tuple(subnet for name in place.subnets if (subnet := state.subnet(name)))


def _unplaced(state: NetworkState, *places: PlacedParty) -> Iterator[PathFinding]:
    for place in places:
        missing = tuple(name for name in place.subnets if state.subnet(name) is None)
        if missing or not place.subnets:
            where = f"{', '.join(missing)} is no subnet of {state.vpc_id}" if missing else "the API returns no subnet of it"
            yield unclear("route", missing, f"{place.name}: {where}")


def _peer(place: PlacedParty, subnets: Iterable[Subnet]) -> Peer:
    return Peer(place.name, place.security_groups, tuple(subnet.block for subnet in subnets))


def _inside(state: NetworkState, sources: Iterable[Subnet], targets: Iterable[Subnet]) -> Iterator[PathFinding]:
    for source, target in product(sources, targets):
        yield from inside_findings(state, source, target)
        yield from inside_findings(state, target, source)


def _crossings(
    source: PlacedParty, sources: Iterable[Subnet], target: PlacedParty, targets: Iterable[Subnet], port: int
) -> Iterator[Crossing]:
    names, ports = (source.name, target.name), (port, port)
    for start, end in product(sources, targets):
        # What stays inside a subnet crosses no edge.
        if start != end:
            yield from asking(start, names, Traffic(end.block, ports), source.asks_from)
            yield from answering(end, names, Traffic(start.block, ports), source.asks_from)


def _crossings_out(
    state: NetworkState, source: PlacedParty, subnets: Iterable[Subnet], hops: Iterable[Hop], port: int
) -> Iterator[Crossing]:
    """Out of the source's own subnets, into that of NAT, which asks in its own name from there, and all the way back."""
    ports = (port, port)
    for subnet in subnets:
        yield from asking(subnet, (source.name, INTERNET.name), Traffic(WORLD, ports), source.asks_from)
    for hop in hops:
        between = state.subnet(hop.nat.subnet)
        if between:
            yield from answering(between, (source.name, NAT), Traffic(hop.source.block, ports), source.asks_from)
            yield from asking(between, (NAT, INTERNET.name), Traffic(WORLD, ports), CLIENT_PORTS)


def _nat_subnets(state: NetworkState, hops: Iterable[Hop]) -> tuple[Subnet, ...]:
    return tuple(dict.fromkeys(subnet for hop in hops if (subnet := state.subnet(hop.nat.subnet))))


def _nat_groups(state: NetworkState, hops: Iterable[Hop], port: int) -> Iterator[PathFinding]:
    """NAT instances have security groups, NAT gateways have none."""
    for hop in hops:
        if isinstance(hop.nat, Instance):
            place = PlacedParty(f"NAT instance {hop.nat.id}", (hop.nat.subnet,), hop.nat.security_groups)
            source = Peer(f"tasks in {hop.source.block}", (), (hop.source.block,))
            yield from group_findings(state, place, source, egress=False, port=port)
            yield from group_findings(state, place, INTERNET, egress=True, port=port)
