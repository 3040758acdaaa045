"""Every setting at the edges of what it allows, from the model's own metadata."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import Setting, flat, load_config, settings

Change = Mapping[str, object]
"""Settings that are changed together."""

_KEY = "arn:aws:kms:ap-southeast-2:111111111111:key/00000000-0000-0000-0000-000000000000"

_PROVIDER = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"

_CONNECTED: Change = {"github_repository": "acme/infra", "github_owner_id": "11", "github_repository_id": "22"}

_THREE_ZONES: Change = {
    "availability_zones": "ap-southeast-2a,ap-southeast-2b,ap-southeast-2c",
    "public_subnet_cidrs": "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24",
    "private_subnet_cidrs": "10.0.12.0/24,10.0.13.0/24,10.0.14.0/24",
    "database_subnet_cidrs": "10.0.21.0/24,10.0.22.0/24,10.0.23.0/24",
    "cache_subnet_cidrs": "10.0.30.0/24,10.0.31.0/24,10.0.32.0/24",
}

_PROVIDED: Change = {
    "account_security": "provided-by:Central team",
    "account_security_evidence": "https://example.com/evidence",
    "account_security_review": "2027-01-31",
}

_CONTACT: Change = {
    "security_contact_name": "Security",
    "security_contact_title": "Duty",
    "security_contact_email": "security@example.com",
    "security_contact_phone": "+61 2 5550 0000",
}

_WATCHED: Change = {"trading_alarms": True, "metrics": "otlp", "scale_down_out_of_hours": False}

_SLACK: Change = {"chat": "slack", "slack_workspace_id": "T01234567", "slack_channel_id": "C01234567"}

_TELEGRAM: Change = {"chat": "telegram", "telegram_chat_id": "-1001234567"}

SAMPLES: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        **{name: (value,) for name, value in {**_PROVIDED, **_CONTACT}.items()},
        "account_security": ("ours", "none", _PROVIDED["account_security"]),
        "adopt_secret_arns": ("arn:aws:secretsmanager:ap-southeast-2:111111111111:secret:tradingbot-ai/{environment}/secret-key-AbCd12",),
        "adopt_secrets_key_arn": (_KEY,),
        "alarm_emails": ("a@example.com", "a@example.com,b@example.com"),
        "availability_zones": ("ap-southeast-2b,ap-southeast-2a",),
        "cache_subnet_cidrs": ("10.0.40.0/24,10.0.41.0/24", "10.0.30.0/25,10.0.31.0/25"),
        "certificate_arn": ("arn:aws:acm:ap-southeast-2:111111111111:certificate/00000000-0000-0000-0000-000000000000",),
        "container_user": ("none", "65535"),
        "database_subnet_cidrs": ("10.0.22.0/24,10.0.23.0/24",),
        "db_backup_window": ("02:00-03:00",),
        "db_engine_version": ("15.18",),
        "db_instance_class": ("db.t3.small",),
        "db_maintenance_window": ("sat:10:00-sat:11:00",),
        "db_master_username": ("another",),
        "db_monitoring_interval_seconds": (0, 1, 60),
        "db_name": ("another",),
        "deployment_check_paths": ("/orders", ""),
        "domain_name": ("api.example.com",),
        "ecr_pull_accounts": ("111111111111",),
        "egress_ports": ("443", "443,8443,9443,10443"),
        "chat": ("slack", "telegram"),
        "expected_strategies": ("momentum", "momentum,mean-reversion"),
        "expected_tasks": (1, 2),
        "github_branch": ("trunk",),
        "github_environments": ("production", "production,balanced"),
        "github_image_repository": ("acme/app",),
        "github_image_repository_id": ("33",),
        "github_owner_id": ("11",),
        "github_provider_arn": (_PROVIDER,),
        "github_repository": ("acme/infra",),
        "github_repository_id": ("22",),
        "health_check_path": ("/", "/healthz"),
        "hosted_zone_id": ("Z0123456789",),
        "image_tag": ("v1",),
        "log_retention_days": (1, 3653),
        "nat_allocation_ids": ("eipalloc-0123456789abcdef0",),
        "nat_instance_type": ("t4g.small",),
        "office_hours_end": ("23:59",),
        "office_hours_start": ("00:00",),
        "owner": ("another",),
        "paging_emails": ("page@example.com",),
        "private_subnet_cidrs": ("10.0.12.0/24,10.0.13.0/24",),
        "project": ("another",),
        "public_subnet_cidrs": ("10.0.2.0/24,10.0.3.0/24",),
        "redis_engine_version": ("7.1",),
        "redis_maintenance_window": ("sat:10:00-sat:11:00",),
        "redis_node_type": ("cache.t3.small",),
        "redis_parameters": ("maxmemory-policy=noeviction",),
        "redis_snapshot_window": ("01:00-02:00",),
        "region": (),
        "security_emails": ("security@example.com",),
        "security_hub_standards": ("fsbp", "cis,pci-dss"),
        "slack_channel_id": ("C01234567",),
        "slack_workspace_id": ("T01234567",),
        "span_log_days": (1, 3653),
        "task_cpu": (256, 1024),
        "task_memory_mib": (2048, 4096),
        "telegram_chat_id": ("-1001234567",),
        "time_zone": ("Asia/Seoul",),
        "waf_counted_rules": ("",),
        "vpc_cidr": ("10.0.0.0/17", "10.0.0.0/18"),
    }
)
"""Other values of settings whose allowed values are words or tables. `region` has one value only."""

COMPANIONS: Mapping[str, tuple[Change, ...]] = MappingProxyType(
    {
        **dict.fromkeys(_PROVIDED, (_PROVIDED,)),
        "account_security": ({name: value for name, value in _PROVIDED.items() if name != "account_security"},),
        **dict.fromkeys(_CONTACT, (_CONTACT,)),
        "adopt_secret_arns": ({"adopt_secrets_key_arn": _KEY},),
        "adopt_secrets_key_arn": ({"adopt_secret_arns": SAMPLES["adopt_secret_arns"][0]},),
        **dict.fromkeys(_SLACK, (_SLACK,)),
        "chat": (_TELEGRAM, _SLACK),
        "telegram_chat_id": (_TELEGRAM,),
        "backup_plan": ({"retain_data": True},),
        "certificate_arn": ({"domain_name": "api.example.com"},),
        "config_recorder": ({"config_rules": False, "security_hub": "off"},),
        "deployment_check_paths": ({"deployment_strategy": "blue-green"},),
        "deployment_gate_minutes": ({"deployment_strategy": "blue-green"},),
        "domain_name": ({"certificate_arn": SAMPLES["certificate_arn"][0]},),
        "enable_execute_command": ({"readonly_root_filesystem": False},),
        "github_branch": (_CONNECTED,),
        "github_environments": (_CONNECTED,),
        "github_image_repository": ({"github_repository": "acme/infra"},),
        "github_image_repository_id": ({**_CONNECTED, "github_image_repository": "acme/app"},),
        "github_owner_id": (_CONNECTED,),
        "github_provider_arn": (_CONNECTED,),
        "github_repository_id": (_CONNECTED,),
        "github_session_hours": (_CONNECTED,),
        "hosted_zone_id": ({"domain_name": "api.example.com", "certificate_arn": SAMPLES["certificate_arn"][0]},),
        "max_tasks": ({"min_tasks": 1},),
        "min_tasks": ({"max_tasks": 100},),
        "monthly_budget_usd": ({"alarm_emails": SAMPLES["alarm_emails"][0]},),
        "nat_gateways": ({}, _THREE_ZONES),
        "redis_automatic_failover": ({"redis_nodes": 2},),
        "redis_nodes": ({"redis_automatic_failover": True}, {"redis_automatic_failover": False}),
        "retain_data": ({"backup_plan": False},),
        "task_cpu": ({"task_memory_mib": 2048},),
        "trading_alarms": (_WATCHED,),
        "expected_strategies": (_WATCHED,),
        "paging_emails": (_WATCHED,),
        **dict.fromkeys(
            ("equity_age_alarm_minutes", "heartbeat_alarm_minutes", "metrics_interval_seconds", "scale_down_out_of_hours"),
            ({}, {"trading_alarms": False}),
        ),
        "metrics": ({}, {"trading_alarms": False}),
    }
)
"""Settings that another needs beside it; tried before it alone."""


def edges(environment: str) -> Iterator[tuple[str, Change]]:
    """Every setting with each value at an edge that the settings allow, and what it needs beside it."""
    current = flat(load_config(environment))
    for key, setting in settings().items():
        for value in dict.fromkeys(_values(setting, current[key])):
            change = _allowed(environment, key, value)
            if change:
                yield key, change


def _allowed(environment: str, key: str, value: object) -> Change | None:
    for companion in (*COMPANIONS.get(key, ()), {}):
        change = {name: _of(environment, text) for name, text in {key: value, **companion}.items()}
        if is_allowed(environment, change):
            return change
    return None


def _of(environment: str, value: object) -> object:
    return value.format(environment=environment) if isinstance(value, str) else value


def is_allowed(environment: str, change: Change) -> bool:
    """Whether the settings take the change, and it is one."""
    try:
        return load_config(environment, change) != load_config(environment)
    except ConfigError:
        return False


def _values(setting: Setting, current: object) -> Iterator[object]:
    kind = _bare(setting.field.annotation)
    if kind is bool:
        yield not current
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    elif kind in (int, float, Decimal) and setting.key not in SAMPLES:
        yield from _numbers(setting, current)
    else:
        yield from SAMPLES.get(setting.key, ("",))
    if current is not None and kind is not setting.field.annotation:
        yield "none"


def _numbers(setting: Setting, current: Any) -> Iterator[object]:
    bounds = {name: getattr(item, name) for item in setting.field.metadata for name in ("ge", "gt", "le") if hasattr(item, name)}
    yield bounds["ge"] if "ge" in bounds else bounds["gt"] + 1
    yield bounds["le"]
    if current is not None:
        yield from (current + 1, current - 1)


def _bare(annotation: Any) -> Any:
    """The type without `| None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation
