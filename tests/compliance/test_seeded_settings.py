"""Faults given as settings: each is refused before anything is built, or stops the synthesis."""

from collections.abc import Callable

import pytest

from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config

_OTHER_REGION = "arn:aws:{}:us-east-1:444455556666:{}"

REFUSED = [
    ("adopt_secret_arns", _OTHER_REGION.format("secretsmanager", "secret:x-AbCdEf")),
    ("adopt_secrets_key_arn", "alias/aws/secretsmanager"),
    ("alarm_emails", "https://example.com"),
    ("alb_5xx_alarm_count", -1),
    ("availability_zones", "ap-southeast-2a,ap-southeast-2a"),
    ("availability_zones", "us-east-1a,us-east-1b"),
    ("backup_plan_days", 0),
    ("certificate_arn", _OTHER_REGION.format("acm", "certificate/00000000-0000-0000-0000-000000000000")),
    ("container_port", 22),
    ("container_user", "0"),
    ("container_user", "root"),
    ("data_classification", "internal"),
    ("data_classification", "public"),
    ("database_subnet_cidrs", "192.168.0.0/24,192.168.1.0/24"),
    ("db_backup_retention_days", 0),
    ("db_connections_alarm_count", 5000),
    ("db_engine_version", "11.22"),
    ("db_free_memory_alarm_mib", 0),
    ("db_master_username", "postgres"),
    ("db_password_check_minutes", 1000),
    ("desync_mitigation_mode", "off"),
    ("domain_name", "*.example.com"),
    ("ecr_pull_accounts", "*"),
    ("ecr_pull_accounts", "arn:aws:iam::444455556666:root"),
    ("ecs_cpu_alarm_percent", 101),
    ("egress_ports", "22"),
    ("egress_ports", "443,25"),
    ("egress_ports", "443,3389"),
    ("egress_ports", "443,5432"),
    ("egress_ports", "0-65535"),
    ("flow_log_rejects_alarm_count", 10**9),
    ("health_check_interval_seconds", 3600),
    ("health_check_path", "/x?token=abc"),
    ("health_check_path", "http://example.com/"),
    ("image_tag", "docker.io/somebody/x:1"),
    ("image_tag", "latest"),
    ("key_deletion_days", 1),
    ("log_retention_days", 0),
    ("max_tasks", 10**6),
    ("min_tasks", 0),
    ("nat_allocation_ids", "203.0.113.1"),
    ("nat_instance_type", "x2iedn.32xlarge"),
    ("nat_type", "none"),
    ("private_subnet_cidrs", "0.0.0.0/0,10.0.11.0/24"),
    ("redis_cpu_alarm_percent", 1000),
    ("redis_engine_version", "5.0.6"),
    ("redis_parameters", "notify-keyspace-events=KEA"),
    ("redis_parameters", "requirepass=x"),
    ("redis_snapshot_retention_days", 0),
    ("region", "us-east-1"),
    ("retiring_container_port", 22),
    ("stop_timeout_seconds", 0),
    ("vpc_cidr", "0.0.0.0/0"),
    ("vpc_cidr", "8.8.0.0/16"),
    ("waf_blocked_alarm_count", 10**9),
    ("waf_rate_limit", 0),
    ("waf_rate_limit", 2_000_000_000),
]
"""Values that no environment may have."""

STOPPED: dict[str, tuple[object, str]] = {
    "alb_access_logs": (False, "alb.access_logs"),
    "alb_response_time_alarm_seconds": (60, "cw.alarm_coverage"),
    "container_user": ("none", "ecs.unprivileged"),
    "db_auto_minor_version_upgrade": (False, "rds.minor_upgrade"),
    "db_backup_retention_days": (1, "rds.backup"),
    "db_monitoring_interval_seconds": (0, "rds.monitoring"),
    "deletion_protection": (False, "alb.deletion_protection"),
    "desync_mitigation_mode": ("monitor", "alb.desync"),
    "enable_execute_command": (True, "ecs.exec_audited"),
    "log_retention_days": (1, "logs.retention"),
    "min_tasks": (1, "ecs.resilient"),
    "readonly_root_filesystem": (False, "ecs.readonly_root"),
    "redis_snapshot_retention_days": (1, "redis.snapshots"),
    "redis_transit_encryption": (False, "redis.auth"),
}
"""Values that test environments may have, and the rule that keeps production from them."""


@pytest.mark.parametrize(("setting", "value"), REFUSED, ids=lambda value: str(value))
def test_a_value_that_no_environment_may_have_is_refused(setting: str, value: object) -> None:
    with pytest.raises(ConfigError, match=setting):
        load_config("production", {setting: value})


def test_values_of_test_environments_stop_production(inspect: Callable[..., Inspection]) -> None:
    found = {finding.rule for finding in inspect("production", **{name: value for name, (value, _) in STOPPED.items()}).missing}
    assert {rule for _, rule in STOPPED.values()} <= found
