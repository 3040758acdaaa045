"""Time windows of a day and a week."""

import pytest

from tradingbot_infra.config.windows import DAY, daily, minute_of_day, overlap, weekly


def test_a_clock_is_minutes_since_midnight() -> None:
    assert minute_of_day("01:30") == 90


def test_a_window_may_cross_midnight() -> None:
    assert daily("03:00-04:00") == (180, 60)
    assert daily("23:30-00:30") == (23 * 60 + 30, 60)


def test_a_weekly_window_may_cross_the_end_of_the_week() -> None:
    assert weekly("tue:00:00-tue:00:30") == (DAY, 30)
    assert weekly("sun:23:30-mon:00:30") == (7 * DAY - 30, 60)


@pytest.mark.parametrize(
    ("first", "second", "shares"),
    [((0, 60), (59, 60), True), ((0, 60), (60, 60), False), ((7 * DAY - 30, 60), (29, 10), True), ((7 * DAY - 30, 60), (30, 10), False)],
)
def test_windows_that_touch_do_not_overlap(first: tuple[int, int], second: tuple[int, int], shares: bool) -> None:
    assert overlap(*first, *second) is shares
    assert overlap(*second, *first) is shares
