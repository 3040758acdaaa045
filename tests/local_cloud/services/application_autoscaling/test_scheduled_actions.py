"""Scheduled actions, which never act."""

from typing import Any

import pytest

from tests.local_cloud.services.application_autoscaling.calls import EVENING, SERVICE, actions, desired_count, refused
from tradingbot_infra.local_cloud.in_process import call

# ECS answers from a thread with an event loop of its own, which needs a socket.
pytestmark = pytest.mark.local_cloud


def test_a_scheduled_action_is_stored_changed_in_part_and_never_acts(target: dict[str, str], cluster: str) -> None:
    call(SERVICE, "PutScheduledAction", **target, ScheduledActionName="evening", Timezone="Australia/Sydney", **EVENING)
    (before,) = actions(target)
    call(SERVICE, "PutScheduledAction", **target, ScheduledActionName="evening", Schedule="cron(0 20 * * ? *)")
    (after,) = actions(target, ScheduledActionNames=["evening"])
    assert after == {**before, "Schedule": "cron(0 20 * * ? *)"}
    assert after["Timezone"] == "Australia/Sydney"
    assert after["ScalableTargetAction"] == {"MinCapacity": 0, "MaxCapacity": 0}
    assert desired_count(cluster) == 1
    assert actions(target, ScheduledActionNames=["none"]) == []


@pytest.mark.parametrize("schedule", ["rate(5 minutes)", "rate(1 hour)", "at(2026-12-31T23:59:00)"])
def test_every_form_of_schedule_is_taken(target: dict[str, str], schedule: str) -> None:
    call(SERVICE, "PutScheduledAction", **target, ScheduledActionName="once", Schedule=schedule)
    assert [action["Schedule"] for action in actions(target)] == [schedule]


@pytest.mark.parametrize(
    "settings",
    [
        {"Schedule": "every evening"},
        {"Schedule": "cron(0 18 * *)"},
        {},
        {"Schedule": "rate(1 hour)", "Timezone": "Sydney"},
        {"Schedule": "rate(1 hour)", "StartTime": "2026-02-01T00:00:00Z", "EndTime": "2026-01-01T00:00:00Z"},
        {"Schedule": "rate(1 hour)", "ScalableTargetAction": {"MinCapacity": 3, "MaxCapacity": 2}},
    ],
    ids=["words", "five-fields", "none", "time-zone", "ends-before-it-starts", "bounds"],
)
def test_a_scheduled_action_that_does_not_fit_is_refused(target: dict[str, str], settings: dict[str, Any]) -> None:
    assert refused("PutScheduledAction", **target, ScheduledActionName="new", **settings).startswith("ValidationException: ")
    assert actions(target) == []


def test_a_deleted_scheduled_action_is_gone_and_cannot_be_deleted_again(target: dict[str, str]) -> None:
    call(SERVICE, "PutScheduledAction", **target, ScheduledActionName="evening", **EVENING)
    call(SERVICE, "DeleteScheduledAction", **target, ScheduledActionName="evening")
    assert actions(target) == []
    assert refused("DeleteScheduledAction", **target, ScheduledActionName="evening").startswith("ObjectNotFoundException: ")
