"""The network: addresses, zones and the way to the internet."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.config.subnets import TIERS, SubnetPlanError, plan_subnets

REGION_ZONES = MappingProxyType({"ap-southeast-2": ("ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c")})
"""Supported regions and their Availability Zones. The design and its prices are Sydney's (DESIGN, Naming)."""

_CIDR = r"^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$"
_Cidrs = tuple[Annotated[str, Field(pattern=_CIDR)], ...]
_ONE_PER_ZONE = "one IPv4 CIDR block per zone, separated by commas"


class NetworkConfig(Section, title="Network"):
    """The VPC and its connection to the internet."""

    region: str = setting("AWS region of the environment", allowed="ap-southeast-2")
    availability_zones: tuple[str, ...] = setting(
        "Availability Zones. They are fixed here so that synthesis needs no lookup",
        allowed="two or three zones of the region, separated by commas",
        min_length=2,
        max_length=3,
    )
    vpc_cidr: str = setting("Address range of the VPC", allowed="an IPv4 CIDR block such as 10.0.0.0/16", pattern=_CIDR)
    public_subnet_cidrs: _Cidrs = setting("Public subnets, for the load balancer and NAT, one per zone", allowed=_ONE_PER_ZONE)
    private_subnet_cidrs: _Cidrs = setting("Private subnets, for ECS tasks, one per zone", allowed=_ONE_PER_ZONE)
    database_subnet_cidrs: _Cidrs = setting("Database subnets, for RDS, without internet access, one per zone", allowed=_ONE_PER_ZONE)
    cache_subnet_cidrs: _Cidrs = setting("Cache subnets, for Redis, without internet access, one per zone", allowed=_ONE_PER_ZONE)
    nat_type: Literal["gateway", "instance"] = setting("NAT gateways, managed by AWS, or NAT instances, cheaper but maintained by the team")
    nat_gateways: int = setting(
        "Number of NAT gateways or NAT instances. With fewer than one per zone, the failure of one zone can cut all outbound traffic",
        ge=1,
        le=3,
    )
    nat_instance_type: str = setting(
        "EC2 instance type of NAT instances",
        allowed="t4g.nano, t4g.micro, t4g.small or t4g.medium",
        pattern=r"^t4g\.(nano|micro|small|medium)$",
    )
    enable_vpc_endpoints: bool = setting("Create VPC endpoints for S3, ECR, CloudWatch Logs, Secrets Manager and KMS")


def region_is_supported(network: NetworkConfig) -> Iterator[Problem]:
    if network.region not in REGION_ZONES:
        yield Problem("region", network.region, "the design, its zones and its prices do not cover this region", listed(REGION_ZONES))


def zones_are_of_the_region(network: NetworkConfig) -> Iterator[Problem]:
    zones = network.availability_zones
    offered = REGION_ZONES.get(network.region)
    if offered is not None and (set(zones) - set(offered) or len(set(zones)) != len(zones)):
        yield Problem("availability_zones", zones, "each must be a zone of the region, listed once", listed(offered))


def subnets_fit(network: NetworkConfig) -> Iterator[Problem]:
    try:
        vpc = IPv4Network(network.vpc_cidr)
    except ValueError:
        yield Problem("vpc_cidr", network.vpc_cidr, "is not a CIDR block", "a network address such as 10.0.0.0/16")
        return
    # VPC User Guide, "VPC CIDR blocks".
    if not 16 <= vpc.prefixlen <= 28:
        yield Problem("vpc_cidr", vpc, "a VPC cannot have this size", "a prefix from /16 to /28")
        return
    tiers: dict[str, tuple[IPv4Network, ...]] = {}
    for tier in TIERS:
        key = f"{tier}_subnet_cidrs"
        cidrs: tuple[str, ...] = getattr(network, key)
        zones = len(network.availability_zones)
        if len(cidrs) != zones:
            yield Problem(key, cidrs, f"there are {len(cidrs)} blocks for {zones} zones", f"{zones} blocks, one per zone")
            continue
        try:
            tiers[tier] = tuple(IPv4Network(cidr) for cidr in cidrs)
        except ValueError:
            yield Problem(key, cidrs, "contains an invalid CIDR block", "network addresses such as 10.0.0.0/24")
    if len(tiers) == len(TIERS):
        yield from _layout(vpc, tiers)


def _layout(vpc: IPv4Network, tiers: Mapping[str, tuple[IPv4Network, ...]]) -> Iterator[Problem]:
    problems = [problem for tier in tiers for problem in _overlaps(tier, vpc, tiers)]
    yield from problems
    if not problems:
        try:
            plan_subnets(vpc, tiers)
        except SubnetPlanError as error:
            yield Problem(f"{error.tier}_subnet_cidrs", tiers[error.tier], str(error), error.allowed)


def _overlaps(tier: str, vpc: IPv4Network, tiers: Mapping[str, tuple[IPv4Network, ...]]) -> Iterator[Problem]:
    key, blocks = f"{tier}_subnet_cidrs", tiers[tier]
    earlier = list(tiers)[: list(tiers).index(tier)]
    outside = next((block for block in blocks if not block.subnet_of(vpc)), None)
    clash = next(((block, other) for block in blocks for other in earlier for used in tiers[other] if used.overlaps(block)), None)
    if outside is not None:
        yield Problem(key, blocks, f"{outside} is not inside the VPC", f"blocks inside {vpc}")
    elif clash is not None:
        yield Problem(key, blocks, f"{clash[0]} overlaps a block of the {clash[1]} tier", "blocks that no other subnet uses")


def nat_fits_the_zones(network: NetworkConfig) -> Iterator[Problem]:
    zones = len(network.availability_zones)
    if network.nat_gateways > zones:
        yield Problem("nat_gateways", network.nat_gateways, f"there are {zones} zones", f"1 to {zones}, at most one per zone")
