"""Why tasks cannot reach the database: every cause over planted facts, there and not there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.operations.diagnosis.planted import DATABASE, ENDPOINT, NOW, SERVICE, cause, facts, stopped, text
from tests.operations.network.design import DESIGN, with_group
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import database
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.containers import Variables
from tradingbot_infra.operations.live.database_url import DatabaseUrl
from tradingbot_infra.operations.verdict import NotAssessed

RIGHT = f"postgresql://tradingbot@{ENDPOINT}:5432/tradingbot"
SENTINEL = "SENTINEL-not-to-be-seen"


def variables(coordinates: dict[str, str]) -> Variables:
    """Plain variables of the container that locate the database."""
    return Variables(tuple(coordinates), (), {}, coordinates)


VARIABLES = {"PGHOST": ENDPOINT, "PGPORT": "5432", "PGDATABASE": "tradingbot"}


def url(value: str) -> dict[str, Any]:
    return {"database_url": DatabaseUrl.of(value)}


def test_a_healthy_database_has_no_cause() -> None:
    found = diagnose(database.DATABASE, facts(variables=variables(VARIABLES), **url(RIGHT)))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "status of the instance: available" in found.looked_at


@pytest.mark.parametrize("status", ["available", "backing-up", "storage-optimization", "configuring-enhanced-monitoring"])
def test_an_instance_that_serves_is_no_cause(status: str) -> None:
    assert database.not_available(facts(database=replace(DATABASE, status=status))) == Normal(status)


@pytest.mark.parametrize(
    ("status", "certainty", "means", "fix"),
    [
        (
            "stopped",
            Certainty.CERTAIN,
            "somebody stopped it",
            "aws rds start-db-instance --db-instance-identifier tradingbot-ai-production-postgres",
        ),
        ("stopping", Certainty.CERTAIN, "it is being stopped", "Wait until `status` says stopped, then `aws rds start-db-instance"),
        ("storage-full", Certainty.CERTAIN, "its disk is full", "db_allocated_storage_gib"),
        ("failed", Certainty.CERTAIN, "it has failed", "Restore the database"),
        ("inaccessible-encryption-credentials-recoverable", Certainty.CERTAIN, "its KMS key is disabled", "aws kms enable-key"),
        ("modifying", Certainty.POSSIBLE, "it is being changed", "aws rds wait db-instance-available"),
        ("upgrading", Certainty.CERTAIN, "its engine is being upgraded", "aws rds wait db-instance-available"),
        ("something-new", Certainty.LIKELY, "it does not serve as usual", "aws rds describe-events"),
    ],
)
def test_a_status_is_told_with_what_it_means_and_what_to_do(status: str, certainty: Certainty, means: str, fix: str) -> None:
    found = cause(database.not_available(facts(database=replace(DATABASE, status=status))))
    assert (found.id, found.certainty) == ("instance-not-available", certainty)
    assert found.title.startswith(f"The instance is {status}: {means}")
    assert fix in "\n".join(plain_fix(found))
    assert "{" not in "\n".join(plain_fix(found))


def test_no_instance_at_all_is_one_cause_and_leaves_the_rest_unassessed() -> None:
    found = diagnose(database.DATABASE, facts(database=None))
    assert [each.id for each in found.causes] == ["no-instance"]
    assert {each.why for each in found.not_assessed} == {"there is no instance"}


@pytest.mark.parametrize("group", ["ecs", "rds"])
def test_a_missing_rule_in_either_direction_is_named_with_its_group(group: str) -> None:
    found = cause(database.path_to_database(facts(network=with_group(DESIGN, group))))
    assert (found.id, found.certainty) == ("tasks-to-database", Certainty.CERTAIN)
    assert any(f"sg-{group}" in line for line in found.evidence)


def test_before_the_instance_has_an_address_its_path_can_be_judged_and_its_address_cannot() -> None:
    young = facts(database=replace(DATABASE, address="", port=0), variables=variables(VARIABLES))
    assert database.path_to_database(young) is None
    assert database.wrong_url(young) == database.old_coordinates(young) == NotAssessed("RDS has given the instance no address yet")


def test_the_path_is_judged_for_the_port_that_the_instance_has() -> None:
    assert (
        cause(database.path_to_database(facts(database=replace(DATABASE, port=5433)))).title
        == "Tasks cannot reach the database on port 5433"
    )


def test_a_network_acl_that_lets_nothing_through_is_named() -> None:
    closed = tuple(replace(acl, entries=()) if acl.id == "acl-database" else acl for acl in DESIGN.network_acls)
    assert "acl-database" in text(database.path_to_database(facts(network=replace(DESIGN, network_acls=closed))))


def test_a_missing_route_is_named() -> None:
    tables = tuple(replace(table, routes=()) if "private-a" in table.subnets else table for table in DESIGN.route_tables)
    assert "rtb-private-a" in text(database.path_to_database(facts(network=replace(DESIGN, route_tables=tables))))


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (RIGHT.replace(ENDPOINT, f"{SENTINEL}.example.com"), "names another host"),
        (RIGHT.replace("5432", "5433"), "names another port"),
        (RIGHT.replace("/tradingbot", f"/{SENTINEL}"), "names another database"),
        (RIGHT.replace("tradingbot@", f"{SENTINEL}@"), "names another user"),
        (f"{RIGHT}?user={SENTINEL}", "names another user"),
        (f"{RIGHT}?sslmode=disable", "asks for no TLS"),
        (SENTINEL, "is no PostgreSQL address"),
        (f"postgresql://u:{SENTINEL}@[half/tradingbot", "is no PostgreSQL address"),
        (f"postgresql://{ENDPOINT}:{SENTINEL}/tradingbot", "is no PostgreSQL address"),
    ],
)
def test_a_wrong_address_is_told_by_what_is_wrong_and_never_shown(value: str, wrong: str) -> None:
    found = cause(database.wrong_url(facts(**url(value))))
    assert (found.id, found.certainty) == ("database-url-wrong", Certainty.CERTAIN)
    assert f"secret tradingbot-ai/production/database-url {wrong}" in found.evidence[0]
    assert f"the database is tradingbot at {ENDPOINT}:5432" in found.evidence
    assert SENTINEL not in repr(found)
    assert any(f"'{RIGHT}'" in line for line in plain_fix(found))
    assert any("tradingbot restart" in line for line in plain_fix(found))


def test_a_secret_that_is_gone_is_a_wrong_address() -> None:
    assert "is missing or scheduled for deletion" in text(database.wrong_url(facts(database_url=None)))


@pytest.mark.parametrize(
    "value",
    [
        RIGHT,
        RIGHT.replace("postgresql", "postgresql+asyncpg"),
        RIGHT.replace(":5432", ""),
        RIGHT.replace(ENDPOINT, ENDPOINT.upper()),
        RIGHT.replace("/tr", "/%74r"),
    ],
)
def test_the_same_address_in_other_words_is_right(value: str) -> None:
    assert database.wrong_url(facts(**url(value))) is None


@pytest.mark.parametrize(
    "value",
    [f"postgresql://app:{SENTINEL}@{ENDPOINT}/tradingbot", f"{RIGHT}?password={SENTINEL}"],
)
def test_a_password_in_the_address_is_named_and_never_shown(value: str) -> None:
    found = cause(database.credential_in_url(facts(**url(value))))
    assert (found.id, found.certainty) == ("database-url-credential", Certainty.POSSIBLE)
    assert SENTINEL not in repr(found)
    assert database.credential_in_url(facts(**url(RIGHT))) is None


def test_old_coordinates_of_the_task_definition_are_named() -> None:
    found = cause(database.old_coordinates(facts(variables=variables({**VARIABLES, "PGHOST": "old.example.internal"}))))
    assert (found.id, found.certainty) == ("task-definition-old", Certainty.CERTAIN)
    assert found.evidence == (f"PGHOST=old.example.internal, and it is {ENDPOINT}",)
    assert plain_fix(found) == ["cdk deploy ServiceStack --force -c env=production"]
    assert database.old_coordinates(facts(variables=variables({}))) is None


OWN_START = "tradingbot restart"
LOG = "/aws/vendedlogs/states/tradingbot-ai-production-service-password-rollout"


@pytest.mark.parametrize("changed_name", ["DATABASE_URL", "PGPASSWORD", None])
def test_secrets_that_changed_after_tasks_started_are_named(changed_name: str | None) -> None:
    started = NOW - timedelta(hours=2)
    sources = {**SERVICE.task_definition.secrets, "PGPASSWORD": "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:rds!db-a1b2c3"}

    def changed(secret: str) -> datetime:
        return started + timedelta(minutes=5 if changed_name and secret == sources[changed_name] else -5)

    young, old = replace(stopped(""), started_at=NOW), replace(stopped(""), started_at=started)
    found = database.old_secrets(facts(running=(young, old), secret_changed=changed))
    if changed_name is None:
        assert found is None
    else:
        assert (cause(found).id, cause(found).certainty) == ("secrets-old", Certainty.LIKELY)
        assert cause(found).evidence == ("the oldest task started 2026-11-24 10:00 UTC", f"{changed_name} changed 2026-11-24 10:05 UTC")


@pytest.mark.parametrize(("minutes_ago", "had_time"), [(5, False), (90, True)])
def test_where_tasks_should_have_been_replaced_the_log_says_why_they_were_not(minutes_ago: int, had_time: bool) -> None:
    source = "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:rds!db-a1b2c3:password::"
    service = replace(SERVICE, task_definition=replace(SERVICE.task_definition, secrets={"PGPASSWORD": source}))
    old = replace(stopped(""), started_at=NOW - timedelta(hours=2))
    changed = NOW - timedelta(minutes=minutes_ago)
    found = cause(database.old_secrets(facts(service=service, running=(old,), secret_changed=lambda _: changed)))
    assert any(OWN_START in step for step in plain_fix(found))
    assert any(LOG in step for step in plain_fix(found)) == had_time


def test_where_no_task_runs_no_secret_is_old() -> None:
    assert database.old_secrets(facts()) is None
