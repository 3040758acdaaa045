"""The application cannot reach the database: not available, not reachable, or at another address."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tradingbot_infra.design.connections import POSTGRES_PORT
from tradingbot_infra.design.secrets import DATABASE_URL_SECRET
from tradingbot_infra.design.services import API
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.instance_status import meaning
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.data_stores import Database
from tradingbot_infra.operations.live.service import secret_arn
from tradingbot_infra.operations.network.parties import database_of, tasks_of
from tradingbot_infra.operations.network.paths import connection
from tradingbot_infra.operations.printed_commands import START_NEW_TASKS, AwsCli, CdkDeploy, OwnCommand, Step, revert, sentence
from tradingbot_infra.operations.verdict import NotAssessed

_NO_DATABASE = NotAssessed("there is no instance")
_REPLACED_WITHIN = timedelta(minutes=30)
"""A rolling deployment takes some ten minutes, and may have to wait for another one."""

_NO_ADDRESS = NotAssessed("RDS has given the instance no address yet")


def not_available(facts: Facts) -> Diagnosed:
    """The instance's own status."""
    database = facts.database
    if database is None:
        return Cause(
            id="no-instance",
            title="There is no database instance",
            certainty=Certainty.CERTAIN,
            evidence=(f"RDS has no instance {facts.names.database} in {facts.session.region}",),
            fix=(sentence(CdkDeploy("data"), '; one that was deleted: docs/operations.md, "Restore the database"'),),
        )
    found = meaning(database.status)
    if found is None:
        return Normal(database.status)
    return Cause(
        id="instance-not-available",
        title=f"The instance is {database.status}: {found.means}",
        certainty=found.certainty,
        evidence=(f"{database.identifier}: {database.status}",),
        fix=(found.fix(database.identifier),),
    )


def path_to_database(facts: Facts) -> Diagnosed:
    """Security groups in both directions, network ACLs and routes between tasks and database."""
    database = facts.database
    if database is None:
        return _NO_DATABASE
    # An instance that is not there yet has no port; the rules are for PostgreSQL's own.
    port = database.port or POSTGRES_PORT
    verdict = connection(facts.network, tasks_of(facts.service), database_of(database), port)
    return blocked(verdict, cause_id="tasks-to-database", title=f"Tasks cannot reach the database on port {port}")


def wrong_url(facts: Facts) -> Diagnosed:
    """The secret database-url against where the database really is. No part of its value is ever shown."""
    database = facts.database
    if database is None:
        return _NO_DATABASE
    if not database.address:
        return _NO_ADDRESS
    secret = facts.names.secret(DATABASE_URL_SECRET)
    url = facts.database_url
    name, user = facts.config.database.db_name, facts.config.database.db_master_username
    if url is None:
        wrong: tuple[str, ...] = ("is missing or scheduled for deletion",)
    else:
        wrong = url.mismatches(host=database.address, port=database.port, name=name, user=user)
    if not wrong:
        return None
    return Cause(
        id="database-url-wrong",
        title="The address that tasks are given is not that of the database",
        certainty=Certainty.CERTAIN,
        evidence=(*(f"secret {secret} {what}" for what in wrong), f"the database is {name} at {database.address}:{database.port}"),
        fix=_restored(facts) if url is None else _right_url(facts, database),
    )


def credential_in_url(facts: Facts) -> Diagnosed:
    """A password in the address is a copy that RDS's rotation makes wrong."""
    if facts.database is None:
        return _NO_DATABASE
    if facts.database_url is None or not facts.database_url.has_password:
        return None
    return Cause(
        id="database-url-credential",
        title="The address that tasks are given holds a password",
        certainty=Certainty.POSSIBLE,
        evidence=(
            f"secret {facts.names.secret(DATABASE_URL_SECRET)} holds a password (not shown)",
            "RDS rotates the password, and a copy is wrong from then on; PGPASSWORD comes from the secret of RDS",
        ),
        fix=_right_url(facts, facts.database),
    )


def old_coordinates(facts: Facts) -> Diagnosed:
    """Plain coordinates of the task definition against where the database really is, after a restore or a replacement."""
    database = facts.database
    if database is None:
        return _NO_DATABASE
    if not database.address:
        return _NO_ADDRESS
    given = facts.variables.coordinates
    real = {"PGHOST": database.address, "PGPORT": str(database.port), "PGDATABASE": facts.config.database.db_name}
    wrong = [f"{name}={given[name]}, and it is {value}" for name, value in real.items() if given.get(name, value) != value]
    if not wrong:
        return None
    return Cause(
        id="task-definition-old",
        title="The task definition holds old coordinates of the database",
        certainty=Certainty.CERTAIN,
        evidence=tuple(wrong),
        fix=(CdkDeploy("service", force=True),),
    )


def old_secrets(facts: Facts) -> Diagnosed:
    """Tasks read secrets only when they start."""
    started = [task.started_at for task in facts.running if task.started_at]
    if not started:
        return None
    changes = {name: facts.secret_changed(source) for name, source in _database_secrets(facts).items()}
    later = {name: changed for name, changed in changes.items() if changed and changed > min(started)}
    if not later:
        return None
    return Cause(
        id="secrets-old",
        title="Running tasks started before the password or the address of the database changed",
        certainty=Certainty.LIKELY,
        evidence=(
            f"the oldest task started {min(started):%Y-%m-%d %H:%M %Z}",
            *(f"{name} changed {changed:%Y-%m-%d %H:%M %Z}" for name, changed in later.items()),
        ),
        fix=(START_NEW_TASKS, *_why_not_replaced(facts, later)),
    )


def _why_not_replaced(facts: Facts, later: Mapping[str, datetime]) -> tuple[Step, ...]:
    """The system replaces tasks by itself after a change of the password; where it has had the time, its log says what keeps it."""
    changed = later.get("PGPASSWORD")
    if changed is None or facts.now - changed < _REPLACED_WITHIN:
        return ()
    log = facts.names.password_rollout_log_group(API.part)
    return (sentence("Why it was not done by itself: ", AwsCli(f"logs tail {log} --since 1h")),)


def _restored(facts: Facts) -> tuple[Step, ...]:
    return (
        sentence("Deleted within the last 7 days: ", OwnCommand(f"secrets restore {DATABASE_URL_SECRET}")),
        sentence("Deleted earlier: ", revert("data")),
        sentence("Then ", START_NEW_TASKS),
    )


def _right_url(facts: Facts, database: Database) -> tuple[Step, ...]:
    secret = facts.names.secret(DATABASE_URL_SECRET)
    settings = facts.config.database
    value = f"postgresql://{settings.db_master_username}@{database.address}:{database.port}/{settings.db_name}"
    return (
        AwsCli(f"secretsmanager put-secret-value --secret-id {secret} --secret-string '{value}'"),
        sentence("Then ", START_NEW_TASKS),
        "A deployment does not restore the value: its template has not changed",
    )


def _database_secrets(facts: Facts) -> Mapping[str, str]:
    """Secrets that a login takes, by name."""
    of = facts.service.task_definition.secrets
    sources = {name: of[name] for name in ("DATABASE_URL", "PGPASSWORD") if name in of}
    return {name: secret_arn(source) for name, source in sources.items()}


DATABASE = Symptom(
    SymptomName.DATABASE,
    (
        Check("the data stack", deployed("data")),
        Check("status of the instance", not_available),
        Check("the path from the tasks to the database", path_to_database),
        Check("the address in the secret database-url", wrong_url),
        Check("a password in the secret database-url", credential_in_url),
        Check("coordinates in the task definition", old_coordinates),
        Check("secrets that changed after tasks started", old_secrets),
    ),
)
