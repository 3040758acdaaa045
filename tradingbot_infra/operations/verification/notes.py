"""Notes: no failure, but worth knowing."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.config.support import ending, newer
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import results
from tradingbot_infra.operations.live.data_stores import Database
from tradingbot_infra.operations.live.log_policies import MOST
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.live.silences import Silence

_OF_ONE_ENVIRONMENT = 2


def notes(facts: Facts) -> Iterator[str]:
    """Versions that near their end, fewer tasks than the settings choose, images nobody can name, silences, log policies that run out."""
    yield from newer(facts.config)
    yield from (str(end) for end in ending(facts.config, facts.now.date()))
    for database in results(lambda: (facts.database,), otherwise=lambda _: None):
        if database:
            yield from of_database(database, facts.config.database.db_engine_version)
    for names in results(lambda: (facts.log_policies,), otherwise=lambda _: None):
        yield from of_log_policies(names or ())
    for silent in results(lambda: (facts.silences,), otherwise=lambda _: None):
        yield from of_silences(silent or ())
    # The checklist reports what cannot be read.
    for service in results(lambda: (facts.service,), otherwise=lambda _: None):
        if service:
            yield from of_service(service, facts.config.scaling.min_tasks)


def of_silences(silences: Sequence[Silence]) -> Iterator[str]:
    """Alarms that tell nobody for now."""
    for each in silences:
        until = f"until {each.until:%Y-%m-%d %H:%M %Z}" if each.until else "without an end"
        yield f"silenced {until}, by the mute rule {each.rule}: {', '.join(each.alarms)}"


def of_log_policies(names: Sequence[str]) -> Iterator[str]:
    """Whether there is room for the two policies of another environment."""
    if len(names) > MOST - _OF_ONE_ENVIRONMENT:
        yield f"CloudWatch Logs has {len(names)} resource policies of at most {MOST}: no room for another environment in this account"


def of_database(database: Database, setting: str) -> Iterator[str]:
    """Whether RDS runs another version than the settings name: it upgrades minor versions by itself, and never goes back."""
    if database.engine_version and database.engine_version != setting:
        yield (
            f"{database.identifier} runs PostgreSQL {database.engine_version}, db_engine_version is {setting}: write the running version "
            "into the settings with the next change, and undo no drift of DataStack before that"
        )


def of_service(service: Service, min_tasks: int) -> Iterator[str]:
    """What is worth knowing of a service."""
    if service.desired < min_tasks:
        yield f"{service.name}: wanted tasks: {service.desired}, min_tasks={min_tasks}"
    name = service.task_definition.image.rpartition("/")[2]
    if (":" not in name and "@" not in name) or name.endswith(":latest"):
        yield f"{name}: may name another image tomorrow; image_tag takes any tag except latest"
