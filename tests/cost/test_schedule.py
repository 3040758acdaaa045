"""Task hours a month, from the scalable target's bounds and its scheduled actions."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Synthesize
from tradingbot_infra.cost.schedule import task_hours
from tradingbot_infra.errors import UserError
from tradingbot_infra.templates import Resource

MONTH = Decimal(730)
OFFICE_WEEK = Decimal(65) / 168
"""Thirteen hours on five days."""


def action(schedule: str, fewest: int, most: int, **more: Any) -> dict[str, Any]:
    """A scheduled action as the templates hold it."""
    capacity = {"MinCapacity": fewest, "MaxCapacity": most}
    return {"ScheduledActionName": "Action", "Schedule": schedule, "ScalableTargetAction": capacity, **more}


def target(fewest: int, most: int, *actions: dict[str, Any]) -> Resource:
    """A scalable target."""
    properties = {"MinCapacity": fewest, "MaxCapacity": most, "ScheduledActions": list(actions)}
    return Resource("Stack", "Target", "AWS::ApplicationAutoScaling::ScalableTarget", "Stack/Target", properties, {})


START, END = action("cron(0 7 ? * MON-FRI *)", 2, 10), action("cron(0 20 ? * MON-FRI *)", 0, 0)


def test_without_a_schedule_the_fewest_tasks_run_all_month() -> None:
    assert task_hours(target(2, 10), None) == 2 * MONTH


def test_expected_tasks_run_instead_of_the_fewest() -> None:
    assert task_hours(target(2, 10), Decimal("2.5")) == Decimal("2.5") * MONTH


@pytest.mark.parametrize("actions", [(START, END), (END, START)])
def test_office_hours_count_thirteen_hours_on_five_days(actions: tuple[dict[str, Any], ...]) -> None:
    assert round(task_hours(target(2, 10, *actions), None), 9) == round(2 * MONTH * OFFICE_WEEK, 9)


def test_expected_tasks_count_only_while_any_may_run() -> None:
    assert round(task_hours(target(2, 10, START, END), Decimal(4)), 9) == round(4 * MONTH * OFFICE_WEEK, 9)


def test_a_night_with_fewer_tasks_counts_those() -> None:
    night = action("cron(0 20 ? * MON-FRI *)", 1, 1)
    week = Decimal(65 * 2 + 103) / 168
    assert round(task_hours(target(2, 10, START, night), None), 9) == round(MONTH * week, 9)


@given(minutes=st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=2, unique=True), tasks=st.integers(1, 10))
def test_any_office_hours_count_as_long_as_they_last(minutes: list[int], tasks: int) -> None:
    start, end = sorted(minutes)
    times = [
        action(f"cron({minute % 60} {minute // 60} ? * MON-FRI *)", *bounds) for minute, bounds in ((start, (tasks, 10)), (end, (0, 0)))
    ]
    expected = MONTH * tasks * 5 * (end - start) / (168 * 60)
    assert abs(task_hours(target(1, 10, *times), None) - expected) < Decimal("1e-9")


@pytest.mark.parametrize(
    "unreadable",
    [
        action("rate(1 hour)", 0, 0),
        action("cron(0 20 * * ? *)", 0, 0),
        action("cron(0 20 ? * SAT,SUN *)", 0, 0),
        action("cron(0 25 ? * MON-FRI *)", 0, 0),
        action("cron(60 20 ? * MON-FRI *)", 0, 0),
        action("at(2026-12-24T18:00:00)", 0, 0),
        action("cron(0 20 ? * MON-FRI *)", 0, 0, EndTime="2026-12-31T00:00:00Z"),
        {"ScheduledActionName": "Action", "Schedule": "cron(0 20 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 0}},
    ],
    ids=lambda entry: str(entry["Schedule"]),
)
def test_a_schedule_of_another_form_is_refused_and_not_guessed(unreadable: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        task_hours(target(1, 1, START, unreadable), None)
    assert str(caught.value).startswith("Stack/Target: the estimate cannot count the hours of Action, ")
    assert str(unreadable["Schedule"]) in str(caught.value)
    assert "allowed: cron(MINUTE HOUR ? * MON-FRI *)" in str(caught.value)


def test_the_schedule_that_the_templates_hold_is_read(synthesize: Synthesize) -> None:
    found = synthesize("development").only("AWS::ApplicationAutoScaling::ScalableTarget")
    assert len(found.properties["ScheduledActions"]) == 2
    assert round(task_hours(found, None), 9) == round(MONTH * OFFICE_WEEK, 9)
