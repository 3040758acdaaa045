"""Database and Redis serve, and the tasks reach them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.operations.network.design import DATABASE, DESIGN, REDIS, TASKS, with_group
from tests.operations.rendering import plain
from tests.operations.verification.standing import NO_SERVICE, database, redis, service, told, without
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.service import Task
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.network.fixes import REVERT
from tradingbot_infra.operations.network.obstacle import Obstacle, unclear
from tradingbot_infra.operations.printed_commands import CdkDeploy, revert
from tradingbot_infra.operations.verdict import Outcome, Verdict
from tradingbot_infra.operations.verification.check import Item, examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.data_stores import DATABASE_LOOKS, REDIS_LOOKS, available, password, reachable

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOURCE = "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:rds!db-a1b2c3"
OBSTACLE = Obstacle("security_group_ingress", ("sg-1",), "No rule lets tasks in", REVERT)
UNKNOWN = unclear("network_acl", ("acl-1",), "The ports are not told")


@pytest.mark.parametrize("store", [database(), redis(), database(status="backing-up"), redis(status="snapshotting")])
def test_a_store_that_serves_passes(store: object) -> None:
    assert available(store, "it").outcome is Outcome.PASS  # type: ignore[arg-type]  # one of both kinds


@pytest.mark.parametrize("status", ["stopped", "failed", "storage-full", "creating", ""])
def test_a_store_that_does_not_serve_fails_and_leads_to_the_doctor(status: str) -> None:
    finding = available(database(status=status), "tradingbot-ai-production-postgres")
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"tradingbot-ai-production-postgres is {status}")
    assert plain(finding.next_step) == "tradingbot doctor database --env production"


def test_a_redis_that_does_not_serve_leads_to_its_events_and_not_to_the_doctor_of_the_database() -> None:
    finding = available(redis(status="create-failed"), "tradingbot-ai-production-redis")
    assert finding.outcome is Outcome.FAIL
    assert plain(finding.next_step) == (
        "aws elasticache describe-events --source-type replication-group "
        "--source-identifier tradingbot-ai-production-redis --duration 20160"
    )


def test_a_store_that_is_gone_fails() -> None:
    assert told(available(None, "it")) == [(Outcome.FAIL, "it does not exist")]


def task(minutes: int) -> Task:
    """A task that started so long after the password changed."""
    return Task("1", "a/1", "RUNNING", "", "", "", "", NOW + timedelta(minutes=minutes), None, "", "")


@pytest.mark.parametrize(
    ("started", "changed", "outcome"),
    [
        ((1, 5), NOW, Outcome.PASS),
        ((-1, 5), NOW, Outcome.FAIL),
        ((), NOW, Outcome.NOT_ASSESSED),
        ((1, 5), None, Outcome.NOT_ASSESSED),
    ],
)
def test_tasks_that_started_before_the_password_changed_fail(started: tuple[int, ...], changed: datetime | None, outcome: Outcome) -> None:
    finding = password([task(minutes) for minutes in started], changed)
    assert finding.outcome is outcome
    if outcome is Outcome.FAIL:
        assert finding.found == "1 of 2 tasks started before the password changed at 2026-11-24 12:00 UTC"
        assert plain(finding.next_step) == "tradingbot doctor database --env production"


def test_an_open_way_passes() -> None:
    assert told(reachable(Verdict((), ()), "tasks to Redis on port 6379")) == [(Outcome.PASS, "nothing blocks tasks to Redis on port 6379")]


def test_an_obstacle_fails_with_its_fix_for_this_environment() -> None:
    (finding,) = reachable(Verdict((OBSTACLE,), ()), "path")
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "No rule lets tasks in")
    assert plain(finding.next_step, "staging") == plain(revert("network"), "staging")


def test_what_aws_does_not_tell_is_not_checkable_and_hides_no_obstacle() -> None:
    assert told(reachable(Verdict((), (UNKNOWN, UNKNOWN)), "way")) == [
        (Outcome.NOT_ASSESSED, "The ports are not told; and 1 more of that kind")
    ]
    assert [outcome for outcome, _ in told(reachable(Verdict((OBSTACLE,), (UNKNOWN,)), "path"))] == [
        Outcome.FAIL,
        Outcome.NOT_ASSESSED,
    ]


class TestAnAccount:
    """Both items over planted facts."""

    @pytest.fixture
    def facts(self, account: Facts) -> Facts:
        """Everything stands as designed; neither store tells its port yet."""
        account.network = DESIGN
        account.service = service(subnets=TASKS.subnets, security_groups=TASKS.security_groups)
        account.database = database(port=0, subnets=DATABASE.subnets, security_groups=DATABASE.security_groups)
        account.redis = redis(port=0, subnets=REDIS.subnets, security_groups=REDIS.security_groups)
        return account

    @staticmethod
    def look(facts: Facts) -> list[tuple[Outcome, str]]:
        """What is found of both stores."""
        return told(examine(AFTER_DEPLOYMENT, Item("stores", "Database and Redis", (*DATABASE_LOOKS, *REDIS_LOOKS)), facts))

    def test_the_design_passes(self, facts: Facts) -> None:
        assert self.look(facts) == [
            (Outcome.PASS, "tradingbot-ai-production-postgres is available"),
            (Outcome.PASS, "nothing blocks tasks to PostgreSQL on port 5432"),
            (Outcome.PASS, "tradingbot-ai-production-redis is available"),
            (Outcome.PASS, "nothing blocks tasks to Redis on port 6379"),
        ]

    def test_the_date_of_the_password_belongs_to_the_database(self, facts: Facts) -> None:
        definition = replace(facts.service.task_definition, secrets={"PGPASSWORD": f"{SOURCE}:password::"})
        facts.service, facts.running = replace(facts.service, task_definition=definition), (task(-1),)
        facts.secret_changed = lambda secret: NOW if secret == SOURCE else None  # type: ignore[method-assign]  # no Secrets Manager here
        (item,) = [item for item in AFTER_DEPLOYMENT.items if item.id == "database-available"]
        assert told(examine(AFTER_DEPLOYMENT, item, facts))[-1] == (
            Outcome.FAIL,
            "1 of 1 tasks started before the password changed at 2026-11-24 12:00 UTC",
        )

    def test_a_closed_group_fails_the_way_to_its_store_only(self, facts: Facts) -> None:
        facts.network = with_group(DESIGN, "rds")
        assert [outcome for outcome, _ in self.look(facts)] == [Outcome.PASS, Outcome.FAIL, Outcome.PASS, Outcome.PASS]

    def test_a_port_of_its_own_counts(self, facts: Facts) -> None:
        assert facts.redis
        facts.redis = replace(facts.redis, port=6380)
        *_, (outcome, found) = self.look(facts)
        assert (outcome, "port 6380" in found) == (Outcome.FAIL, True)

    def test_a_store_that_is_gone_has_no_way_to_it(self, facts: Facts) -> None:
        facts.database = facts.redis = None
        assert self.look(facts) == [
            (Outcome.FAIL, "tradingbot-ai-production-postgres does not exist"),
            (Outcome.FAIL, "tradingbot-ai-production-redis does not exist"),
        ]

    def test_without_a_vpc_there_is_no_way(self, facts: Facts) -> None:
        missing = Missing("the network stack has no output VpcId", CdkDeploy())
        assert self.look(without(facts, "network", missing))[1] == (Outcome.FAIL, "the network stack has no output VpcId")

    def test_without_a_service_there_is_nobody_on_the_way(self, facts: Facts) -> None:
        assert self.look(without(facts, "service", NO_SERVICE))[1] == (Outcome.FAIL, "tradingbot-ai-production-service: no such service")
