"""The parties of connections as they are in the account: in which subnets, with which security groups, and their client ports."""

from dataclasses import dataclass

from tradingbot_infra.design.parties import LOAD_BALANCER, POSTGRES, REDIS, TASKS
from tradingbot_infra.operations.live.data_stores import Database, Redis
from tradingbot_infra.operations.live.load_balancer import LoadBalancer
from tradingbot_infra.operations.live.network import Ports
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.network.traffic import CLIENT_PORTS, LINUX_PORTS


@dataclass(frozen=True)
class PlacedParty:
    """One side of a connection, by ids. `name` is for people, as in `tasks`.

    Without security groups nothing filters it. `public_addresses` is whether an internet gateway serves it.
    """

    name: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    asks_from: tuple[Ports, ...] = LINUX_PORTS
    public_addresses: bool = False


def tasks_of(service: Service) -> PlacedParty:
    """The tasks of a service; they never have public addresses (DESIGN, Network)."""
    return PlacedParty(TASKS.name, service.subnets, service.security_groups)


def load_balancer_of(balancer: LoadBalancer) -> PlacedParty:
    """The load balancer, which asks the tasks."""
    return PlacedParty(LOAD_BALANCER.name, balancer.subnets, balancer.security_groups, asks_from=CLIENT_PORTS, public_addresses=True)


def database_of(database: Database) -> PlacedParty:
    """The database, in whichever of its subnets it is now or after a failover."""
    return PlacedParty(POSTGRES.name, database.subnets, database.security_groups)


def redis_of(redis: Redis) -> PlacedParty:
    """Redis, in whichever of its subnets its nodes are."""
    return PlacedParty(REDIS.name, redis.subnets, redis.security_groups)
