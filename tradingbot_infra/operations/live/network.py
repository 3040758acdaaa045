"""A VPC's network as it stands, as plain data, and who belongs to whom in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

Ports = tuple[int, int]
"""The first and the last, both included."""

EVERY_PORT: Ports = (0, 65535)

LOCAL = "local"
"""The target of the route that stays inside the VPC."""


@dataclass(frozen=True)
class Resource:
    """Something with an id, and a name for people where it has one."""

    id: str
    name: str

    @property
    def label(self) -> str:
        """As in `sg-0123 (TaskGroup)`."""
        return f"{self.id} ({self.name})" if self.name else self.id


@dataclass(frozen=True)
class Subnet(Resource):
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
class RouteTable(Resource):
    """A route table with its routes by address block; `subnets` are those that name it, and the main one takes the others."""

    main: bool
    subnets: tuple[str, ...]
    routes: tuple[Route, ...]

    def route_to(self, block: IPv4Network) -> Route | None:
        """The most specific route that holds a whole block (VPC User Guide, "Route priority")."""
        holding = (route for route in self.routes if block.subnet_of(route.block))
        return max(holding, key=lambda route: route.block.prefixlen, default=None)


@dataclass(frozen=True)
class GroupRule:
    """One permission of a security group for TCP: to or from one block, security group or prefix list; the latter two by id.

    `ports` are None when the API does not tell them.
    """

    egress: bool
    ports: Ports | None
    peer: IPv4Network | str


@dataclass(frozen=True)
class SecurityGroup(Resource):
    """A security group with its rules for TCP. They are stateful: answers always pass."""

    rules: tuple[GroupRule, ...]


@dataclass(frozen=True)
class AclEntry:
    """One rule of a network ACL that can be about TCP; `ports` are None when the API does not tell them."""

    number: int
    egress: bool
    allows: bool
    block: IPv4Network
    ports: Ports | None


@dataclass(frozen=True)
class NetworkAcl(Resource):
    """A network ACL, stateless; a VPC's default one takes every subnet that no other has."""

    default: bool
    subnets: tuple[str, ...]
    entries: tuple[AclEntry, ...]


@dataclass(frozen=True)
class NatGateway(Resource):
    """A NAT gateway; `reason` is why it failed, if it did."""

    state: str
    reason: str
    subnet: str
    public: bool


@dataclass(frozen=True)
class Instance(Resource):
    """An EC2 instance that a route leads to; `forwards` is whether its source and destination check is off."""

    state: str
    interfaces: tuple[str, ...]
    forwards: bool
    subnet: str
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Endpoint(Resource):
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


@dataclass(frozen=True, kw_only=True)
class NetworkState:
    """One VPC. `prefix_lists` holds those that security groups name, None for one whose entries the API does not tell."""

    vpc_id: str
    subnets: tuple[Subnet, ...]
    route_tables: tuple[RouteTable, ...]
    security_groups: tuple[SecurityGroup, ...]
    network_acls: tuple[NetworkAcl, ...]
    nat_gateways: tuple[NatGateway, ...]
    instances: tuple[Instance, ...]
    internet_gateways: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    prefix_lists: Mapping[str, tuple[IPv4Network, ...] | None]

    def subnet(self, subnet_id: str) -> Subnet | None:
        """The subnet of this id; None when it is not in this VPC."""
        return next((subnet for subnet in self.subnets if subnet.id == subnet_id), None)

    def security_group(self, group_id: str) -> SecurityGroup | None:
        """The security group of this id; None when it is not in this VPC."""
        return next((group for group in self.security_groups if group.id == group_id), None)

    def route_table_of(self, subnet: Subnet) -> RouteTable | None:
        """The table that the subnet names, else the main one."""
        own = (table for table in self.route_tables if subnet.id in table.subnets)
        return next(own, next((table for table in self.route_tables if table.main), None))

    def network_acl_of(self, subnet: Subnet) -> NetworkAcl | None:
        """The ACL that the subnet has, else the default one."""
        own = (acl for acl in self.network_acls if subnet.id in acl.subnets)
        return next(own, next((acl for acl in self.network_acls if acl.default), None))
