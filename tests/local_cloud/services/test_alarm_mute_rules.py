"""CloudWatch's alarm mute rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def put(expression: str, duration: str = "PT1H", **further: Any) -> None:
    """Makes the rule `x`."""
    rule = {"Schedule": {"Expression": expression, "Duration": duration}}
    call("cloudwatch", "PutAlarmMuteRule", **{"Name": "x", "Rule": rule, "MuteTargets": {"AlarmNames": ["a"]}, **further})


def at(moment: datetime) -> str:
    """The expression of one window."""
    return f"at({moment:%Y-%m-%dT%H:%M})"


def status() -> str:
    """Of the rule `x`."""
    return str(call("cloudwatch", "GetAlarmMuteRule", AlarmMuteRuleName="x")["Status"])


@pytest.mark.parametrize(
    ("begins", "expires", "wanted"),
    [
        (timedelta(minutes=5), None, "SCHEDULED"),
        (-timedelta(minutes=5), None, "ACTIVE"),
        (-timedelta(hours=2), None, "EXPIRED"),
        (-timedelta(minutes=5), -timedelta(minutes=1), "EXPIRED"),
    ],
)
def test_a_window_is_entered_and_left_by_the_clock(begins: timedelta, expires: timedelta | None, wanted: str) -> None:
    now = datetime.now(UTC)
    expire: dict[str, Any] = {"ExpireDate": now + expires} if expires else {}
    put(at(now + begins), **expire)
    assert status() == wanted
    listed = call("cloudwatch", "ListAlarmMuteRules", Statuses=[wanted], AlarmName="a")["AlarmMuteRuleSummaries"]
    assert [each["AlarmMuteRuleArn"].rpartition(":")[2] for each in listed] == ["x"]
    assert call("cloudwatch", "ListAlarmMuteRules", AlarmName="b")["AlarmMuteRuleSummaries"] == []


@pytest.mark.parametrize(
    ("expression", "duration"),
    [
        ("now", "PT1H"),
        ("at(2026-11-24)", "PT1H"),
        ("at(2026-11-24T10:00)", "2h"),
        ("cron(0 2 * * *)", "PT30S"),
        ("cron(0 2 * * *)", "P16D"),
    ],
)
def test_a_schedule_that_cloudwatch_does_not_take_is_refused(expression: str, duration: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        put(expression, duration)
    assert raised.value.code == "ValidationError"


def test_a_deleted_rule_is_gone_and_deleting_it_again_succeeds() -> None:
    put("cron(0 2 * * *)")
    for _ in range(2):
        call("cloudwatch", "DeleteAlarmMuteRule", AlarmMuteRuleName="x")
    with pytest.raises(LocalApiError) as raised:
        status()
    assert raised.value.code == "ResourceNotFoundException"
