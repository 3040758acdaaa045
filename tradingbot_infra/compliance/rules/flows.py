"""Rules for flows by list: what security groups, network ACLs and routes let through is what the design's connections ask for.

Other rules say what no network may do. These say that this one does what it should, and nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tradingbot_infra.compliance.observe import is_function, listed, not_assessed, seen
from tradingbot_infra.compliance.reading.flows import (
    group_of,
    party_of,
    stated_entry,
    stated_flow,
    wanted_entries,
    wanted_flows,
)
from tradingbot_infra.compliance.reading.instances import subnets_of as subnets_of_instance
from tradingbot_infra.compliance.reading.network_acl_entries import NETWORK_ACL, NETWORK_ACL_ENTRY
from tradingbot_infra.compliance.reading.networks import (
    DB_INSTANCE,
    INSTANCE,
    LOAD_BALANCER,
    REPLICATION_GROUP,
    SERVICE,
    VPC,
    VPC_ENDPOINT,
    tiers,
    zones,
)
from tradingbot_infra.compliance.reading.routes import INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE, routes_in, shown, subnets_of
from tradingbot_infra.compliance.reading.security_group_rules import (
    EGRESS,
    INGRESS,
    SECURITY_GROUP,
    RuleDirection,
    groups_named,
    rules_in,
    rules_of,
)
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import all_of, decided, is_reference_to
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design import parties
from tradingbot_infra.design.network_acls import DEFAULT_ACL, AclRules, tier_acls
from tradingbot_infra.design.services import SERVICES
from tradingbot_infra.templates import Assembly, Resource

ASSOCIATION = "AWS::EC2::SubnetNetworkAclAssociation"

_MEMBERS = {
    LOAD_BALANCER: parties.LOAD_BALANCER,
    DB_INSTANCE: parties.POSTGRES,
    REPLICATION_GROUP: parties.REDIS,
    INSTANCE: parties.NAT_INSTANCES,
    VPC_ENDPOINT: parties.VPC_ENDPOINTS,
}
"""Whose group each type is in; a service is in that of its own tasks."""

_DIRECTIONS: tuple[RuleDirection, ...] = ("Ingress", "Egress")
_NO_SETTINGS = "the settings, which say what the design's connections are"
_FIX = "Use a setting such as `egress_ports` or `container_port`, or state the connection in design/connections.py."


@rule(
    "net.sg_flows",
    SECURITY_GROUP,
    INGRESS,
    EGRESS,
    title="Security groups let in and out the connections of the design, all of them, and nothing else",
    fix=_FIX,
)
def sg_flows(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        yield not_assessed("Properties", None, _NO_SETTINGS)
        return
    stated = resource.logical_id if resource.type == SECURITY_GROUP else resource.properties.get("GroupId")
    group = resource if resource.type == SECURITY_GROUP else assembly.referred(stated)
    party = party_of(group, assembly.config) if group else None
    if party is None:
        yield seen("Group", stated, False, "the group of a party of the design")
        return
    for direction in _DIRECTIONS:
        wanted = wanted_flows(party, direction, assembly.config, assembly)
        expected = ", ".join(flow.text for flow in wanted) or "nothing"
        if resource.type in (SECURITY_GROUP, f"AWS::EC2::SecurityGroup{direction}"):
            for each in rules_in(resource, direction):
                flow = stated_flow(each, direction, assembly)
                yield decided(each.where, each.text, None if flow is None else flow in wanted, expected)
        if resource.type == SECURITY_GROUP:
            flows = {
                flow: flow.text for each in rules_of(resource, direction, assembly) if (flow := stated_flow(each, direction, assembly))
            }
            yield seen(direction, list(flows.values()), set(wanted) <= set(flows), expected)


@rule(
    "net.sg_egress_inside",
    SECURITY_GROUP,
    title="Every security group has an egress rule of its own, inside it",
    fix="Pass `allow_all_outbound=False`; where all rules are separate, write a rule for nobody into the group.",
)
def sg_egress_inside(group: Resource, _: Assembly) -> Iterator[Observation]:
    """EC2 lets everything out of a group until it has a rule inside (CloudFormation, AWS::EC2::SecurityGroup)."""
    inside = len(rules_in(group, "Egress"))
    yield seen("Properties.SecurityGroupEgress", inside, inside > 0, "one or more")


@rule(
    "net.sg_members",
    SERVICE,
    *_MEMBERS,
    title="Load balancer, tasks, database, cache, endpoints and NAT are each in their own security group, and in no other",
    fix="Give the workload the group of its party from SecurityGroups, and no other.",
)
def sg_members(workload: Resource, assembly: Assembly) -> Iterator[Observation]:
    if workload.type == VPC_ENDPOINT and workload.properties.get("VpcEndpointType") == "Gateway":
        return
    if assembly.config is None:
        yield not_assessed("SecurityGroups", None, _NO_SETTINGS)
        return
    party = _party(workload, assembly.config)
    group = group_of(party, assembly) if party else None
    named = [value for each in groups_named(workload) for value in ([each] if is_function(each) else listed(each))]
    expected = f"the group of {party.name}, alone" if party else "a service of the design"
    if group is None:
        yield seen("SecurityGroups", named, False, expected)
    else:
        yield decided("SecurityGroups", named, bool(named) and all_of(is_reference_to(value, group, assembly) for value in named), expected)


@rule(
    "net.nacl_entries",
    NETWORK_ACL,
    NETWORK_ACL_ENTRY,
    VPC,
    title="Network ACLs hold the entries that follow from the design's connections, all of them, and no others",
    fix=f"{_FIX} design/network_acls.py makes the entries of it.",
)
def nacl_entries(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        yield not_assessed("Properties", None, _NO_SETTINGS)
        return
    acl = assembly.referred(resource.properties.get("NetworkAclId")) if resource.type == NETWORK_ACL_ENTRY else resource
    rules = _acl_rules(acl, assembly, assembly.config)
    if acl is None or rules is None:
        yield not_assessed(
            "NetworkAcl", resource.properties.get("NetworkAclId"), "the ACL of subnets of one tier, or the VPC's default one"
        )
        return
    wanted = wanted_entries(rules)
    if resource.type == NETWORK_ACL_ENTRY:
        entry = stated_entry(resource)
        yield decided(
            "Properties", dict(resource.properties), None if entry is None else entry in wanted, "an entry of design/network_acls.py"
        )
        return
    stated = [stated_entry(each) for each in assembly.of_type(NETWORK_ACL_ENTRY) if _belongs(each, acl, assembly)]
    missing = [entry for entry in wanted if entry not in stated]
    yield seen("Entries", f"{len(stated)} entries", not missing, ", ".join(map(str, missing)) or "every entry of design/network_acls.py")


@rule(
    "net.routes",
    ROUTE_TABLE,
    title="Public subnets have one route, to the internet gateway, private ones one to the NAT of their zone, others none",
    fix="Add no route by hand. Settings `nat_type` and `nat_gateways` choose the way out of private subnets.",
)
def routes(table: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        yield not_assessed("Routes", None, _NO_SETTINGS)
        return
    subnets = subnets_of(table, assembly)
    used_by = set(tiers(subnets, assembly))
    found = list(routes_in(table, assembly))
    wanted = _targets(next(iter(used_by)), subnets, assembly, assembly.config) if len(used_by) == 1 else None
    if wanted is None:
        yield not_assessed("Subnets", subnets, "subnets of one tier")
        return
    observed = [shown(route) for route in found]
    right = len(found) == 1 and _target(found[0], assembly) in wanted if wanted else not found
    yield seen("Routes", observed, right, "0.0.0.0/0 to " + " or ".join(each.logical_id for each in wanted) if wanted else "no route")


def _party(workload: Resource, config: EnvironmentConfig) -> parties.Party | None:
    if workload.type != SERVICE:
        return _MEMBERS[workload.type]
    name = workload.properties.get("ServiceName")
    return next((row.tasks for row in SERVICES if config.names.service_name(row.part) == name), None)


def _acl_rules(acl: Resource | None, assembly: Assembly, config: EnvironmentConfig) -> AclRules | None:
    """What an ACL should hold; None for one that does not serve exactly one tier."""
    if acl is None or acl.type == VPC:
        return DEFAULT_ACL if acl else None
    behind = tiers([each.properties.get("SubnetId") for each in assembly.of_type(ASSOCIATION) if _belongs(each, acl, assembly)], assembly)
    return tier_acls(config.network.subnets, config.connections).get(str(behind[0])) if len(set(behind)) == 1 else None


def _belongs(part: Resource, acl: Resource, assembly: Assembly) -> bool:
    return is_reference_to(part.properties.get("NetworkAclId"), acl, assembly) is True


def _targets(tier: str | None, subnets: Sequence[Any], assembly: Assembly, config: EnvironmentConfig) -> list[Resource] | None:
    """Where the one route of a tier's subnets may lead: to none of several NATs but that of the own zone, if there is one."""
    if tier == "public":
        return list(assembly.of_type(INTERNET_GATEWAY))
    if tier != "private" or not config.network.nat_gateways:
        return [] if tier else None
    nats = assembly.of_type(NAT_GATEWAY if config.network.nat_type == "gateway" else INSTANCE)
    own = set(zones(subnets, assembly))
    return [nat for nat in nats if set(zones(_places(nat), assembly)) & own] or list(nats)


def _target(route: Resource, assembly: Assembly) -> Resource | None:
    """Where a route to anywhere leads; None for one to somewhere."""
    if route.properties.get("DestinationCidrBlock") != "0.0.0.0/0":
        return None
    named = [route.properties[name] for name in ("GatewayId", "NatGatewayId", "InstanceId") if name in route.properties]
    return assembly.referred(named[0]) if len(named) == 1 else None


def _places(nat: Resource) -> list[Any]:
    return subnets_of_instance(nat) if nat.type == INSTANCE else listed(nat.properties.get("SubnetId"))
