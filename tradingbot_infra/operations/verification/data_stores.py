"""Checks: database and Redis serve, and the tasks can reach them over the network."""

from collections.abc import Iterator

from tradingbot_infra.design.connections import POSTGRES_PORT, REDIS_PORT
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.data_stores import Database, Redis, serves
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import PlacedParty, database_of, redis_of, tasks_of
from tradingbot_infra.operations.network.paths import connection
from tradingbot_infra.operations.printed_commands import AwsCli, Command, OwnCommand, revert
from tradingbot_infra.operations.verdict import Finding, Verdict, failed, judged, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look


def available(store: Database | Redis | None, name: str) -> Finding:
    """Whether a database or cache says that it serves."""
    if store is None:
        return failed(f"{name} does not exist", revert("data"))
    found = f"{name} is {store.status}"
    return judged(serves(store.status), good=found, bad=found, next_step=_why(store))


def _why(store: Database | Redis) -> Command:
    """The command that says why a store does not serve; `doctor` diagnoses the database only."""
    if isinstance(store, Database):
        return OwnCommand("doctor database")
    # The longest time that ElastiCache keeps events, in minutes (ElastiCache API, DescribeEvents: 14 days).
    return AwsCli(f"elasticache describe-events --source-type replication-group --source-identifier {store.identifier} --duration 20160")


def reachable(verdict: Verdict[Obstacle], path: str) -> Iterator[Finding]:
    """What blocks a connection. `path` names it, as in `tasks to PostgreSQL on port 5432`."""
    for obstacle in verdict.problems:
        yield failed(obstacle.text, obstacle.fix)
    if verdict.not_assessed:
        more = len(verdict.not_assessed) - 1
        yield not_assessed(f"{verdict.not_assessed[0].why}{f'; and {more} more of that kind' if more else ''}")
    if verdict.passes:
        yield passed(f"nothing blocks {path}")


def _path_to_database(facts: Facts) -> Iterator[Finding]:
    if facts.database:
        yield from _path(facts, database_of(facts.database), facts.database.port or POSTGRES_PORT)


def _redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis:
        yield available(facts.redis, facts.names.redis)
    else:
        yield not_assessed("enable_redis=false: there is no Redis")


def _path_to_redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis and facts.redis:
        yield from _path(facts, redis_of(facts.redis), facts.redis.port or REDIS_PORT)


def _path(facts: Facts, target: PlacedParty, port: int) -> Iterator[Finding]:
    tasks = tasks_of(facts.service)
    return reachable(connection(facts.network, tasks, target, port), f"{tasks.name} to {target.name} on port {port}")


_PATH = "VPC, security groups, routes and network ACLs both ways"
DATABASE_LOOKS = (
    Look("RDS, status of the instance", lambda facts: (available(facts.database, facts.names.database),)),
    Look(_PATH, _path_to_database),
)
REDIS_LOOKS = (Look("ElastiCache, status of the replication group", _redis), Look(_PATH, _path_to_redis))
