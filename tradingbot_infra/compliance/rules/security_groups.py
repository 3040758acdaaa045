"""Rules for security groups. A rule is judged where it is declared: in its group, or as a separate resource."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tradingbot_infra.compliance.observe import at, listed, literal, not_assessed, observe, seen
from tradingbot_infra.compliance.reading.instances import is_nat
from tradingbot_infra.compliance.reading.networks import DATA_TIERS, INSTANCE, LOAD_BALANCER, SERVICE, engine_port, faces_internet
from tradingbot_infra.compliance.reading.security_group_rules import (
    EGRESS,
    GROUPS_OF,
    INGRESS,
    SECURITY_GROUP,
    SecurityGroupRule,
    is_attached,
    rules_in,
    rules_of,
)
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided, is_reference_to, negated, unresolved
from tradingbot_infra.design.connections import EGRESS_PORTS
from tradingbot_infra.templates import Assembly, Resource

_ADMIN_PORTS = (22, 3389)
_SMB_PORT = 445
_WEB_PORTS = (80, 443)

_EXPECTED_EGRESS = f"one protocol, inside the VPC; out of the VPC only TCP {', '.join(map(str, EGRESS_PORTS))} from tasks"

_GENERATED = re.compile(r"(from|to) \S+:.+|Allow all outbound .*traffic by default")
"""The CDK's own description of a rule that has none."""


