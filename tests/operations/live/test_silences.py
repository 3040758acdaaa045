"""Silences, against mute rules as the local cloud keeps them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.operations.live.silences import silence, silences, unsilence

NAMES = load_config("production").names
CPU, MEMORY = NAMES.alarm("ecs-cpu"), NAMES.alarm("ecs-memory")


class _CloudWatch:
    """The methods of boto3's client that silences use."""

    def __getattr__(self, method: str) -> Any:
        operation = "".join(part.capitalize() for part in method.split("_"))
        return lambda **parameters: call("cloudwatch", operation, **parameters)

    def get_paginator(self, method: str) -> Any:
        return SimpleNamespace(paginate=lambda **parameters: [getattr(self, method)(**parameters)])


SESSION: Any = SimpleNamespace(cloudwatch=_CloudWatch())


@pytest.fixture(autouse=True)
def loud() -> Iterator[None]:
    """No alarm of the environment is silent."""
    yield
    unsilence(SESSION, NAMES, [CPU, MEMORY])


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def test_a_silence_begins_with_the_next_minute_and_has_an_end() -> None:
    begun = now()
    made = silence(SESSION, NAMES, [CPU], now=begun, length=timedelta(hours=2), why="a release")
    assert made.until is not None
    assert timedelta(hours=2) < made.until - begun <= timedelta(hours=2, minutes=1)
    rule = call("cloudwatch", "GetAlarmMuteRule", AlarmMuteRuleName=made.rule)
    assert rule["Rule"]["Schedule"]["Duration"] == "PT120M"
    (found,) = silences(SESSION, NAMES)
    assert (found.alarms, found.active, found.until, found.why) == ((CPU,), False, made.until, "a release")


def test_a_second_silence_of_the_same_alarm_takes_the_place_of_the_first() -> None:
    silence(SESSION, NAMES, [CPU], now=now(), length=timedelta(hours=2), why="")
    silence(SESSION, NAMES, [CPU], now=now(), length=timedelta(minutes=5), why="")
    (found,) = silences(SESSION, NAMES)
    assert found.until is not None
    assert found.until - now() < timedelta(minutes=7)


def test_a_silence_that_is_over_is_none() -> None:
    silence(SESSION, NAMES, [CPU], now=now() - timedelta(hours=3), length=timedelta(hours=1), why="")
    assert silences(SESSION, NAMES) == ()


def test_one_alarm_of_several_can_tell_again_and_the_others_stay_silent_until_the_same_moment() -> None:
    made = silence(SESSION, NAMES, [CPU, MEMORY], now=now(), length=timedelta(hours=1), why="both")
    assert unsilence(SESSION, NAMES, [CPU]) == (CPU,)
    (left,) = silences(SESSION, NAMES)
    assert (left.alarms, left.until, left.why) == ((MEMORY,), made.until, "both")
    assert unsilence(SESSION, NAMES, [CPU]) == ()
    assert unsilence(SESSION, NAMES, [MEMORY]) == (MEMORY,)
    assert silences(SESSION, NAMES) == ()


def test_a_rule_that_somebody_else_made_is_shown_and_one_of_another_environment_is_not() -> None:
    schedule = {"Expression": "cron(0 2 * * *)", "Duration": "PT4H"}
    for name, alarm in (("nightly", CPU), ("foreign", "tradingbot-ai-staging-ecs-cpu")):
        call("cloudwatch", "PutAlarmMuteRule", Name=name, Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": [alarm]})
    assert [(each.rule, each.until) for each in silences(SESSION, NAMES)] == [("nightly", None)]
    call("cloudwatch", "DeleteAlarmMuteRule", AlarmMuteRuleName="foreign")
