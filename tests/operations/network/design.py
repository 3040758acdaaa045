"""Production's network as plain data, by hand, and what may become of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Network

from tradingbot_infra.operations.live.network import (
    EVERY_PORT,
    AclEntry,
    Instance,
    NatGateway,
    NetworkAcl,
    Ports,
    Route,
    RouteTable,
    Subnet,
)
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroup, SecurityGroupRule
from tradingbot_infra.operations.network.parties import PlacedParty
from tradingbot_infra.operations.network.traffic import CLIENT_PORTS, WORLD

ZONES = ("a", "b")
TIERS = {"public": 0, "private": 10, "database": 20, "cache": 30}
ANSWERS, ANSWERS_TO_TASKS = (1024, 65535), (32768, 65535)

TASKS = PlacedParty("tasks", ("private-a", "private-b"), ("sg-ecs",))
DATABASE = PlacedParty("PostgreSQL", ("database-a", "database-b"), ("sg-rds",))
REDIS = PlacedParty("Redis", ("cache-a", "cache-b"), ("sg-redis",))
BALANCER = PlacedParty("load balancer", ("public-a", "public-b"), ("sg-alb",), asks_from=CLIENT_PORTS, public_addresses=True)


def block(text: str) -> IPv4Network:
    """An address block."""
    return IPv4Network(text)


def of_tier(tier: str) -> tuple[str, ...]:
    """The blocks of a tier."""
    return tuple(f"10.0.{TIERS[tier] + number}.0/24" for number in range(len(ZONES)))


def _entries(*rules: tuple[int, bool, bool, Sequence[str], Ports]) -> tuple[AclEntry, ...]:
    """Of (number, egress, allows, blocks, ports); each further block takes the next number."""
    return tuple(
        AclEntry(number + zone, egress, allows, block(text), ports)
        for number, egress, allows, blocks, ports in rules
        for zone, text in enumerate(blocks)
    )


def _data(port: int) -> tuple[AclEntry, ...]:
    return _entries((100, False, True, of_tier("private"), (port, port)), (100, True, True, of_tier("private"), ANSWERS_TO_TASKS))


_WORLD = (str(WORLD),)
_ACLS = {
    "public": _entries(
        (100, False, True, of_tier("private"), ANSWERS),
        (200, False, False, _WORLD, (22, 22)),
        (201, False, False, _WORLD, (3389, 3389)),
        (300, False, True, _WORLD, (80, 80)),
        (310, False, True, _WORLD, (443, 443)),
        (400, False, True, _WORLD, ANSWERS),
        (100, True, True, _WORLD, (443, 443)),
        (200, True, True, _WORLD, ANSWERS),
    ),
    "private": _entries(
        (100, False, True, of_tier("public"), (8001, 8001)),
        (300, False, False, _WORLD, (22, 22)),
        (301, False, False, _WORLD, (3389, 3389)),
        (400, False, True, _WORLD, ANSWERS_TO_TASKS),
        (100, True, True, _WORLD, (443, 443)),
        (200, True, True, of_tier("database"), (5432, 5432)),
        (300, True, True, of_tier("cache"), (6379, 6379)),
        (400, True, True, of_tier("public"), ANSWERS),
    ),
    "database": _data(5432),
    "cache": _data(6379),
}


def leading(target: str, *, to_block: str = "0.0.0.0/0", active: bool = True) -> Route:
    """A route."""
    return Route(block(to_block), target, active=active)


LOCAL_ROUTE = leading("local", to_block="10.0.0.0/16")


def _table(tier: str, zone: str) -> RouteTable:
    out = {"public": "igw-1", "private": f"nat-{zone}"}.get(tier)
    return RouteTable(f"rtb-{tier}-{zone}", "", False, (f"{tier}-{zone}",), (LOCAL_ROUTE, *([leading(out)] if out else [])))


def _group(name: str, *rules: SecurityGroupRule) -> SecurityGroup:
    return SecurityGroup(f"sg-{name}", f"{name} group", frozenset(rules))


def to(peer: str, port: int) -> SecurityGroupRule:
    """Out to a group or block, on one port."""
    return SecurityGroupRule(True, "tcp", port, port, peer)


def from_(peer: str, port: int) -> SecurityGroupRule:
    """In from a group or block, on one port."""
    return replace(to(peer, port), egress=False)


DESIGN = NetworkState(
    vpc_id="vpc-1",
    subnets=tuple(
        Subnet(f"{tier}-{zone}", "", zone, block(text)) for tier in TIERS for zone, text in zip(ZONES, of_tier(tier), strict=True)
    ),
    route_tables=(
        RouteTable("rtb-main", "", True, (), (LOCAL_ROUTE,)),
        *(_table(tier, zone) for tier in TIERS for zone in ZONES),
    ),
    security_groups=(
        _group("alb", from_("0.0.0.0/0", 80), from_("0.0.0.0/0", 443), to("sg-ecs", 8001)),
        _group("ecs", from_("sg-alb", 8001), to("0.0.0.0/0", 443), to("sg-rds", 5432), to("sg-redis", 6379)),
        _group("rds", from_("sg-ecs", 5432)),
        _group("redis", from_("sg-ecs", 6379)),
    ),
    network_acls=(
        *(NetworkAcl(f"acl-{tier}", tier, False, tuple(f"{tier}-{zone}" for zone in ZONES), entries) for tier, entries in _ACLS.items()),
        NetworkAcl("acl-default", "", True, (), ()),
    ),
    nat_gateways=tuple(NatGateway(f"nat-{zone}", "", "available", "", f"public-{zone}", True) for zone in ZONES),
    instances=(),
    internet_gateways=("igw-1",),
    endpoints=(),
    prefix_lists={},
)


def with_group(state: NetworkState, name: str, *rules: SecurityGroupRule) -> NetworkState:
    """With other rules in one security group."""
    groups = tuple(replace(group, rules=frozenset(rules)) if group.id == f"sg-{name}" else group for group in state.security_groups)
    return replace(state, security_groups=groups)


def without_rule(state: NetworkState, name: str, rule: SecurityGroupRule) -> NetworkState:
    """With one rule less in one security group, where it was."""
    group = state.security_group(f"sg-{name}")
    assert group
    assert rule in group.rules
    return with_group(state, name, *(each for each in group.rules if each != rule))


def with_entry(state: NetworkState, tier: str, entry: AclEntry) -> NetworkState:
    """With one entry more in a tier's network ACL."""
    return _with_entries(state, tier, lambda entries: (*entries, entry))


