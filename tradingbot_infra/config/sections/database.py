"""The database: RDS for PostgreSQL, its time windows, and AWS Backup."""

from collections.abc import Iterator
from typing import Literal

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.config.windows import DAY, UTC_DAILY, UTC_WEEKLY, daily, minute_of_day, overlap, weekly
from tradingbot_infra.design.postgres_words import RESERVED_WORDS
from tradingbot_infra.design.support_dates import POSTGRES_VERSIONS, is_newer_postgres

START_WINDOW_MINUTES = 60
"""How long AWS Backup tries to start a backup; the shortest value it accepts (AWS Backup API Reference, "BackupRule")."""

ENHANCED_MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
"""Intervals of RDS Enhanced Monitoring; 0 turns it off (RDS API, CreateDBInstance, MonitoringInterval)."""

_BEFORE_A_WINDOW_MINUTES = 60
"""A backup that starts this shortly before a window of RDS fails (AWS Backup Developer Guide, "Backup plan options and
configuration")."""

_DAILY = "hh:mm-hh:mm, at least 30 minutes"
_WEEKLY = "ddd:hh:mm-ddd:hh:mm, at least 30 minutes"


class DatabaseConfig(Section, title="Database"):
    """RDS for PostgreSQL, and its backups."""

    db_engine_version: str = setting("PostgreSQL version", allowed="a 15.x version that RDS still creates")
    db_instance_class: str = setting(
        "RDS instance class", allowed="an RDS instance class such as db.t3.micro", pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$"
    )
    db_allocated_storage_gib: int = setting("Allocated gp3 storage, GiB", ge=20, le=65536)
    db_multi_az: bool = setting("Multi-AZ deployment: a standby instance in a second zone")
    db_backup_retention_days: int = setting("Retention of automated backups, days", ge=1, le=35)
    db_backup_window: str = setting("Daily backup window, UTC", allowed=_DAILY, pattern=UTC_DAILY)
    db_maintenance_window: str = setting("Weekly maintenance window, UTC", allowed=_WEEKLY, pattern=UTC_WEEKLY)
    db_auto_minor_version_upgrade: bool = setting("Upgrade to new minor engine versions in the maintenance window")
    db_extended_support: bool = setting(
        "Pay for extended support after the standard support of the PostgreSQL version ends; without it, RDS upgrades to the next version"
    )
    db_name: str = setting(
        "Name of the initial database",
        allowed="lower-case letters, digits and underscores, starting with a letter; no name of PostgreSQL or RDS itself",
        pattern=r"^(?!(?:postgres|template\d|rdsadmin)$)[a-z][a-z0-9_]{0,62}$",
    )
    db_master_username: str = setting(
        "Name of the master user",
        allowed="a name other than postgres, admin and user, that begins neither with pg_ nor with rds",
        pattern=r"^(?!(?:postgres|admin|user)$|pg_|rds)[a-z][a-z0-9_]{0,62}$",
    )
    db_credentials: Literal["rds-managed", "self-managed"] = setting(
        "Who makes and rotates the master password: RDS, every seven days, or the stack, once. A read replica needs the latter"
    )
    db_password_check_minutes: int = setting(
        "How often the system looks for tasks that started before the database password changed, and replaces them, minutes", ge=1, le=5
    )
    db_monitoring_interval_seconds: int = setting(
        "Interval of Enhanced Monitoring, seconds; 0 turns it off", allowed="an interval of RDS Enhanced Monitoring"
    )
    backup_plan: bool = setting("Create a daily recovery point in AWS Backup, in addition to the automated backups of RDS")
    backup_plan_days: int = setting("Retention of recovery points in AWS Backup, days", ge=1, le=36_500)


def backup_plan_start(backup_window: str) -> str:
    """When AWS Backup starts, hh:mm: twelve hours after the backup window of RDS begins.

    No other time is farther from that window in both directions. It also halves the longest time between two backups.
    """
    start = (minute_of_day(backup_window.split("-")[0]) + DAY // 2) % DAY
    return f"{start // 60:02d}:{start % 60:02d}"


def database_version_can_be_created(database: DatabaseConfig) -> Iterator[Problem]:
    version = database.db_engine_version
    if version not in POSTGRES_VERSIONS and not is_newer_postgres(version):
        allowed = f"{listed(POSTGRES_VERSIONS)}, or a newer 15.x"
        yield Problem("db_engine_version", version, "RDS does not create this version of PostgreSQL 15", allowed)


def names_are_no_words_of_postgres(database: DatabaseConfig) -> Iterator[Problem]:
    """Neither can be "a word reserved by the database engine" (RDS API Reference, "CreateDBInstance")."""
    for name in ("db_name", "db_master_username"):
        value = getattr(database, name)
        if value in RESERVED_WORDS:
            yield Problem(name, value, "is a word that PostgreSQL or RDS keeps for itself", "another name, such as tradingbot")


def monitoring_interval_is_one_that_rds_offers(database: DatabaseConfig) -> Iterator[Problem]:
    seconds = database.db_monitoring_interval_seconds
    if seconds not in ENHANCED_MONITORING_SECONDS:
        yield Problem("db_monitoring_interval_seconds", seconds, "RDS does not offer this interval", listed(ENHANCED_MONITORING_SECONDS))


def database_windows_are_apart(database: DatabaseConfig) -> Iterator[Problem]:
    backup, length = daily(database.db_backup_window)
    if length < 30:
        yield Problem("db_backup_window", database.db_backup_window, "is shorter than 30 minutes", _DAILY)
    maintenance, duration = weekly(database.db_maintenance_window)
    if duration < 30:
        yield Problem("db_maintenance_window", database.db_maintenance_window, "is shorter than 30 minutes", _WEEKLY)
    if any(overlap(day * DAY + backup, length, maintenance, duration) for day in range(7)):
        yield Problem(
            "db_maintenance_window",
            database.db_maintenance_window,
            f"overlaps the backup window {database.db_backup_window}",
            "a window that does not overlap db_backup_window",
        )


def backup_plan_meets_no_window(database: DatabaseConfig) -> Iterator[Problem]:
    if not database.backup_plan:
        return
    clock = backup_plan_start(database.db_backup_window)
    start, busy = minute_of_day(clock), START_WINDOW_MINUTES + _BEFORE_A_WINDOW_MINUTES
    if daily(database.db_backup_window)[1] > DAY // 2:
        yield Problem(
            "db_backup_window",
            database.db_backup_window,
            f"is still open when AWS Backup starts at {clock}",
            "a window of at most twelve hours",
        )
    maintenance, duration = weekly(database.db_maintenance_window)
    if any(overlap(day * DAY + start, busy, maintenance, duration) for day in range(7)):
        yield Problem(
            "db_maintenance_window",
            database.db_maintenance_window,
            f"overlaps the start of AWS Backup at {clock}, twelve hours after db_backup_window",
            f"a window outside the two hours from {clock}, or backup_plan=false",
        )
