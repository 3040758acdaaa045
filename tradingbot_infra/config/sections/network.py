"""The network: addresses, zones and the way to the internet."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.config.subnets import TIERS, SubnetPlanError, plan_subnets
from tradingbot_infra.design.connections import HTTPS_PORT, POSTGRES_PORT, REDIS_PORT

REGION_ZONES = MappingProxyType({"ap-southeast-2": ("ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c")})
"""Supported regions and their Availability Zones. The design and its prices are Sydney's (DESIGN, Naming)."""

REFUSED_EGRESS_PORTS: Mapping[int, str] = MappingProxyType(
    {
        20: "FTP's: what it carries, passwords included, everybody on the way can read",
        21: "FTP's: what it carries, passwords included, everybody on the way can read",
        22: "SSH: a task administers no other machine, and the network ACLs deny it",
        23: "Telnet's: what it carries, passwords included, everybody on the way can read",
        25: "mail between servers, which AWS blocks; mail is handed in on 587 or 465",
        53: "DNS: the VPC has a resolver of its own, and data can leave by names that are looked up elsewhere",
        445: "SMB: no file share of the internet is a part of this system",
        3389: "RDP: a task administers no other machine, and the network ACLs deny it",
        POSTGRES_PORT: "PostgreSQL's: open to the internet, a copy of the database could leave by it",
        REDIS_PORT: "Redis's: open to the internet, a copy of the cache could leave by it",
    }
)
"""Ports that tasks never reach outside the VPC, and what they are. On 25: EC2 User Guide, "Restriction on email sent using port 25"."""

_PRIVATE_RANGES = tuple(IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
"""Addresses that nobody has on the internet (VPC User Guide, "VPC CIDR blocks", of RFC 1918; RFC 6598)."""

RESERVED_ADDRESSES = 5
"""Addresses of each subnet that AWS keeps (VPC User Guide, "Subnet sizing for IPv4")."""

_LOAD_BALANCER_ADDRESSES = 32
_FIRST_EPHEMERAL_PORT = 1024
_MOST_LOW_PORTS = 3

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
        "Number of NAT gateways or NAT instances. With fewer than one per zone, the failure of one zone can cut all outbound traffic; "
        "0 closes the way out, which frees the addresses before another nat_type takes them",
        ge=0,
        le=3,
    )
    nat_instance_type: str = setting(
        "EC2 instance type of NAT instances",
        allowed="t4g.nano, t4g.micro, t4g.small or t4g.medium",
        pattern=r"^t4g\.(nano|micro|small|medium)$",
    )
    nat_allocation_ids: tuple[Annotated[str, Field(pattern=r"^eipalloc-[0-9a-f]{8,17}$")], ...] = setting(
        "Elastic addresses of an earlier deployment, or allocated by hand, that NAT uses, by zone; further zones get new ones. "
        "`egress` prints the value",
        allowed="allocation ids such as eipalloc-0123456789abcdef0, separated by commas, or nothing",
    )
    egress_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = setting(
        "TCP ports of the internet that tasks reach, in security groups, network ACLs and NAT instances alike. Add new ones at the end, "
        "so that no other port changes its rule",
        allowed="443 and at most five others, separated by commas",
        min_length=1,
        max_length=6,
    )
    enable_vpc_endpoints: bool = setting(
        "Create VPC endpoints for S3, ECR, CloudWatch Logs and Secrets Manager, and for X-Ray and CloudWatch where the application sends "
        "traces and metrics to them"
    )

    @property
    def subnets(self) -> Mapping[str, tuple[str, ...]]:
        """The blocks of each of TIERS, one per zone."""
        return {tier: getattr(self, f"{tier}_subnet_cidrs") for tier in TIERS}


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
    if not any(vpc.subnet_of(private) for private in _PRIVATE_RANGES):
        wrong = "these are addresses of others on the internet, and every rule for the VPC's own addresses would admit them"
        yield Problem("vpc_cidr", vpc, wrong, f"a block inside {listed(_PRIVATE_RANGES)}")
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


def smallest_subnet(cidrs: Sequence[str]) -> int:
    """How many addresses the smallest of the blocks has; 0 if one of them is none, which another rule reports."""
    try:
        return min(IPv4Network(cidr).num_addresses for cidr in cidrs)
    except ValueError:
        return 0


def load_balancer_has_room(network: NetworkConfig) -> Iterator[Problem]:
    """Elastic Load Balancing User Guide, "Subnets for your load balancer": at least a /27, and eight free addresses."""
    if 0 < smallest_subnet(network.public_subnet_cidrs) < _LOAD_BALANCER_ADDRESSES:
        wrong = "a load balancer needs blocks of 32 addresses or more"
        yield Problem("public_subnet_cidrs", network.public_subnet_cidrs, wrong, "blocks of /27 or larger")


def egress_ports_are_sound(network: NetworkConfig) -> Iterator[Problem]:
    ports = network.egress_ports
    if HTTPS_PORT not in ports:
        yield Problem("egress_ports", ports, "AWS's own APIs answer on 443, and no task starts without them", "443 and other ports")
    if len(set(ports)) < len(ports):
        yield Problem("egress_ports", ports, "a port is listed more than once", "each port once")
    for port in sorted(REFUSED_EGRESS_PORTS.keys() & ports):
        others = f"ports other than {listed(REFUSED_EGRESS_PORTS)}"
        yield Problem("egress_ports", ports, f"{port} is {REFUSED_EGRESS_PORTS[port]}", others)
    # With six ports, three of them below 1024, network ACLs of three zones stay below their quota (VPC User Guide, "Amazon VPC quotas").
    if sum(port < _FIRST_EPHEMERAL_PORT for port in set(ports) - {HTTPS_PORT}) > _MOST_LOW_PORTS:
        wrong = f"each port below {_FIRST_EPHEMERAL_PORT} takes further rules of the network ACLs, which hold 20"
        yield Problem("egress_ports", ports, wrong, f"443 and at most {_MOST_LOW_PORTS} other ports below {_FIRST_EPHEMERAL_PORT}")


def nat_fits_the_zones(network: NetworkConfig) -> Iterator[Problem]:
    zones = len(network.availability_zones)
    if network.nat_gateways > zones:
        yield Problem("nat_gateways", network.nat_gateways, f"there are {zones} zones", f"0 to {zones}, at most one per zone")


def adopted_addresses_fit_the_zones(network: NetworkConfig) -> Iterator[Problem]:
    ids, zones = network.nat_allocation_ids, len(network.availability_zones)
    if len(ids) > zones:
        yield Problem("nat_allocation_ids", ids, f"there are {zones} zones", f"at most {zones}, one for each zone")
    if len(set(ids)) < len(ids):
        yield Problem("nat_allocation_ids", ids, "an address is listed more than once", "each address once")
