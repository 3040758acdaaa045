"""The resources of a VPC's network, as plain data."""

from dataclasses import dataclass
from ipaddress import IPv4Network

Ports = tuple[int, int]
"""The first and the last, both included."""

EVERY_PORT: Ports = (0, 65535)

LOCAL = "local"
"""The target of the route that stays inside the VPC."""


@dataclass(frozen=True)
class NamedResource:
    """Something with an id, and a name for people where it has one."""

    id: str
    name: str

    @property
    def label(self) -> str:
        """As in `sg-0123 (TaskGroup)`."""
        return f"{self.id} ({self.name})" if self.name else self.id


@dataclass(frozen=True)
class Subnet(NamedResource):
    """One subnet, in one zone."""

    zone: str
    block: IPv4Network


@dataclass(frozen=True)
class Route:
    """Where packets to a block go: `target` is an id or LOCAL, and an inactive one leads nowhere (a blackhole)."""

    block: IPv4Network
    target: str
    active: bool


@dataclass(frozen=True)
class RouteTable(NamedResource):
    """A route table with its routes by address block; `subnets` are those that name it, and the main one takes the others."""

    main: bool
    subnets: tuple[str, ...]
    routes: tuple[Route, ...]

    def route_to(self, block: IPv4Network) -> Route | None:
        """The most specific route that holds a whole block (VPC User Guide, "Route priority")."""
        holding = (route for route in self.routes if block.subnet_of(route.block))
        return max(holding, key=lambda route: route.block.prefixlen, default=None)


@dataclass(frozen=True)
class AclEntry:
    """One rule of a network ACL that can be about TCP; `ports` are None when the API does not return them."""

    number: int
    egress: bool
    allows: bool
    block: IPv4Network
    ports: Ports | None


@dataclass(frozen=True)
class NetworkAcl(NamedResource):
    """A network ACL, stateless; a VPC's default one takes every subnet that no other has."""

    default: bool
    subnets: tuple[str, ...]
    entries: tuple[AclEntry, ...]


@dataclass(frozen=True)
class NatGateway(NamedResource):
    """A NAT gateway; `reason` is why it failed, if it did."""

    state: str
    reason: str
    subnet: str
    public: bool


@dataclass(frozen=True)
class Instance(NamedResource):
    """An EC2 instance that a route leads to; `forwards` is whether its source and destination check is off."""

    state: str
    interfaces: tuple[str, ...]
    forwards: bool
    subnet: str
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Endpoint(NamedResource):
    """A VPC endpoint. `service` is without region, as in `ecr.api`; a gateway endpoint has route tables, an interface the rest."""

    service: str
    gateway: bool
    state: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    route_tables: tuple[str, ...]
    private_dns: bool

    @property
    def available(self) -> bool:
        """Whether it works."""
        return self.state.lower() == "available"
