"""Rules for the VPC, its subnets, routes and endpoints, and for EC2 instances and EFS file systems."""

from collections.abc import Callable, Iterator, Mapping

from tradingbot_infra.compliance.observe import at, is_false, is_true, listed, literal, not_assessed, observe, refers, seen
from tradingbot_infra.compliance.reading import instances
from tradingbot_infra.compliance.reading.default_security_group import (
    CLOSING_RESOURCE,
    is_closed,
    is_default_group,
    may_have_members,
    members,
)
from tradingbot_infra.compliance.reading.instances import LAUNCH_TEMPLATE
from tradingbot_infra.compliance.reading.networks import (
    DB_INSTANCE,
    INSTANCE,
    LOAD_BALANCER,
    REPLICATION_GROUP,
    SERVICE,
    SUBNET,
    TASK_SUBNETS,
    VPC,
    VPC_ENDPOINT,
    are_several,
    tier,
    tiers,
    zone,
    zones,
)
from tradingbot_infra.compliance.reading.routes import (
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    is_narrow,
    may_stand_in,
    routes_in,
    shown,
    subnets_of,
    subnets_routed_by,
)
from tradingbot_infra.compliance.reading.vpc_endpoints import is_gateway, is_private_interface, serves
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import (
    TriState,
    all_of,
    any_of,
    decided,
    is_given,
    is_literally,
    is_reference_to,
    negated,
    unresolved,
)
from tradingbot_infra.templates import Assembly, Resource

FLOW_LOG = "AWS::EC2::FlowLog"
PEERING = "AWS::EC2::VPCPeeringConnection"
FILE_SYSTEM = "AWS::EFS::FileSystem"
DB_SUBNET_GROUP = "AWS::RDS::DBSubnetGroup"
CACHE_SUBNET_GROUP = "AWS::ElastiCache::SubnetGroup"

_PLACES: Mapping[str, tuple[str, str]] = {
    DB_SUBNET_GROUP: ("SubnetIds", "database"),
    CACHE_SUBNET_GROUP: ("SubnetIds", "cache"),
    SERVICE: (TASK_SUBNETS, "private"),
}
_SUBNET_GROUPS: Mapping[str, tuple[str, str]] = {
    DB_INSTANCE: ("DBSubnetGroupName", DB_SUBNET_GROUP),
    REPLICATION_GROUP: ("CacheSubnetGroupName", CACHE_SUBNET_GROUP),
}
_INTERFACE_SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")

_WAYS_OUT = {
    "public": "any route",
    "private": "no internet gateway, and to anywhere only through NAT",
    "database": "no route out",
    "cache": "no route out",
}


@rule(
    "net.flow_logs",
    VPC,
    title="Every VPC logs all of its traffic",
    fix="Add a flow log to the VPC with `traffic_type=FlowLogTrafficType.ALL` and a log group or a bucket as its destination.",
)
def flow_logs(vpc: Resource, assembly: Assembly) -> Iterator[Observation]:
    logs = assembly.of_type(FLOW_LOG)
    complete = [all_of([is_reference_to(log.properties.get("ResourceId"), vpc, assembly), _is_complete(log, assembly)]) for log in logs]
    stated = ("ResourceId", "ResourceType", "TrafficType", "LogDestinationType", "LogDestination", "LogGroupName")
    observed = {log.logical_id: {name: log.properties[name] for name in stated if name in log.properties} for log in logs}
    yield decided("FlowLog", observed, any_of(complete), "a flow log of ALL traffic with a destination that it may write to")


@rule(
    "net.default_sg_closed",
    VPC,
    CLOSING_RESOURCE,
    title="The default security group has no rules and no members",
    fix="Set `restrict_default_security_group=True` on the VPC, and give every workload its own security group.",
)
def default_sg_closed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == VPC:
        closing = [each.logical_id for each in assembly.of_type(CLOSING_RESOURCE)]
        yield decided(CLOSING_RESOURCE, closing, is_closed(resource, assembly), "a custom resource that removes the rules")
        return
    path = "DefaultSecurityGroupId"
    group = resource.properties.get(path)
    yield decided(f"Properties.{path}", group, is_default_group(group, assembly), "the default group of a VPC of these stacks")
    vpc = assembly.referred(group)
    if vpc:
        found = members(vpc, assembly)
        yield decided("Members", found, not found and negated(may_have_members(assembly)), "nothing in the default group")


