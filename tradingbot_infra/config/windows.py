"""Times of the database, UTC: RDS's own backups, its maintenance, and when AWS Backup starts. The rules that keep them apart."""

import re
from collections.abc import Iterator

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.model import EnvironmentConfig

START_WINDOW_MINUTES = 60
"""For how long AWS Backup tries to start a backup; the shortest that it takes (AWS Backup API Reference, "BackupRule")."""

_BEFORE_A_WINDOW_MINUTES = 60
"""A backup that starts so close before a window of RDS fails (AWS Backup Developer Guide, "Backup plan options and configuration")."""

_DAY = 24 * 60
_WEEK = 7 * _DAY
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute_of_day(clock: str) -> int:
    """`01:30` is 90."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def backup_plan_start(backup_window: str) -> str:
    """When AWS Backup starts: twelve hours after RDS's own backup window begins, hh:mm.

    No other time is farther from that window on either side, wherever it lies. It also halves the longest time between two
    backups.
    """
    start = (minute_of_day(backup_window.split("-")[0]) + _DAY // 2) % _DAY
    return f"{start // 60:02d}:{start % 60:02d}"


def database_windows_are_apart(config: EnvironmentConfig) -> Iterator[Problem]:
    database = config.database
    backup, length = _daily(database.db_backup_window)
    if length < 30:
        yield Problem("db_backup_window", database.db_backup_window, "is shorter than half an hour", "hh:mm-hh:mm UTC, at least 30 minutes")
    maintenance, duration = _weekly(database.db_maintenance_window)
    if duration < 30:
        yield Problem(
            "db_maintenance_window",
            database.db_maintenance_window,
            "is shorter than half an hour",
            "ddd:hh:mm-ddd:hh:mm UTC, at least 30 minutes",
        )
    if any(_meet(day * _DAY + backup, length, maintenance, duration) for day in range(7)):
        yield Problem(
            "db_maintenance_window",
            database.db_maintenance_window,
            f"meets the backup window {database.db_backup_window}",
            "a window apart from db_backup_window",
        )


def backup_plan_meets_no_window(config: EnvironmentConfig) -> Iterator[Problem]:
    database = config.database
    if not database.backup_plan:
        return
    clock = backup_plan_start(database.db_backup_window)
    start, busy = minute_of_day(clock), START_WINDOW_MINUTES + _BEFORE_A_WINDOW_MINUTES
    if _daily(database.db_backup_window)[1] > _DAY // 2:
        yield Problem(
            "db_backup_window",
            database.db_backup_window,
            f"still runs when AWS Backup starts at {clock}",
            "a window of at most twelve hours",
        )
    maintenance, duration = _weekly(database.db_maintenance_window)
    if any(_meet(day * _DAY + start, busy, maintenance, duration) for day in range(7)):
        yield Problem(
            "db_maintenance_window",
            database.db_maintenance_window,
            f"meets AWS Backup, which starts at {clock}, twelve hours after db_backup_window",
            f"a window apart from the two hours from {clock}, or backup_plan=false",
        )


def _daily(window: str) -> tuple[int, int]:
    """Begin and length, minutes."""
    start, end = (minute_of_day(clock) for clock in window.split("-"))
    return start, (end - start) % _DAY


def _weekly(window: str) -> tuple[int, int]:
    """Begin since Monday and length, minutes."""
    match = re.findall(r"(\w{3}):(\d\d:\d\d)", window)
    start, end = (_WEEKDAYS.index(day) * _DAY + minute_of_day(clock) for day, clock in match)
    return start, (end - start) % _WEEK


def _meet(first: int, first_length: int, second: int, second_length: int) -> bool:
    """Whether two spans of a week that comes round share a minute."""
    return (first - second) % _WEEK < second_length or (second - first) % _WEEK < first_length
