"""When an environment sleeps, by the clock of its own time zone."""

from datetime import UTC, datetime

import pytest

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.office_hours import in_words, out_of_hours

STAGING = load_config("staging").scaling
NIGHT = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday, 23:00 in Sydney."""


@pytest.mark.parametrize(
    ("now", "asleep"),
    [
        (NIGHT, True),
        (datetime(2026, 11, 23, 19, 59, tzinfo=UTC), True),  # Tuesday, 6:59
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), False),  # Tuesday, 7:00
        (datetime(2026, 11, 24, 8, 59, tzinfo=UTC), False),  # Tuesday, 19:59
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), True),  # Tuesday, 20:00
        (datetime(2026, 11, 28, 1, tzinfo=UTC), True),  # Saturday, noon
        (datetime(2026, 7, 21, 21, 0, tzinfo=UTC), False),  # Wednesday, 7:00 without daylight saving
        (datetime(2026, 7, 21, 20, 59, tzinfo=UTC), True),  # Wednesday, 6:59
    ],
)
def test_tasks_sleep_but_within_the_hours_of_weekdays(now: datetime, asleep: bool) -> None:
    assert out_of_hours(STAGING, now) is asleep


def test_an_environment_without_office_hours_never_sleeps() -> None:
    assert not out_of_hours(load_config("production").scaling, NIGHT)


def test_the_hours_are_told_with_their_time_zone() -> None:
    assert in_words(STAGING) == "07:00 to 20:00, Australia/Sydney"
