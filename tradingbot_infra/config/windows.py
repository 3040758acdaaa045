"""Times of day and weekly time windows as minutes, and whether two windows overlap."""

import re

DAY = 24 * 60
"""Minutes of a day."""

UTC_DAILY = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
UTC_WEEKLY = r"^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$"

_WEEK = 7 * DAY
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute_of_day(clock: str) -> int:
    """Minutes since midnight: `01:30` is 90."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def daily(window: str) -> tuple[int, int]:
    """Start and length of a window such as `03:00-04:00`, in minutes since midnight."""
    start, end = (minute_of_day(clock) for clock in window.split("-"))
    return start, (end - start) % DAY


def weekly(window: str) -> tuple[int, int]:
    """Start and length of a window such as `sun:04:00-sun:05:00`, in minutes since Monday midnight."""
    match = re.findall(r"(\w{3}):(\d\d:\d\d)", window)
    start, end = (_WEEKDAYS.index(day) * DAY + minute_of_day(clock) for day, clock in match)
    return start, (end - start) % _WEEK


def overlap(first: int, first_length: int, second: int, second_length: int) -> bool:
    """Whether two windows that recur every week share a minute."""
    return (first - second) % _WEEK < second_length or (second - first) % _WEEK < first_length
