"""Settings of the section database."""

import pytest

from tests.config.refusals import assert_refused
from tradingbot_infra.config.settings import load_config


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"db_engine_version": "15.5"}, "db_engine_version=15.5", "15.19"),
        ({"db_engine_version": "15.x"}, "db_engine_version=15.x", "15.19, or a newer 15.x"),
        ({"db_engine_version": "16.20"}, "db_engine_version=16.20", "15.19, or a newer 15.x"),
        ({"db_engine_version": "15.2000"}, "db_engine_version=15.2000", "15.19, or a newer 15.x"),
        ({"db_monitoring_interval_seconds": "7"}, "db_monitoring_interval_seconds=7", "allowed: 0, 1, 5, 10, 15, 30, 60"),
        ({"db_maintenance_window": "sun:03:30-sun:04:30"}, "db_maintenance_window=", "overlaps the backup window 03:00-04:00"),
        ({"db_backup_window": "03:00-03:10"}, "db_backup_window=03:00-03:10", "at least 30 minutes"),
        ({"db_maintenance_window": "sat:15:30-sat:16:30"}, "db_maintenance_window=", "allowed: a window outside the two hours from 15:00"),
        ({"db_maintenance_window": "sat:16:30-sat:17:30"}, "db_maintenance_window=", "overlaps the start of AWS Backup at 15:00"),
        ({"db_backup_window": "18:00-19:00", "db_maintenance_window": "mon:07:59-mon:08:59"}, "db_maintenance_window=", "Backup at 06:00"),
        ({"db_backup_window": "06:00-18:01"}, "db_backup_window=06:00-18:01", "allowed: a window of at most twelve hours"),
        ({"backup_plan_days": "0"}, "backup_plan_days=0", "allowed: a whole number from 1 to 36500"),
        ({"db_master_username": "postgres"}, "db_master_username=postgres", "allowed: a name other than postgres"),
        ({"db_master_username": "rds_superuser"}, "db_master_username=rds_superuser", "begins neither with pg_ nor with rds"),
        ({"db_master_username": "pg_monitor"}, "db_master_username=pg_monitor", "begins neither with pg_ nor with rds"),
        ({"db_name": "user"}, "db_name=user", "is a word that PostgreSQL or RDS keeps for itself"),
        ({"db_name": "admin"}, "db_name=admin", "is a word that PostgreSQL or RDS keeps for itself"),
        ({"db_master_username": "order"}, "db_master_username=order", "is a word that PostgreSQL or RDS keeps for itself"),
        ({"db_name": "template1"}, "db_name=template1", "no name of PostgreSQL or RDS itself"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@pytest.mark.parametrize("window", ["sat:17:00-sat:18:00", "sat:14:00-sat:15:00", "mon:14:30-mon:15:00"])
def test_a_maintenance_window_may_touch_the_time_of_aws_backup(window: str) -> None:
    assert load_config("production", {"db_maintenance_window": window}).database.backup_plan


def test_without_a_backup_plan_its_time_is_free() -> None:
    assert load_config("production", {"db_maintenance_window": "sat:15:30-sat:16:30", "backup_plan": "false"})


def test_a_minor_version_that_came_later_is_taken() -> None:
    assert load_config("production", {"db_engine_version": "15.20"}).database.db_engine_version == "15.20"
