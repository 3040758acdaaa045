"""Who reaches whom on which port (DESIGN, Network).

Security groups, network ACLs, `verify` and `doctor` read these rows, so that a connection is stated once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tradingbot_infra.design import services
from tradingbot_infra.design.parties import ANYONE, LOAD_BALANCER, NAT_INSTANCES, POSTGRES, PRIVATE_SUBNETS, REDIS, VPC_ENDPOINTS, Party

HTTP_PORT = 80
HTTPS_PORT = 443
POSTGRES_PORT = 5432
REDIS_PORT = 6379

EGRESS_PORTS = (HTTPS_PORT, 8443, 9443)
"""The ports of the internet that tasks reach in this design; others need an exception in the ledger of the compliance packs."""

IDLE_SECONDS = 60
"""How long the load balancer keeps an idle connection to a task. A server that closes it earlier answers a request with a 502."""

PORT_OF = {POSTGRES: POSTGRES_PORT, REDIS: REDIS_PORT}
"""The port of each data store."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """TCP from one party to another; `purpose` is the description of its security group rules."""

    source: Party
    target: Party
    port: int
    purpose: str


def connections(
    *, container_ports: Sequence[int], egress_ports: Sequence[int], redis: bool, vpc_endpoints: bool, nat_instances: bool
) -> tuple[Connection, ...]:
    """Every connection that the settings ask for; whatever is not listed is refused.

    `container_ports` are more than one while tasks move from one to another.
    """
    optional = {REDIS: redis, VPC_ENDPOINTS: vpc_endpoints, NAT_INSTANCES: nat_instances}
    missing = {party for party, exists in optional.items() if not exists}
    return tuple(row for row in _every_connection(container_ports, egress_ports) if not {row.source, row.target} & missing)


def ingress(rows: Iterable[Connection], party: Party) -> tuple[Connection, ...]:
    """The connections that a party's security group lets in."""
    return tuple(row for row in rows if row.target == party)


def egress(rows: Iterable[Connection], party: Party) -> tuple[Connection, ...]:
    """The connections that a party's security group lets out; a port that is open to anyone needs no rule for each target."""
    own = [row for row in rows if row.source == party]
    open_ports = {row.port for row in own if row.target == ANYONE}
    return tuple(row for row in own if row.target == ANYONE or row.port not in open_ports)


def _every_connection(container_ports: Sequence[int], egress_ports: Sequence[int]) -> Iterator[Connection]:
    for port in (HTTP_PORT, HTTPS_PORT):
        yield Connection(source=ANYONE, target=LOAD_BALANCER, port=port, purpose="Anyone")
    for service in services.SERVICES:
        if service.load_balanced:
            yield from (_between(LOAD_BALANCER, service.tasks, port) for port in container_ports)
        for port in egress_ports:
            yield Connection(source=service.tasks, target=ANYONE, port=port, purpose="Exchange, AI and AWS APIs")
        yield from (_between(service.tasks, store, PORT_OF[store]) for store in service.uses)
        yield _between(service.tasks, VPC_ENDPOINTS, HTTPS_PORT)
    for port in egress_ports:
        yield Connection(source=PRIVATE_SUBNETS, target=NAT_INSTANCES, port=port, purpose="Requests of the tasks")
        yield Connection(source=NAT_INSTANCES, target=ANYONE, port=port, purpose="Requests of the tasks")


def _between(source: Party, target: Party, port: int) -> Connection:
    return Connection(source=source, target=target, port=port, purpose=f"{source.name} to {target.name}")