@rule(
    "net.no_auto_public_ip",
    SUBNET,
    title="No subnet assigns public addresses automatically",
    fix="Set `map_public_ip_on_launch=False` in the subnet configuration.",
)
def no_auto_public_ip(subnet: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(subnet, "MapPublicIpOnLaunch", is_false, "false", default=False)


@rule(
    "net.isolated_routes",
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    title="Data subnets have no route out, task subnets only through NAT, and only public subnets to an internet gateway",
    fix="Use PRIVATE_ISOLATED subnets for data and PRIVATE_WITH_EGRESS for tasks, and add no routes to them by hand.",
)
def isolated_routes(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type != ROUTE_TABLE:
        yield from _stands_outside(resource, assembly)
        return
    used_by = tiers(subnets_of(resource, assembly), assembly)
    routes = list(routes_in(resource, assembly))
    for name in sorted(set(used_by), key=str):
        expected = _WAYS_OUT.get(str(name), "a subnet whose tag names its tier")
        for route in routes:
            yield decided(f"{route.logical_id}.Properties", shown(route), may_stand_in(route, name, assembly), expected)
        if not routes:
            yield seen("Routes", [], True, expected)


@rule(
    "net.private_placement",
    *_PLACES,
    *_SUBNET_GROUPS,
    title="Database, cache and tasks are each in the subnets of their own tier",
    fix="Select the tier's subnets by their group name: `SubnetSelection(subnet_group_name=...)`.",
)
def private_placement(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type in _SUBNET_GROUPS:
        path, group = _SUBNET_GROUPS[resource.type]
        yield refers(resource, path, assembly, group, expected="a subnet group of these stacks")
        return
    path, expected = _PLACES[resource.type]
    found = tiers(at(resource.properties, path), assembly)
    right = all_of(None if name is None else name == expected for name in found) if found else False
    yield decided(f"Properties.{path}", found, right, f"subnets of the {expected} tier only")


@rule(
    "net.vpc_endpoints",
    VPC,
    title="AWS services are reached through endpoints inside the VPC",
    fix="Add the gateway endpoint for S3 and the missing interface endpoints (setting `enable_vpc_endpoints`).",
)
def vpc_endpoints(vpc: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield _endpoint(vpc, "s3", is_gateway, "a gateway endpoint", assembly)
    telemetry = assembly.config.telemetry if assembly.config else None
    traces, metrics = telemetry is not None and telemetry.tracing == "xray", telemetry is not None and telemetry.metrics == "otlp"
    for service in (*_INTERFACE_SERVICES, *(["xray"] if traces else []), *(["monitoring"] if metrics else [])):
        yield _endpoint(vpc, service, is_private_interface, "an interface endpoint with private DNS, for tasks only, on 443", assembly)


@rule(
    "net.no_peering",
    ROUTE,
    PEERING,
    title="No route leads to the whole of a peered VPC",
    fix="Remove the peering connection, or route only the peer's single subnets or hosts over it.",
)
def no_peering(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == ROUTE:
        if "VpcPeeringConnectionId" in resource.properties:
            yield decided("Properties", shown(resource), is_narrow(resource, assembly), "one host, or a subnet of these stacks")
    elif not any(is_reference_to(route.properties.get("VpcPeeringConnectionId"), resource, assembly) for route in assembly.of_type(ROUTE)):
        yield not_assessed("Routes", [], "routes over the peering connection in these stacks")


@rule(
    "net.multi_az",
    VPC,
    NAT_GATEWAY,
    INSTANCE,
    LOAD_BALANCER,
    SERVICE,
    title="Every tier, the load balancer and the service are in several zones, and each zone has its own NAT",
    fix="Name at least two zones (setting `availability_zones`), and as many NAT gateways (setting `nat_gateways`).",
)
def multi_az(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == VPC:
        yield from _tiers_in_several_zones(resource, assembly)
    elif resource.type in (NAT_GATEWAY, INSTANCE):
        yield from _nat_of_its_own_zone(resource, assembly)
    else:
        path = TASK_SUBNETS if resource.type == SERVICE else "Subnets" if "Subnets" in resource.properties else "SubnetMappings"
        subnets = [at(each, "SubnetId", each) for each in listed(at(resource.properties, path))]
        found = zones(subnets, assembly)
        yield decided(f"Properties.{path}", found, are_several(found), "subnets in at least two zones")


@rule("n_a.efs", FILE_SYSTEM, title="File systems are encrypted", fix="Set `encrypted=True` on the EFS file system.")
def efs(file_system: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(file_system, "Encrypted", is_true, "true")


@rule(
    "n_a.ec2",
    INSTANCE,
    LAUNCH_TEMPLATE,
    title="EC2 instances use a role, and metadata requests need IMDSv2",
    fix="Give the instance a role, and set `http_tokens=HttpTokens.REQUIRED` (on a NAT instance, its CfnInstance's metadata_options).",
)
def ec2(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    # An instance may have the role that is missing in its launch template, and is judged separately.
    if not any(instances.template_of(each, assembly) == resource for each in assembly.of_type(INSTANCE)):
        where, profile = instances.setting(resource, "IamInstanceProfile", assembly)
        yield decided(where, profile, is_given(profile, assembly), "an instance profile")
    # EC2's default depends on image and account, so only what the template sets counts.
    where, tokens = instances.setting(resource, "MetadataOptions.HttpTokens", assembly)
    yield literal(where, tokens, lambda value: value == "required", "required")


def _is_complete(log: Resource, assembly: Assembly) -> TriState:
    """All traffic, to a destination that is named, and for CloudWatch Logs with the role that writes to it."""
    named, group, role = (
        is_given(log.properties.get(name), assembly) for name in ("LogDestination", "LogGroupName", "DeliverLogsPermissionArn")
    )
    kind = log.properties.get("LogDestinationType", "cloud-watch-logs")
    to_log_group = all_of([is_literally(kind, "cloud-watch-logs"), any_of([named, group]), role])
    to_bucket = all_of([is_literally(kind, "s3"), named])
    whole = [is_literally(log.properties.get(name), wanted) for name, wanted in (("ResourceType", "VPC"), ("TrafficType", "ALL"))]
    return all_of([*whole, any_of([to_log_group, to_bucket])])


def _stands_outside(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    """A subnet without a route table in these stacks: its routes are not known."""
    if resource.type == SUBNET:
        associations = assembly.of_type(ROUTE_TABLE_ASSOCIATION)
        if not any(is_reference_to(each.properties.get("SubnetId"), resource, assembly) for each in associations):
            yield not_assessed("SubnetRouteTableAssociation", [], "a route table of these stacks")
        return
    yield from unresolved(resource, "RouteTableId", assembly, ROUTE_TABLE)
    if resource.type == ROUTE_TABLE_ASSOCIATION:
        yield from unresolved(resource, "SubnetId", assembly, SUBNET)


def _endpoint(
    vpc: Resource, service: str, judge: Callable[[Resource, Assembly], TriState], expected: str, assembly: Assembly
) -> Observation:
    endpoints = [each for each in assembly.of_type(VPC_ENDPOINT) if serves(each, service) is not False]
    answers = [
        all_of([is_reference_to(each.properties.get("VpcId"), vpc, assembly), serves(each, service), judge(each, assembly)])
        for each in endpoints
    ]
    return decided(f"VPCEndpoint[{service}]", [each.logical_id for each in endpoints], any_of(answers), expected)


def _tiers_in_several_zones(vpc: Resource, assembly: Assembly) -> Iterator[Observation]:
    subnets = [subnet for subnet in assembly.of_type(SUBNET) if is_reference_to(subnet.properties.get("VpcId"), vpc, assembly)]
    for name in sorted({str(tier(subnet)) for subnet in subnets}):
        found = [zone(subnet) for subnet in subnets if str(tier(subnet)) == name]
        yield decided(f"Subnets[{name}]", found, are_several(found), "at least two zones")


def _nat_of_its_own_zone(nat: Resource, assembly: Assembly) -> Iterator[Observation]:
    """Zones that use another zone's NAT lose their route out when that zone fails. A regional NAT gateway is in every zone."""
    if nat.properties.get("AvailabilityMode") == "regional":
        yield seen("Properties.AvailabilityMode", "regional", True, "regional")
        return
    if nat.type == INSTANCE and not instances.is_nat(nat):
        return
    own = zones(instances.subnets_of(nat) if nat.type == INSTANCE else nat.properties.get("SubnetId"), assembly)
    used_by = zones(subnets_routed_by(nat, assembly), assembly)
    alone = None if None in (*own, *used_by) else set(used_by) <= set(own)
    yield decided("Subnets", used_by, alone, f"subnets of the zone {' '.join(map(str, own))} only")
