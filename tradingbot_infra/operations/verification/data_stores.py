"""Checks: database and Redis serve, and nothing on the network keeps the tasks from them."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.data_stores import Database, Redis, serves
from tradingbot_infra.operations.network.paths import connection
from tradingbot_infra.operations.network.places import Place, database_of, redis_of, tasks_of
from tradingbot_infra.operations.network.verdict import Verdict
from tradingbot_infra.operations.verification.check import Finding, Look, failed, judged, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps
from tradingbot_infra.operations.verification.tasks import absent

POSTGRES_PORT = 5432
REDIS_PORT = 6379


def available(store: Database | Redis | None, name: str, steps: NextSteps) -> Finding:
    """Whether a database or cache says that it serves."""
    if store is None:
        return failed(f"{name} does not exist", steps.revert("data"))
    told = f"{name} is {store.status}"
    return judged(serves(store.status), good=told, bad=told, next_step=_why(store, steps))


def _why(store: Database | Redis, steps: NextSteps) -> str:
    """What tells why a store does not serve; the doctor knows the database only."""
    if isinstance(store, Database):
        return steps.verb("doctor database")
    # The longest time that ElastiCache keeps events, in minutes (ElastiCache API, DescribeEvents: 14 days).
    return f"aws elasticache describe-events --source-type replication-group --source-identifier {store.identifier} --duration 20160"


def reachable(verdict: Verdict, way: str, environment: str) -> Iterator[Finding]:
    """What is in the way of a connection. `way` names it, as in `tasks to PostgreSQL on port 5432`."""
    for obstacle in verdict.obstacles:
        yield failed(obstacle.text, obstacle.fix.replace("ENVIRONMENT", environment))
    if verdict.unknown:
        more = len(verdict.unknown) - 1
        yield not_checkable(f"{verdict.unknown[0].text}{f'; and {more} more of that kind' if more else ''}")
    if verdict.is_open:
        yield passed(f"nothing is in the way from {way}")


def _database(facts: Facts) -> Iterator[Finding]:
    yield available(facts.database, facts.names.database, facts.steps)


def _way_to_database(facts: Facts) -> Iterator[Finding]:
    if facts.database:
        yield from _way(facts, database_of(facts.database), facts.database.port or POSTGRES_PORT)


def _redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis:
        yield available(facts.redis, facts.names.redis, facts.steps)
    else:
        yield not_checkable("enable_redis=false: there is no Redis")


def _way_to_redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis and facts.redis:
        yield from _way(facts, redis_of(facts.redis), facts.redis.port or REDIS_PORT)


def _way(facts: Facts, target: Place, port: int) -> Iterator[Finding]:
    if facts.service is None:
        yield absent(facts)
    elif facts.network is None:
        yield failed("the network stack has no output VpcId", facts.steps.deploy())
    else:
        tasks = tasks_of(facts.service)
        verdict = connection(facts.network, tasks, target, port)
        yield from reachable(verdict, f"{tasks.name} to {target.name} on port {port}", facts.config.environment)


_WAY = "VPC, security groups, routes and network ACLs both ways"
DATABASE_LOOKS = (Look("RDS, status of the instance", _database), Look(_WAY, _way_to_database))
REDIS_LOOKS = (Look("ElastiCache, status of the replication group", _redis), Look(_WAY, _way_to_redis))
