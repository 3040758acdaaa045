"""Address blocks, and the tier and zone of subnets."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from tradingbot_infra.compliance.observe import at, is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState, all_of
from tradingbot_infra.config.subnets import TIERS
from tradingbot_infra.templates import Assembly, Resource

VPC = "AWS::EC2::VPC"
SUBNET = "AWS::EC2::Subnet"
INSTANCE = "AWS::EC2::Instance"
DB_INSTANCE = "AWS::RDS::DBInstance"
REPLICATION_GROUP = "AWS::ElastiCache::ReplicationGroup"
SERVICE = "AWS::ECS::Service"
VPC_ENDPOINT = "AWS::EC2::VPCEndpoint"
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"

DATA_TIERS = {"database": DB_INSTANCE, "cache": REPLICATION_GROUP}
"""The resource types in each tier without a route out (DESIGN, Network)."""

TASK_SUBNETS = "NetworkConfiguration.AwsvpcConfiguration.Subnets"
"""The property with the subnets of an ECS service's tasks."""

Block = IPv4Network | IPv6Network

_WIDEST_PREFIX = 8
"""Nobody was ever assigned more than a /8, so a wider block is the internet, also when it is written as two halves
(IANA, "IPv4 Address Space Registry")."""

_ENGINE_PORTS = {"postgres": 5432, "redis": 6379, "valkey": 6379}
"""The ports that engines listen on unless `Port` says otherwise (CloudFormation, AWS::RDS::DBInstance and
AWS::ElastiCache::ReplicationGroup)."""

_TIER_TAG = "aws-cdk:subnet-name"
"""The tag in which the CDK writes the name of a subnet's group."""


def block(value: Any, assembly: Assembly) -> Block | None:
    """The addresses of a CIDR, or of a reference to the CIDR of a VPC or subnet; None when they are unknown."""
    target = assembly.referred(value)
    if target is not None and target.type in (VPC, SUBNET) and value.endswith(".CidrBlock}"):
        value = target.properties.get("CidrBlock")
    try:
        return ip_network(value, strict=False)
    except ValueError:
        return None


def is_wide(addresses: Block) -> bool:
    """Whether a block has more addresses than anybody was assigned."""
    return addresses.prefixlen < _WIDEST_PREFIX


def is_world(value: Any, assembly: Assembly) -> TriState:
    """Whether a CIDR is the internet, however it is written; an absent one is nobody."""
    if value is None:
        return False
    addresses = block(value, assembly)
    return None if addresses is None else is_wide(addresses)


def is_outside(value: Any, assembly: Assembly) -> TriState:
    """Whether a CIDR holds public addresses."""
    if value is None:
        return False
    addresses = block(value, assembly)
    return None if addresses is None else is_wide(addresses) or not addresses.is_private


def lies_in(inner: Block, outer: Block) -> bool:
    """Whether one block is a part of the other, or the whole of it."""
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def tier(subnet: Resource) -> str | None:
    """Which of the four tiers a subnet belongs to; None when its tag does not name one."""
    tags = {at(tag, "Key"): at(tag, "Value") for tag in listed(subnet.properties.get("Tags"))}
    name = str(tags.get(_TIER_TAG)).lower()
    return name if name in TIERS else None


def tiers(references: Any, assembly: Assembly) -> list[str | None]:
    """The tier of each subnet that is referred to; None for each that is unknown."""
    return [tier(subnet) if subnet else None for subnet in _subnets(references, assembly)]


def zone(subnet: Resource | None) -> str | None:
    """The availability zone of a subnet; None when it is unknown."""
    name = subnet.properties.get("AvailabilityZone") if subnet else None
    return name if isinstance(name, str) and not is_unknown(name) else None


def zones(references: Any, assembly: Assembly) -> list[str | None]:
    """The zone of each subnet that is referred to; None for each that is unknown."""
    return [zone(subnet) for subnet in _subnets(references, assembly)]


def are_several(zones: Sequence[str | None]) -> TriState:
    """Whether there are at least two different zones."""
    known = set(zones) - {None}
    return True if len(known) > 1 else None if None in zones else False


def engine_port(store: Resource) -> int | None:
    """The port that a database or a cache listens on; None when it is unknown."""
    default = _ENGINE_PORTS.get(str(store.properties.get("Engine", "redis")))
    port = store.properties.get("Port", default)
    return int(port) if str(port).isdecimal() else None


def faces_internet(balancer: Resource) -> TriState:
    """Whether a load balancer is an application load balancer with public addresses; both are CloudFormation's defaults."""
    kind, scheme = (balancer.properties.get(name, default) for name, default in (("Type", "application"), ("Scheme", "internet-facing")))
    return all_of(None if is_unknown(value) else value == wanted for value, wanted in ((kind, "application"), (scheme, "internet-facing")))


def _subnets(references: Any, assembly: Assembly) -> list[Resource | None]:
    targets = [assembly.referred(reference) for reference in listed(references)]
    return [target if target and target.type == SUBNET else None for target in targets]
