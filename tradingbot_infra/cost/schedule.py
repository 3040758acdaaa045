"""Task hours a month of a scalable target, with its scheduled actions."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tradingbot_infra.cost.item import HOURS
from tradingbot_infra.errors import UserError
from tradingbot_infra.templates import Resource

_DAY = 24 * 60
_WEEK = 7 * _DAY
_WEEKDAYS = range(5)
_CRON = re.compile(r"cron\((?P<minute>\d|[1-5]\d) (?P<hour>\d|1\d|2[0-3]) \? \* MON-FRI \*\)")
_READABLE = "cron(MINUTE HOUR ? * MON-FRI *)"


def task_hours(target: Resource, expected: Decimal | None) -> Decimal:
    """Hours a month of all tasks together: the minimum of a scalable target, or `expected` on average, while it allows any.

    Raises UserError for a schedule that is not of the form that this project writes.
    """
    fewest, most = int(target.properties["MinCapacity"]), int(target.properties["MaxCapacity"])
    changes = sorted(_changes(target))
    if changes:
        # The week starts with the capacity of the last change in the week before.
        *_, fewest, most = changes[-1]
    minutes, since = Decimal(0), 0
    for minute, then_fewest, then_most in [*changes, (_WEEK, 0, 0)]:
        minutes += _tasks(fewest, most, expected) * (minute - since)
        since, fewest, most = minute, then_fewest, then_most
    return minutes * HOURS / _WEEK


def _tasks(fewest: int, most: int, expected: Decimal | None) -> Decimal:
    return Decimal(fewest) if expected is None else max(Decimal(fewest), min(expected, Decimal(most)))


def _changes(target: Resource) -> Iterator[tuple[int, int, int]]:
    """Minute of the week, then the fewest and the most tasks from there on."""
    for action in target.properties.get("ScheduledActions", []):
        hour, minute = _clock(target, action)
        capacity = action["ScalableTargetAction"]
        for day in _WEEKDAYS:
            yield day * _DAY + hour * 60 + minute, int(capacity["MinCapacity"]), int(capacity["MaxCapacity"])


def _clock(target: Resource, action: Mapping[str, Any]) -> tuple[int, int]:
    match = _CRON.fullmatch(str(action.get("Schedule")))
    bounded = {"StartTime", "EndTime"} & set(action)
    if match is None or bounded or not {"MinCapacity", "MaxCapacity"} <= set(action.get("ScalableTargetAction", {})):
        shown = ", ".join([str(action.get("Schedule")), *sorted(bounded)])
        raise UserError(
            f"{target.path}: the estimate cannot count the hours of {action.get('ScheduledActionName')}, {shown}; "
            f"allowed: {_READABLE} with MinCapacity and MaxCapacity"
        )
    return int(match["hour"]), int(match["minute"])