def without_entries(state: NetworkState, tier: str, number: int, *, egress: bool) -> NetworkState:
    """Without the entries of a hundred, such as 200 and 201, in one direction of a tier's network ACL."""
    return _with_entries(state, tier, lambda entries: tuple(e for e in entries if e.egress != egress or e.number // 100 != number // 100))


def _with_entries(state: NetworkState, tier: str, change: Callable[[tuple[AclEntry, ...]], tuple[AclEntry, ...]]) -> NetworkState:
    acls = (replace(acl, entries=change(acl.entries)) if acl.id == f"acl-{tier}" else acl for acl in state.network_acls)
    return replace(state, network_acls=tuple(acls))


def with_untold_ports(state: NetworkState) -> NetworkState:
    """With network ACLs whose entries tell no ports."""
    acls = (replace(acl, entries=tuple(replace(entry, ports=None) for entry in acl.entries)) for acl in state.network_acls)
    return replace(state, network_acls=tuple(acls))


def everything(*, egress: bool, allows: bool = False, number: int = 1, addresses: str = "0.0.0.0/0") -> AclEntry:
    """An entry for all ports."""
    return AclEntry(number, egress, allows, block(addresses), EVERY_PORT)


def with_routes(state: NetworkState, table: str, *routes: Route) -> NetworkState:
    """With other routes in one table."""
    return replace(state, route_tables=tuple(replace(each, routes=routes) if each.id == table else each for each in state.route_tables))


def with_nat(state: NetworkState, nat: NatGateway) -> NetworkState:
    """With another NAT gateway in zone a."""
    return replace(state, nat_gateways=(nat, *state.nat_gateways[1:]))


def with_nat_instance(state: NetworkState, instance: Instance) -> NetworkState:
    """With a NAT instance in the place of the NAT gateway of zone a."""
    gateways = tuple(each for each in state.nat_gateways if each.id != "nat-a")
    led = with_routes(state, "rtb-private-a", LOCAL_ROUTE, leading(instance.interfaces[0]))
    return replace(led, nat_gateways=gateways, instances=(instance,))
