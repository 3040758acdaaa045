"""Why tasks run on: every cause over planted facts, there and not there."""

from dataclasses import replace
from typing import Any

import pytest

from tests.operations.diagnosis.planted import NOW, SERVICE, cause, facts, service, stopped, text
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import cannot_stop
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.scaling import Bounds, Scaling, Schedule
from tradingbot_infra.operations.live.service import Task
from tradingbot_infra.operations.live.stopping import StopTimes

CHOSEN = StopTimes(20, 120)
MORNING = Schedule("OfficeHoursStart", "cron(0 7 ? * MON-FRI *)", "Australia/Sydney", Bounds(1, 1))


def scaling(fewest: int, most: int, *schedules: Schedule) -> Scaling:
    """Bounds that hold now."""
    return Scaling(Bounds(fewest, most), Bounds(2, 10), schedules, ())


def killed(**changed: Any) -> Task:
    """A task of the version that runs now, which ECS told to end and killed."""
    task = stopped("Scaling activity initiated by (deployment ecs-svc/1)", stop_code="ServiceSchedulerInitiated")
    return replace(replace(task, exit_code=137, definition_arn=SERVICE.task_definition.arn), **changed)


def test_a_service_as_designed_has_no_cause() -> None:
    found = diagnose(cannot_stop.CANNOT_STOP, facts(stop_times=CHOSEN, scaling=scaling(2, 10)))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "tasks that drain or end: 0 drain, for 20 s; 0 end, within 120 s" in found.looked_at


def test_tasks_on_their_way_out_are_counted() -> None:
    leaving = tuple(replace(killed(), status=status, stopped_at=None) for status in ("DEACTIVATING", "DEACTIVATING", "STOPPING"))
    assert cannot_stop.ending(facts(stop_times=CHOSEN, stopped=leaving)) == Normal("2 drain, for 20 s; 1 end, within 120 s")


def test_a_target_group_that_drains_longer_than_the_settings_say_is_drift() -> None:
    found = cause(cannot_stop.long_draining(facts(stop_times=StopTimes(300, 120))))
    assert (found.id, found.certainty) == ("long-draining", Certainty.CERTAIN)
    assert found.evidence == ("target group: 300 s", "settings: deregistration_delay_seconds=20")
    assert "scale --tasks 0 --now" in plain_fix(found)[0]
    assert cannot_stop.long_draining(facts(stop_times=StopTimes(5, 120))) is None


def test_a_container_that_had_to_be_killed_does_not_end_at_sigterm() -> None:
    found = cause(cannot_stop.ignores_sigterm(facts(stop_times=CHOSEN, stopped=(killed(), killed()))))
    assert (found.id, found.certainty) == ("sigterm-ignored", Certainty.CERTAIN)
    assert found.evidence[:2] == ("task 00000001: exit code 137, ServiceSchedulerInitiated",) * 2
    assert "stop_timeout_seconds" not in text(cannot_stop.ignores_sigterm(facts(stop_times=CHOSEN, stopped=(killed(),))))
    shorter = text(cannot_stop.ignores_sigterm(facts(stop_times=StopTimes(20, 30), stopped=(killed(),))))
    assert "a larger stop_timeout_seconds, 120 at most" in shorter


@pytest.mark.parametrize(
    "changed",
    [
        {"exit_code": 143},
        {"exit_code": None},
        {"stop_code": "EssentialContainerExited"},
        {"reason": "OutOfMemoryError: Container killed due to memory usage"},
        {"definition_arn": "arn:of-an-older-version"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_other_ends_are_no_ignored_signal(changed: dict[str, object]) -> None:
    assert cannot_stop.ignores_sigterm(facts(stop_times=CHOSEN, stopped=(killed(**changed),))) is None


def test_bounds_that_want_tasks_start_them_again() -> None:
    found = cause(cannot_stop.started_again(facts(service=service(desired=0), scaling=scaling(2, 10))))
    assert (found.id, found.certainty) == ("scaling-floor", Certainty.CERTAIN)
    assert plain_fix(found) == ["`tradingbot scale --tasks 0 --env production` sets both"]
    assert cannot_stop.started_again(facts(service=service(desired=0), scaling=scaling(0, 0))) is None


def test_a_schedule_starts_tasks_that_were_stopped_by_hand() -> None:
    within = NOW.replace(hour=1)
    planted = facts("staging", scaling=scaling(0, 0, MORNING))
    planted.now = within
    found = cause(cannot_stop.schedule_starts_them(planted))
    assert (found.id, found.certainty) == ("schedule-starts-tasks", Certainty.POSSIBLE)
    assert found.evidence == ("OfficeHoursStart: 1 to 1 tasks at cron(0 7 ? * MON-FRI *), Australia/Sydney",)


def test_a_schedule_is_no_cause_while_it_is_night_or_tasks_run() -> None:
    assert cannot_stop.schedule_starts_them(facts("staging", scaling=scaling(0, 0, MORNING))) is None
    assert cannot_stop.schedule_starts_them(facts("staging", scaling=scaling(1, 1, MORNING))) is None
