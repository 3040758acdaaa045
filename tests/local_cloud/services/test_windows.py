"""Windows that cron expressions open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tradingbot_infra.local_cloud.services.windows import can_be_read, is_open

SYDNEY = ZoneInfo("Australia/Sydney")


@pytest.mark.parametrize(
    ("expression", "hours", "now", "expected"),
    [
        ("cron(0 2 * * *)", 1, "2026-11-30T02:00", True),
        ("cron(0 2 * * *)", 1, "2026-11-30T02:59", True),
        ("cron(0 2 * * *)", 1, "2026-11-30T03:00", False),
        ("cron(0 2 * * *)", 1, "2026-11-30T01:59", False),
        ("cron(0 23 * * *)", 4, "2026-12-01T02:00", True),
        ("cron(30 9 * * MON-FRI)", 8, "2026-11-30T10:00", True),
        ("cron(30 9 * * MON-FRI)", 8, "2026-11-29T10:00", False),
        ("cron(0 0 1 * *)", 48, "2026-12-02T23:59", True),
        ("cron(0 0 1 * SUN)", 1, "2026-11-29T00:30", True),
        ("cron(*/20 * * * *)", 0, "2026-11-30T10:20", False),
        ("cron(0 0 1 JAN,JUL *)", 24, "2026-07-01T12:00", True),
    ],
)
def test_a_window_is_open_from_its_beginning_for_its_length(expression: str, hours: int, now: str, expected: bool) -> None:
    assert is_open(expression, timedelta(hours=hours), datetime.fromisoformat(now).replace(tzinfo=SYDNEY)) is expected


@pytest.mark.parametrize("expression", ["cron(60 2 * * *)", "cron(0 2 * *)", "cron(0 2 * * XYZ)", "cron(5-1 2 * * *)", "cron(*/0 2 * * *)"])
def test_what_is_no_cron_expression_is_seen(expression: str) -> None:
    assert not can_be_read(expression)
