"""Checks: database and Redis serve, and the tasks can reach them over the network."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tradingbot_infra.design.connections import POSTGRES_PORT, REDIS_PORT
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.data_stores import Database, Redis, serves
from tradingbot_infra.operations.live.service import Task, secret_arn
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


def password(running: Sequence[Task], changed: datetime | None) -> Finding:
    """Whether every running task started after the database's password changed; a task reads it only when it starts."""
    started = [task.started_at for task in running if task.started_at]
    if not started or changed is None:
        return not_assessed("no task runs" if changed else "Secrets Manager does not say when the password changed")
    old = sum(moment < changed for moment in started)
    when = f"{changed:%Y-%m-%d %H:%M %Z}"
    if old:
        return failed(f"{old} of {len(started)} tasks started before the password changed at {when}", OwnCommand("doctor database"))
    return passed(f"every task started after the password changed at {when}")


def _password(facts: Facts) -> Iterator[Finding]:
    source = facts.service.task_definition.secrets.get("PGPASSWORD")
    yield password(facts.running, facts.secret_changed(secret_arn(source)) if source else None)


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
PASSWORD_LOOK = Look("ECS, start of the tasks; Secrets Manager, date of the password", _password)
REDIS_LOOKS = (Look("ElastiCache, status of the replication group", _redis), Look(_PATH, _path_to_redis))
