"""Windows of time that a cron expression of five fields opens: minute, hour, day of the month, month, day of the week (0 is Sunday)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
_NAMES = {
    **{name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))},
    **{
        name: str(number)
        for number, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)
    },
}
_MINUTE = timedelta(minutes=1)
_MINUTES_OF_A_YEAR = 366 * 24 * 60


def can_be_read(expression: str) -> bool:
    """Whether every field is one of cron's."""
    try:
        _sets(expression)
    except ValueError:
        return False
    return True


def is_open(expression: str, length: timedelta, now: datetime) -> bool:
    """Whether a window of that length, begun by the expression in the time zone of `now`, is open. Raises ValueError if it is no cron."""
    fields = _sets(expression)
    at = now.replace(second=0, microsecond=0)
    earliest = now - length
    while at > earliest:
        if _begins(fields, at):
            return True
        at -= _MINUTE
    return False


def next_begin(expression: str, now: datetime) -> datetime | None:
    """When the expression begins a window next, after `now` and in its time zone; None within a year. Raises ValueError."""
    fields = _sets(expression)
    at = now.replace(second=0, microsecond=0)
    for _ in range(_MINUTES_OF_A_YEAR):
        at += _MINUTE
        if _begins(fields, at):
            return at
    return None


def _begins(fields: list[set[int]], at: datetime) -> bool:
    """As in cron, of day of the month and day of the week one is enough if both are limited."""
    minutes, hours, days, months, weekdays = fields
    if at.minute not in minutes or at.hour not in hours or at.month not in months:
        return False
    on_day, on_weekday = at.day in days, at.isoweekday() % 7 in weekdays
    limited = (len(days) < 31, len(weekdays) < 7)
    return (on_day or on_weekday) if all(limited) else (on_day and on_weekday)


def _sets(expression: str) -> list[set[int]]:
    given = expression.removeprefix("cron(").removesuffix(")").split()
    if len(given) != len(_FIELDS):
        raise ValueError(expression)
    return [set(_values(field, *limits)) for field, limits in zip(given, _FIELDS, strict=True)]


def _values(field: str, lowest: int, highest: int) -> Iterator[int]:
    for part in field.upper().replace("?", "*").split(","):
        for name, number in _NAMES.items():
            part = part.replace(name, number)
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(field)
        first = int(found[1]) if found[1] else lowest
        last = int(found[2]) if found[2] else first if found[1] and not found[3] else highest
        if not (lowest <= first <= last <= highest) or found[3] == "0":
            raise ValueError(field)
        yield from range(first, last + 1, int(found[3] or 1))
