"""How far a new deployment is, by what DescribeServices shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tradingbot_infra.operations.live.rollout import Outcome, Started, progress_of

BEGAN = datetime(2026, 11, 24, 12, tzinfo=UTC)
STARTED = Started("ecs-svc/2", BEGAN, 2)
FAILED_EVENT = "(service api) (deployment ecs-svc/2) deployment failed: tasks failed to start."


def deployment(number: int, status: str, state: str, **counts: int) -> dict[str, Any]:
    """One deployment; no tasks unless they are given."""
    return {"id": f"ecs-svc/{number}", "status": status, "rolloutState": state, **counts}


def service(*deployments: dict[str, Any], events: tuple[str, ...] = (), wanted: int = 2) -> Any:
    """The service with these deployments and, newest first, events."""
    moments = (BEGAN + timedelta(minutes=len(events) - number) for number in range(len(events)))
    told = [{"message": message, "createdAt": at} for message, at in zip(events, moments, strict=True)]
    return {"desiredCount": wanted, "deployments": list(deployments), "events": told}


@pytest.mark.parametrize(
    ("deployments", "events", "outcome"),
    [
        ((deployment(2, "PRIMARY", "IN_PROGRESS"), deployment(1, "ACTIVE", "COMPLETED")), (), Outcome.UNDER_WAY),
        ((deployment(2, "PRIMARY", "COMPLETED"),), (), Outcome.DONE),
        ((deployment(2, "PRIMARY", "FAILED"),), (), Outcome.FAILED),
        ((deployment(1, "PRIMARY", "IN_PROGRESS"), deployment(2, "ACTIVE", "FAILED")), (), Outcome.ROLLING_BACK),
        ((deployment(1, "PRIMARY", "COMPLETED"), deployment(2, "ACTIVE", "FAILED")), (), Outcome.ROLLED_BACK),
        ((deployment(1, "PRIMARY", "COMPLETED"),), (FAILED_EVENT,), Outcome.ROLLED_BACK),
        ((deployment(1, "PRIMARY", "FAILED"),), (FAILED_EVENT,), Outcome.FAILED),
        ((deployment(3, "PRIMARY", "IN_PROGRESS"), deployment(2, "ACTIVE", "IN_PROGRESS")), (), Outcome.REPLACED),
        ((deployment(3, "PRIMARY", "COMPLETED"),), (), Outcome.REPLACED),
    ],
    ids=lambda value: str(value) if isinstance(value, Outcome) else "",
)
def test_the_deployment_that_holds_says_how_it_ended(
    deployments: tuple[dict[str, Any], ...], events: tuple[str, ...], outcome: Outcome
) -> None:
    assert progress_of(service(*deployments, events=events), STARTED).outcome is outcome


def test_progress_counts_new_and_old_tasks() -> None:
    found = service(
        deployment(2, "PRIMARY", "IN_PROGRESS", runningCount=1, pendingCount=1, failedTasks=3),
        deployment(1, "ACTIVE", "COMPLETED", runningCount=1),
    )
    assert str(progress_of(found, STARTED)) == "1 of 2 new tasks run, 1 starting, 1 old task is left, 3 failed"
    one = service(deployment(2, "PRIMARY", "COMPLETED", runningCount=1), wanted=1)
    assert str(progress_of(one, STARTED)) == "1 of 1 new task runs"


def test_only_what_ecs_complains_of_since_the_start_is_told_oldest_first() -> None:
    events = (FAILED_EVENT, "(service api) has started 1 tasks: (task aa).", "(service api) (task aa) failed container health checks.")
    told = progress_of(service(deployment(2, "PRIMARY", "IN_PROGRESS"), events=events), STARTED).complaints
    assert told == (events[2], events[0])
    later = Started("ecs-svc/2", BEGAN + timedelta(hours=1), 2)
    assert progress_of(service(deployment(2, "PRIMARY", "IN_PROGRESS"), events=events), later).complaints == ()
