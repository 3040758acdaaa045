"""Rules for network ACLs: one for each tier, and no administrative access from outside."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.compliance.observe import not_assessed, seen
from tradingbot_infra.compliance.reading.network_acl_entries import NETWORK_ACL, NETWORK_ACL_ENTRY, TCP, Entry, entries_of
from tradingbot_infra.compliance.reading.networks import (
    DATA_TIERS,
    SERVICE,
    SUBNET,
    VPC,
    Block,
    block,
    engine_port,
    is_wide,
    lies_in,
    tier,
    tiers,
)
from tradingbot_infra.compliance.reading.security_group_rules import SecurityGroupRule, egress_of
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided, is_reference_to, unresolved
from tradingbot_infra.templates import Assembly, Resource

ASSOCIATION = "AWS::EC2::SubnetNetworkAclAssociation"
CIDR_BLOCK = "AWS::EC2::VPCCidrBlock"

_ADMIN_PORTS = (22, 3389)

_TASK_TIER = "private"

_ICMP = (1, 58)
"""Of IPv4 and of IPv6 (IANA, "Protocol Numbers")."""

_EPHEMERAL = (1024, 60999)
"""A range of ephemeral ports begins at this port or above, and ends at this or above: Linux uses 32768 to 60999
(VPC User Guide, "Ephemeral ports")."""

_DEFAULT_ALLOW = 100
"""The number of the entry by which a default network ACL allows everything (VPC User Guide, "Default network ACL")."""

_IPV6_SOURCES = ("AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6Pool")


@rule(
    "net.nacl_per_tier",
    SUBNET,
    NETWORK_ACL,
    ASSOCIATION,
    NETWORK_ACL_ENTRY,
    title="Each tier has its own network ACL, and those of the data tiers allow only the engine's port and return traffic in",
    fix="Associate the subnet with its tier's network ACL. In the data tiers allow the engine's port and ephemeral ports of the VPC only.",
)
def nacl_per_tier(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == SUBNET:
        yield _acl_of_its_tier(resource, assembly)
    elif resource.type == NETWORK_ACL:
        used = any_of(is_reference_to(each.properties.get("NetworkAclId"), resource, assembly) for each in assembly.of_type(ASSOCIATION))
        yield decided("Subnets", _tiers_behind(resource, assembly), used, "subnets that use it")
        data_tiers = {name for name in _tiers_behind(resource, assembly) if name in DATA_TIERS}
        if data_tiers:
            yield from _admits_engine_only(resource, data_tiers, assembly)
    else:
        yield from unresolved(resource, "NetworkAclId", assembly, NETWORK_ACL, VPC)
        if resource.type == ASSOCIATION:
            yield from unresolved(resource, "SubnetId", assembly, SUBNET)


@rule(
    "net.nacl_no_admin_ports",
    NETWORK_ACL,
    NETWORK_ACL_ENTRY,
    VPC,
    title="No network ACL allows SSH or RDP from the internet, and the default one allows nothing",
    fix="Deny 22 and 3389 with a lower number than the entry that allows them. Deny everything with number 1 in the default network ACL.",
)
def nacl_no_admin_ports(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == VPC:
        yield from _default_acl_is_closed(resource, assembly)
    elif resource.type == NETWORK_ACL_ENTRY:
        yield from unresolved(resource, "NetworkAclId", assembly, NETWORK_ACL, VPC)
    else:
        yield from _is_closed_to_administration(resource, assembly)


@rule(
    "net.nacl_egress",
    NETWORK_ACL,
    NETWORK_ACL_ENTRY,
    title="The network ACL of the tasks lets out to the internet only what their security groups let out, port by port",
    fix="Give each outbound entry one TCP port of the tasks' security group. `egress_ports` states both.",
)
def nacl_egress(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == NETWORK_ACL_ENTRY:
        yield from unresolved(resource, "NetworkAclId", assembly, NETWORK_ACL, VPC)
    elif _TASK_TIER in _tiers_behind(resource, assembly):
        yield from _lets_out_what_groups_let_out(resource, assembly)


def _lets_out_what_groups_let_out(acl: Resource, assembly: Assembly) -> Iterator[Observation]:
    expected = "one TCP port that the security groups of the tasks let out to the internet, or an ICMP message"
    rules = egress_of(assembly.of_type(SERVICE), assembly)
    entries, unknown = entries_of(acl, assembly)
    outbound = [each for each in entries if each.egress and each.allows and _is_outside(each)]
    for each in outbound:
        yield decided(_place(each.resource), each.text, _is_let_out(each, rules, assembly), expected)
    yield from _not_assessed(unknown, expected)
    if not outbound and not unknown:
        yield seen("Entries", [each.text for each in entries], True, expected)


def _is_let_out(entry: Entry, rules: Sequence[SecurityGroupRule], assembly: Assembly) -> TriState:
    if entry.protocol in _ICMP:
        return True
    if entry.protocol != TCP or entry.ports[0] != entry.ports[1]:
        return False
    return any_of(all_of([each.is_for_outside(assembly), each.is_exactly(entry.ports[:1])]) for each in rules)


def _is_outside(entry: Entry) -> bool:
    return is_wide(entry.addresses) or not entry.addresses.is_private


def _is_closed_to_administration(acl: Resource, assembly: Assembly) -> Iterator[Observation]:
    expected = "denied before: TCP and UDP 22 and 3389 from the internet"
    entries, unknown = entries_of(acl, assembly)
    inbound = [each for each in entries if not each.egress]
    from_world = [each for each in inbound if each.allows and is_wide(each.addresses)]
    for each in from_world:
        yield seen(_place(each.resource), each.text, not any(each.opens(port, inbound) for port in _ADMIN_PORTS), expected)
    yield from _not_assessed(unknown, expected)
    if not from_world and not unknown:
        yield seen("Entries", [each.text for each in inbound], True, "nothing from the internet")


def _default_acl_is_closed(vpc: Resource, assembly: Assembly) -> Iterator[Observation]:
    expected = f"everything denied before entry {_DEFAULT_ALLOW}"
    entries, unknown = entries_of(vpc, assembly)
    yield from _not_assessed(unknown, expected)
    for version in (4, 6) if _has_ipv6(vpc, assembly) else (4,):
        for direction in ("inbound", "outbound"):
            inside = [each for each in entries if each.egress == (direction == "outbound") and each.addresses.version == version]
            first = inside[0] if inside else None
            closed = first is not None and first.is_everything and not first.allows and first.number < _DEFAULT_ALLOW
            where = f"DefaultNetworkAcl[{direction}, IPv{version}]"
            yield decided(where, [each.text for each in inside], None if unknown and not closed else closed, expected)


def _acl_of_its_tier(subnet: Resource, assembly: Assembly) -> Observation:
    own = tier(subnet)

    def is_right(association: Resource) -> TriState:
        acl = assembly.referred(association.properties.get("NetworkAclId"))
        if acl is None or own is None:
            return None
        if acl.type != NETWORK_ACL:
            return False
        same = all_of(None if other is None else other == own for other in _tiers_behind(acl, assembly))
        return all_of([is_reference_to(association.properties.get("SubnetId"), subnet, assembly), same])

    associations = assembly.of_type(ASSOCIATION)
    candidates = [each for each in associations if is_reference_to(each.properties.get("SubnetId"), subnet, assembly) is not False]
    observed = [each.properties.get("NetworkAclId") for each in candidates]
    expected = f"a network ACL of the {own} tier alone" if own else "a tag that names the tier"
    return decided("SubnetNetworkAclAssociation", observed, any_of(is_right(each) for each in candidates), expected)


def _admits_engine_only(acl: Resource, data_tiers: set[str], assembly: Assembly) -> Iterator[Observation]:
    stores = assembly.of_type(*(DATA_TIERS[name] for name in data_tiers))
    ports = [engine_port(store) for store in stores]
    vpc = assembly.referred(acl.properties.get("VpcId"))
    inside = block(vpc.properties.get("CidrBlock"), assembly) if vpc else None
    expected = "allowed only inside the VPC, inbound only the engine's TCP port and return traffic"
    entries, unknown = entries_of(acl, assembly)
    for each in entries:
        if each.allows:
            holds = all_of([_is_inside(each, inside), each.egress or _is_for_engine(each, ports)])
            yield decided(_place(each.resource), each.text, holds, expected)
    yield from _not_assessed(unknown, expected)


def _is_inside(entry: Entry, vpc: Block | None) -> TriState:
    if is_wide(entry.addresses):
        return False
    return None if vpc is None else lies_in(entry.addresses, vpc)


def _is_for_engine(entry: Entry, ports: list[int | None]) -> TriState:
    if entry.protocol != TCP:
        return False
    is_answer = entry.ports[0] >= _EPHEMERAL[0] and entry.ports[1] >= _EPHEMERAL[1]
    return any_of([is_answer, *(None if port is None else entry.ports == (port, port) for port in ports)])


def _tiers_behind(acl: Resource, assembly: Assembly) -> list[str | None]:
    """The tier of each subnet that is associated with an ACL; None for each that is unknown."""
    associations = assembly.of_type(ASSOCIATION)
    behind = [
        each.properties.get("SubnetId", "") for each in associations if is_reference_to(each.properties.get("NetworkAclId"), acl, assembly)
    ]
    return tiers(behind, assembly)


def _has_ipv6(vpc: Resource, assembly: Assembly) -> bool:
    blocks = [each for each in assembly.of_type(CIDR_BLOCK) if is_reference_to(each.properties.get("VpcId"), vpc, assembly) is not False]
    return any(name in each.properties for each in blocks for name in _IPV6_SOURCES)


def _place(entry: Resource) -> str:
    return f"{entry.logical_id}.Properties"


def _not_assessed(entries: list[Resource], expected: str) -> Iterator[Observation]:
    for entry in entries:
        yield not_assessed(_place(entry), dict(entry.properties), expected)
