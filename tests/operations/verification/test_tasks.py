"""As many tasks run as should, and whoever lowered their number is told apart from an accident."""

from datetime import UTC, datetime

import pytest

from tests.operations.rendering import plain
from tests.operations.verification.standing import service
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.scaling import Bounds
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.tasks import counts, rollout

PRODUCTION = load_config("production")
STAGING = load_config("staging")
WITHIN = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""A Tuesday, noon in Sydney."""
OUTSIDE = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""The same day, 23:00 in Sydney."""
RESET = "tradingbot scale --reset --env production"


@pytest.mark.parametrize(("running", "desired"), [(2, 2), (7, 7), (3, 2)])
def test_tasks_that_are_wanted_and_run_pass(running: int, desired: int) -> None:
    assert counts(service(running=running, desired=desired), PRODUCTION, None, now=WITHIN).outcome is Outcome.PASS


def test_fewer_than_wanted_fail_and_lead_to_the_doctor() -> None:
    finding = counts(service(running=1, pending=1), PRODUCTION, None, now=WITHIN)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "1 of 2 tasks run, 1 pending")
    assert plain(finding.next_step) == "tradingbot doctor tasks-pending --env production"


@pytest.mark.parametrize("bounds", [None, Bounds(2, 10)])
def test_a_count_below_the_bounds_is_an_accident(bounds: Bounds | None) -> None:
    finding = counts(service(running=0, desired=0), PRODUCTION, bounds, now=WITHIN)
    assert (finding.outcome, plain(finding.next_step)) == (Outcome.FAIL, RESET)
    assert "somebody changed the service" in finding.found


def test_fewer_tasks_by_scale_pass_and_say_so() -> None:
    finding = counts(service(running=1, desired=1), PRODUCTION, Bounds(1, 10), now=WITHIN)
    assert (finding.outcome, finding.found) == (Outcome.PASS, "1 of 1 tasks run; min_tasks=2, and `scale` lowered it")


def test_no_task_by_scale_fails_where_tasks_never_sleep() -> None:
    finding = counts(service(running=0, desired=0), PRODUCTION, Bounds(0, 0), now=OUTSIDE)
    assert (finding.outcome, plain(finding.next_step)) == (Outcome.FAIL, RESET)


def test_no_task_out_of_hours_is_not_checkable_where_tasks_sleep() -> None:
    finding = counts(service(running=0, desired=0), STAGING, Bounds(0, 0), now=OUTSIDE)
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "Australia/Sydney" in finding.found


def test_no_task_within_office_hours_fails_although_tasks_sleep_at_others() -> None:
    finding = counts(service(running=0, desired=0), STAGING, Bounds(0, 0), now=WITHIN)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (
        Outcome.FAIL,
        "wanted tasks: 0, min_tasks=1: `scale` stopped them all",
        RESET,
    )


def test_a_sleeping_environment_is_no_excuse_for_a_count_below_its_bounds() -> None:
    assert counts(service(running=0, desired=0), STAGING, Bounds(1, 1), now=OUTSIDE).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("state", "outcome"), [("COMPLETED", Outcome.PASS), ("", Outcome.PASS), ("IN_PROGRESS", Outcome.FAIL), ("FAILED", Outcome.FAIL)]
)
def test_a_rollout_has_to_be_over_and_well(state: str, outcome: Outcome) -> None:
    assert rollout(service(rollout=state)).outcome is outcome


def test_a_failed_rollout_gives_the_reason_of_ecs() -> None:
    finding = rollout(service(rollout="FAILED", rollout_reason="tasks failed to start."))
    assert finding.found == "the rollout FAILED: tasks failed to start."