@rule(
    "net.sg_no_admin_ports_v4",
    SECURITY_GROUP,
    INGRESS,
    title="No security group allows SSH or RDP from the internet over IPv4",
    fix="Remove the ingress rule; reach containers through ECS Exec where that is allowed.",
)
def no_admin_ports_v4(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _closed_to_world(resource, assembly, _ADMIN_PORTS, "CidrIp")


@rule(
    "net.sg_no_admin_ports_v6",
    SECURITY_GROUP,
    INGRESS,
    title="No security group allows SSH or RDP from the internet over IPv6",
    fix="Remove the ingress rule; reach containers through ECS Exec where that is allowed.",
)
def no_admin_ports_v6(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _closed_to_world(resource, assembly, _ADMIN_PORTS, "CidrIpv6")


@rule(
    "n_a.cifs",
    SECURITY_GROUP,
    INGRESS,
    title="No security group allows SMB from the internet",
    fix="Remove the ingress rule, or name the group that needs the file share as its peer.",
)
def no_cifs(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _closed_to_world(resource, assembly, (_SMB_PORT,), "CidrIp", "CidrIpv6")


@rule(
    "net.sg_world_only_alb",
    SECURITY_GROUP,
    INGRESS,
    title="The internet reaches only the internet-facing load balancer, and only on HTTP and HTTPS",
    fix="Name a security group as the peer of the ingress rule. Only the load balancer's group may allow 80 and 443 from anywhere.",
)
def world_only_alb(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    balancers = assembly.of_type(LOAD_BALANCER)

    def holds(each: SecurityGroupRule) -> TriState:
        group = each.group(assembly)
        is_front = any_of(all_of([faces_internet(balancer), is_attached(group, [balancer], assembly)]) for balancer in balancers)
        return any_of([negated(each.is_for_world(assembly)), all_of([is_front, each.is_exactly(_WEB_PORTS)])])

    yield from _each_ingress(resource, holds, "no CIDR of the internet, or TCP 80 or 443 into the load balancer's group")


@rule(
    "net.sg_data_tier_from_app",
    SECURITY_GROUP,
    INGRESS,
    *DATA_TIERS.values(),
    title="Only tasks reach the database and the cache, and only on the engine's port",
    fix="Give the database or cache its own security group, with one ingress rule: from the tasks' group, on the engine's port.",
)
def data_tier_from_app(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type in GROUPS_OF:
        yield _names_its_groups(resource, assembly)
        return
    group = resource if resource.type == SECURITY_GROUP else assembly.referred(resource.properties.get("GroupId"))
    if group is None:
        yield from unresolved(resource, "GroupId", assembly, SECURITY_GROUP)
        return
    ports = [engine_port(store) for store in assembly.of_type(*DATA_TIERS.values()) if is_attached(group, [store], assembly)]
    if ports:
        services = assembly.of_type(SERVICE)
        yield from _each_ingress(
            resource,
            lambda each: all_of([each.is_exactly(ports), each.is_from_groups_of(services, assembly)]),
            "the engine's TCP port, from a group of the tasks",
        )


@rule(
    "net.sg_egress_explicit",
    SECURITY_GROUP,
    EGRESS,
    title="Every security group limits its egress, and only tasks reach the internet, on the design's ports",
    fix="Set `allow_all_outbound=False` and add one egress rule for each peer and port. "
    "Only the tasks' group may let the design's ports out to anywhere.",
)
def egress_explicit(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    # NAT instances forward the traffic of tasks.
    senders = [*assembly.of_type(SERVICE), *(each for each in assembly.of_type(INSTANCE) if is_nat(each))]

    def holds(each: SecurityGroupRule) -> TriState:
        is_sender = is_attached(each.group(assembly), senders, assembly)
        return all_of(
            [
                negated(each.is_every_protocol),
                any_of([negated(each.is_for_outside(assembly)), is_sender]),
                any_of([negated(each.is_for_world(assembly)), each.is_exactly(EGRESS_PORTS)]),
            ]
        )

    if resource.type == SECURITY_GROUP:
        yield _declares_egress(resource, assembly)
    for each in rules_in(resource, "Egress"):
        yield decided(each.where, each.text, holds(each), _EXPECTED_EGRESS)


@rule(
    "net.sg_described",
    SECURITY_GROUP,
    INGRESS,
    EGRESS,
    title="Every security group and every rule has a description",
    fix="Pass `description` to the security group, and to each call of add_ingress_rule and add_egress_rule.",
)
def described(resource: Resource, _: Assembly) -> Iterator[Observation]:
    expected = "a description"
    if resource.type != SECURITY_GROUP:
        yield observe(resource, "Description", _describes, expected)
        return
    generated = resource.path.removesuffix("/Resource")
    yield observe(resource, "GroupDescription", lambda text: _describes(text) and text != generated, expected)
    for each in (*rules_in(resource, "Ingress"), *rules_in(resource, "Egress")):
        where = f"{each.where}.Description"
        if each.properties is None:
            yield not_assessed(where, None, expected)
        else:
            yield literal(where, each.properties.get("Description"), _describes, expected)


def _describes(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip()) and not _GENERATED.fullmatch(text)


def _closed_to_world(resource: Resource, assembly: Assembly, ports: Sequence[int], *blocks: str) -> Iterator[Observation]:
    def holds(each: SecurityGroupRule) -> TriState:
        return negated(all_of([each.is_for_world(assembly, *blocks), any_of(each.covers(port) for port in ports)]))

    yield from _each_ingress(resource, holds, f"no port {' or '.join(map(str, ports))} from the internet")


def _each_ingress(resource: Resource, holds: Callable[[SecurityGroupRule], TriState], expected: str) -> Iterator[Observation]:
    rules = rules_in(resource, "Ingress")
    for each in rules:
        yield decided(each.where, each.text, holds(each), expected)
    if not rules:
        yield seen("Properties.SecurityGroupIngress", [], True, expected)


def _names_its_groups(store: Resource, assembly: Assembly) -> Observation:
    path = GROUPS_OF[store.type]
    named = at(store.properties, path)
    targets = [assembly.referred(group) for group in listed(named)]
    # A workload without a group is in the VPC's default one.
    own = all_of(None if target is None else target.type == SECURITY_GROUP for target in targets) if targets else False
    return decided(f"Properties.{path}", named, own, "security groups of these stacks")


def _declares_egress(group: Resource, assembly: Assembly) -> Observation:
    """EC2 allows all egress of a group until it has an egress rule, inside it or separate
    (CloudFormation, AWS::EC2::SecurityGroup)."""
    inside = [None if each.properties is None else True for each in rules_in(group, "Egress")]
    separate = [is_reference_to(each.properties.get("GroupId"), group, assembly) for each in assembly.of_type(EGRESS)]
    observed = [each.text for each in rules_of(group, "Egress", assembly)]
    return decided("Properties.SecurityGroupEgress", observed, any_of([*inside, *separate]), "at least one egress rule")
