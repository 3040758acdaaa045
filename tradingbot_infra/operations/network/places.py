"""The components that talk to each other: where they stand, behind which security groups, and from which ports they ask."""

from dataclasses import dataclass

from tradingbot_infra.operations.live.data_stores import Database, Redis
from tradingbot_infra.operations.live.load_balancer import LoadBalancer
from tradingbot_infra.operations.live.network import Ports
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.network.traffic import CLIENT_PORTS, LINUX_PORTS


@dataclass(frozen=True)
class Place:
    """One side of a connection, by ids. `name` is for people, as in `tasks`.

    Without security groups it is filtered by none. `public_addresses` tells whether an internet gateway serves it.
    """

    name: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    asks_from: tuple[Ports, ...] = LINUX_PORTS
    public_addresses: bool = False


def tasks_of(service: Service) -> Place:
    """The tasks of a service; they never have public addresses (DESIGN, Network)."""
    return Place("tasks", service.subnets, service.security_groups)


def load_balancer_of(balancer: LoadBalancer) -> Place:
    """The load balancer, which asks the tasks."""
    return Place("load balancer", balancer.subnets, balancer.security_groups, asks_from=CLIENT_PORTS, public_addresses=True)


def database_of(database: Database) -> Place:
    """The database, wherever in its subnets it stands now or after a failover."""
    return Place("PostgreSQL", database.subnets, database.security_groups)


def redis_of(redis: Redis) -> Place:
    """Redis, wherever in its subnets its nodes stand."""
    return Place("Redis", redis.subnets, redis.security_groups)
