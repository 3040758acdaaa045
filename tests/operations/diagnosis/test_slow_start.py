"""Why tasks take long to start: every cause over planted facts, there and not there."""

from dataclasses import replace
from datetime import timedelta

from tests.operations.diagnosis.planted import NOW, SERVICE, cause, facts, service, stopped
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import slow_start
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.service import Moments, ServiceEvent, Task

PATIENT = service(grace_seconds=60)
FAILED = "Task failed container health checks"


def ended(seconds: int, reason: str = FAILED) -> Task:
    """A task that ran for some seconds until ECS stopped it."""
    stopping = NOW - timedelta(minutes=5)
    task = stopped(reason, stop_code="ServiceSchedulerInitiated")
    started = stopping - timedelta(seconds=seconds)
    return replace(task, started_at=started, moments=Moments(stopping=stopping), definition_arn=SERVICE.task_definition.arn)


def running(pull_seconds: int) -> Task:
    """A task that runs, and pulled its image for some seconds."""
    created = NOW - timedelta(minutes=10)
    pulled = created + timedelta(seconds=10 + pull_seconds)
    moments = Moments(created=created, pull_started=created + timedelta(seconds=10), pull_stopped=pulled)
    task = replace(stopped(""), status="RUNNING", stopped_at=None, started_at=pulled + timedelta(seconds=5))
    return replace(task, moments=moments)


def test_a_service_as_designed_has_no_cause() -> None:
    found = diagnose(slow_start.SLOW_START, facts(service=PATIENT, running=(running(20),)))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "the newest task: start 35 s, of that pull 20 s" in found.looked_at


def test_a_service_with_less_grace_than_the_settings_say_is_drift() -> None:
    found = cause(slow_start.short_grace(facts(service=service(grace_seconds=0))))
    assert (found.id, found.certainty, found.evidence) == (
        "grace-period",
        Certainty.CERTAIN,
        ("service: 0 s", "settings: health_check_grace_seconds=60"),
    )
    assert slow_start.short_grace(facts(service=PATIENT)) is None


def test_a_task_that_health_checks_end_soon_after_its_grace_was_not_up_yet() -> None:
    found = cause(slow_start.ended_by_health_checks(facts(service=service(grace_seconds=60, running=1), stopped=(ended(150),))))
    assert (found.id, found.certainty) == ("ended-before-up", Certainty.LIKELY)
    assert found.evidence == (f"task 00000001 ran 150 s: {FAILED}", "tasks may fail health checks for 60 s")
    first, second, *_ = plain_fix(found)
    assert "logs --task 00000001aaaa --since 1h" in first
    assert "health_check_grace_seconds=120" in second


def test_a_task_that_served_for_long_or_ended_otherwise_did_not_start_slowly() -> None:
    for task in (ended(3600), ended(150, "Essential container in task exited"), replace(ended(150), started_at=None)):
        assert slow_start.ended_by_health_checks(facts(service=service(grace_seconds=60, running=1), stopped=(task,))) is None


def test_a_task_of_an_older_version_counts_only_if_ecs_has_brought_that_version_down() -> None:
    other = replace(ended(150), definition_arn="arn:of-another-version")
    lacking = service(grace_seconds=60, running=1)
    assert slow_start.ended_by_health_checks(facts(service=lacking, stopped=(other,))) is None
    told = replace(lacking, events=(ServiceEvent(NOW - timedelta(minutes=1), "rolling back to deployment ecs-svc/1."),))
    assert cause(slow_start.ended_by_health_checks(facts(service=told, stopped=(other,)))).id == "ended-before-up"


def test_a_grace_is_never_advised_beyond_what_the_setting_allows() -> None:
    found = cause(slow_start.ended_by_health_checks(facts(service=service(grace_seconds=200, running=1), stopped=(ended(250),))))
    assert "health_check_grace_seconds=300" in plain_fix(found)[1]


def test_a_long_pull_is_named_with_its_image() -> None:
    found = cause(slow_start.long_pull(facts(running=(running(61), running(95)))))
    assert (found.id, found.evidence[0]) == ("long-pull", "task 00000001: 95 s")
    assert slow_start.long_pull(facts(running=(running(60),))) is None


def test_tasks_that_still_start_have_no_figures() -> None:
    assert slow_start.steps(facts(running=(replace(running(5), started_at=None),))) is None
    assert slow_start.steps(facts(running=(replace(running(5), moments=Moments()),))) == Normal("1 run")
