"""Settings: what is accepted, and what people read when it is not."""

import pytest

from tradingbot_infra.config.environments import ENVIRONMENTS, PRODUCTION
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat, load_config, settings
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

MELBOURNE_CERTIFICATE = "arn:aws:acm:ap-southeast-4:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"
WEBHOOK = "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/webhook-secret-AbCd12"


def refusal(environment: str = "production", **overrides: object) -> list[str]:
    """The lines that a person reads."""
    with pytest.raises(ConfigError) as caught:
        load_config(environment, overrides)
    return str(caught.value).splitlines()


def test_every_environment_is_valid_and_complete(environment: str) -> None:
    config = load_config(environment)
    assert config.environment == environment
    assert set(flat(config)) == set(settings()) == set(ENVIRONMENTS[environment])


def test_flat_names_are_unique_in_the_model() -> None:
    leaves = [leaf for field in EnvironmentConfig.model_fields.values() for leaf in getattr(field.annotation, "model_fields", {})]
    assert len(leaves) > 60
    assert len(leaves) == len(set(leaves))


def test_no_setting_has_a_default() -> None:
    assert [key for key, setting in settings().items() if not setting.field.is_required()] == []


def test_every_setting_says_what_it_decides_and_what_is_allowed() -> None:
    for key, setting in settings().items():
        assert len(setting.purpose) > 5, key
        assert len(setting.allowed) > 3, key


def test_a_config_cannot_be_changed() -> None:
    config = load_config("production")
    with pytest.raises(ValueError, match="frozen"):
        config.network.nat_gateways = 1  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        config.cache.redis_parameters["timeout"] = "1"


def test_the_documents_own_names_reach_their_settings() -> None:
    config = load_config(
        "production",
        {
            "enable_vpc_endpoints": "true",
            "autoscaling_target_cpu": "80",
            "autoscaling_target_memory": "85",
            "image_tag": "v1",
            "nat_gateways": "1",
            "task_cpu": "1024",
            "task_memory_mib": "2048",
            "alarm_emails": "desk@example.com, night@example.com",
            "ecr_pull_accounts": "111111111111",
            "redis_parameters": "maxmemory-policy=noeviction,timeout=300",
        },
    )
    assert config.network.enable_vpc_endpoints is True
    assert config.network.nat_gateways == 1
    assert (config.scaling.autoscaling_target_cpu, config.scaling.autoscaling_target_memory) == (80, 85)
    assert (config.task.task_cpu, config.task.task_memory_mib, config.task.image_tag) == (1024, 2048, "v1")
    assert config.monitoring.alarm_emails == ("desk@example.com", "night@example.com")
    assert config.registry.ecr_pull_accounts == ("111111111111",)
    assert dict(config.cache.redis_parameters) == {"maxmemory-policy": "noeviction", "timeout": "300"}


def test_none_and_nothing_unset_what_may_be_unset() -> None:
    config = load_config("production", {"image_tag": "none", "certificate_arn": "", "alarm_emails": ""})
    assert (config.task.image_tag, config.load_balancer.certificate_arn, config.monitoring.alarm_emails) == (None, None, ())


def test_json_is_understood_for_lists_and_maps() -> None:
    config = load_config("production", {"alarm_emails": '["a@example.com"]', "redis_parameters": '{"timeout": "60"}'})
    assert config.monitoring.alarm_emails == ("a@example.com",)
    assert dict(config.cache.redis_parameters) == {"timeout": "60"}


@pytest.mark.parametrize(
    ("overrides", "key", "told"),
    [
        ({"nat_gateway": "1"}, "nat_gateway", "allowed: nat_gateways"),
        ({"nat_gateways": "two"}, "nat_gateways=two", "allowed: a whole number from 1 to 3"),
        ({"nat_gateways": "3"}, "nat_gateways=3", "allowed: 1 to 2, at most one a zone"),
        ({"enable_vpc_endpoints": "maybe"}, "enable_vpc_endpoints=maybe", "allowed: true or false"),
        ({"nat_type": "proxy"}, "nat_type=proxy", "allowed: gateway or instance"),
        ({"redis_automatic_failover": "true"}, "redis_automatic_failover=true", "allowed: true with redis_nodes of 2 or more, or false"),
        ({"task_cpu": "500"}, "task_cpu=500", "allowed: 256, 512, 1024, 2048, 4096, 8192, 16384"),
        ({"task_memory_mib": "8192"}, "task_memory_mib=8192", "allowed: 1024, 2048, 3072, 4096"),
        ({"min_tasks": "11"}, "min_tasks=11", "is above max_tasks=10; allowed: 1 to 10"),
        ({"region": "eu-west-1"}, "region=eu-west-1", "allowed: ap-southeast-2"),
        (
            {"availability_zones": "ap-southeast-2a,us-east-1b"},
            "availability_zones=",
            "allowed: ap-southeast-2a, ap-southeast-2b, ap-southeast-2c",
        ),
        ({"db_engine_version": "15.5"}, "db_engine_version=15.5", "15.19"),
        ({"redis_engine_version": "5.0.6"}, "redis_engine_version=5.0.6", "allowed: 7.0, 7.1"),
        ({"redis_parameters": "appendonly=yes"}, "redis_parameters=appendonly=yes", "allowed: leave appendonly out"),
        ({"redis_parameters": "maxmemory-policy=random"}, "redis_parameters=maxmemory-policy=random", "allkeys-lru"),
        ({"redis_parameters": "cluster-enabled=yes"}, "redis_parameters=", "allowed: activedefrag"),
        ({"redis_parameters": "nonsense"}, "redis_parameters=nonsense", "allowed: name=value pairs"),
        ({"appendonly": "yes"}, "appendonly=yes", "ElastiCache refuses it"),
        (
            {"certificate_arn": MELBOURNE_CERTIFICATE},
            "certificate_arn=",
            "allowed: arn:aws:acm:ap-southeast-2:ACCOUNT:certificate/ID, or none",
        ),
        ({"certificate_arn": "my-certificate"}, "certificate_arn=my-certificate", "allowed: arn:aws:acm:REGION:ACCOUNT:certificate/ID"),
        ({"cache_subnet_cidrs": "10.0.20.0/24,10.0.31.0/24"}, "cache_subnet_cidrs=", "overlaps a block of the database tier"),
        ({"cache_subnet_cidrs": "10.1.30.0/24,10.1.31.0/24"}, "cache_subnet_cidrs=", "allowed: blocks inside 10.0.0.0/16"),
        ({"cache_subnet_cidrs": "10.0.30.0/24"}, "cache_subnet_cidrs=10.0.30.0/24", "allowed: 2 blocks, one a zone"),
        ({"cache_subnet_cidrs": "10.0.30.0/24,10.0.40.0/24"}, "cache_subnet_cidrs=", "allowed: 2 blocks in a row from 10.0.30.0/24"),
        ({"cache_subnet_cidrs": "10.0.4.0/24,10.0.5.0/24"}, "cache_subnet_cidrs=", "allowed: public, private, database, cache"),
        ({"cache_subnet_cidrs": "10.0.30.1/24,10.0.31.0/24"}, "cache_subnet_cidrs=", "allowed: network addresses such as 10.0.0.0/24"),
        ({"vpc_cidr": "10.0.0.0/8"}, "vpc_cidr=10.0.0.0/8", "allowed: a prefix from /16 to /28"),
        ({"vpc_cidr": "the internet"}, "vpc_cidr=the internet", "allowed: an IPv4 block such as 10.0.0.0/16"),
        ({"log_retention_days": "100"}, "log_retention_days=100", "allowed: 1, 3, 5, 7, 14"),
        ({"db_monitoring_interval_seconds": "7"}, "db_monitoring_interval_seconds=7", "allowed: 0, 1, 5, 10, 15, 30, 60"),
        ({"db_maintenance_window": "sun:03:30-sun:04:30"}, "db_maintenance_window=", "meets the backup window 03:00-04:00"),
        ({"db_backup_window": "03:00-03:10"}, "db_backup_window=03:00-03:10", "at least 30 minutes"),
        (
            {"db_maintenance_window": "sat:15:30-sat:16:30"},
            "db_maintenance_window=",
            "allowed: a window apart from the two hours from 15:00",
        ),
        ({"db_maintenance_window": "sat:16:30-sat:17:30"}, "db_maintenance_window=", "meets AWS Backup, which starts at 15:00"),
        ({"db_backup_window": "18:00-19:00", "db_maintenance_window": "mon:07:59-mon:08:59"}, "db_maintenance_window=", "starts at 06:00"),
        ({"db_backup_window": "06:00-18:01"}, "db_backup_window=06:00-18:01", "allowed: a window of at most twelve hours"),
        ({"retain_data": "false"}, "backup_plan=true", "allowed: true with retain_data=true, or false"),
        ({"backup_plan_days": "0"}, "backup_plan_days=0", "allowed: a whole number from 1 to 36500"),
        ({"db_master_username": "postgres"}, "db_master_username=postgres", "allowed: a name other than postgres"),
        ({"office_hours_start": "21:00"}, "office_hours_start=21:00", "allowed: before 20:00"),
        ({"enable_execute_command": "true"}, "enable_execute_command=true", "allowed: true with readonly_root_filesystem=false, or false"),
        ({"adopt_secrets_key_arn": KEY}, "adopt_secret_arns=", "allowed: the ARNs of all eight secrets"),
        (
            {"adopt_secret_arns": WEBHOOK, "adopt_secrets_key_arn": KEY},
            "adopt_secret_arns=",
            "allowed: one ARN for each of tradingbot-ai/production/",
        ),
        ({"adopt_secret_arns": "webhook-secret"}, "adopt_secret_arns=webhook-secret", "allowed: the complete ARNs"),
        ({"redis_parameters": "timeout=abc"}, "redis_parameters=timeout=abc", "allowed: timeout from 0 to 2147483647"),
        ({"redis_parameters": "reserved-memory-percent=101"}, "redis_parameters=", "allowed: reserved-memory-percent from 0 to 100"),
        ({"time_zone": "Mars/Foo"}, "time_zone=Mars/Foo", "allowed: an IANA name"),
        ({"project": "a-project-with-a-long-name"}, "project=", "allowed: 2 to 16 lower-case letters"),
        ({"project": "double--hyphen"}, "project=", "allowed: 2 to 16 lower-case letters"),
        ({"owner": "The Desk"}, "owner=The Desk", "allowed: 2 to 63 lower-case letters"),
        ({"data_classification": "secret"}, "data_classification=secret", "allowed: public or internal or confidential or restricted"),
        ({"container_user": "root"}, "container_user=root", "allowed: UID or UID:GID"),
        ({"container_user": "0:1000"}, "container_user=0:1000", "neither of them 0"),
        ({"container_user": "1000:0"}, "container_user=1000:0", "neither of them 0"),
        ({"image_tag": "latest"}, "image_tag=latest", "allowed: an image tag other than latest, or none"),
        ({"alarm_emails": "nobody"}, "alarm_emails=nobody", "allowed: e-mail addresses"),
        ({"ecr_pull_accounts": "123"}, "ecr_pull_accounts=123", "allowed: 12-digit account ids"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else None,
)
def test_a_bad_setting_is_one_line_that_names_environment_key_and_what_is_allowed(overrides: dict[str, str], key: str, told: str) -> None:
    (line,) = refusal(**overrides)
    assert line.startswith(f"production: {key}")
    assert told in line


@pytest.mark.parametrize("window", ["sat:17:00-sat:18:00", "sat:14:00-sat:15:00", "mon:14:30-mon:15:00"])
def test_a_maintenance_window_may_lie_right_beside_the_time_of_aws_backup(window: str) -> None:
    assert load_config("production", {"db_maintenance_window": window}).database.backup_plan


def test_without_a_backup_plan_its_time_is_free() -> None:
    assert load_config("production", {"db_maintenance_window": "sat:15:30-sat:16:30", "backup_plan": "false"})


def test_every_problem_is_told_at_once() -> None:
    lines = refusal("staging", nat_gateways="two", db_engine_version="15.5", min_tasks="5", spelling="wrong")
    assert [line.split("=")[0] for line in lines] == [
        "staging: spelling",
        "staging: nat_gateways",
        "staging: db_engine_version",
        "staging: min_tasks",
    ]


def test_an_unknown_environment_is_told_with_the_known_ones() -> None:
    (line,) = refusal("prod")
    assert line == "prod: env=prod: there is no such environment; allowed: production, high-availability, balanced, staging, development"


@pytest.mark.parametrize("key", ["db_password", "secret_key", "binance_api_secret", "telegram_bot_token", "database_url"])
def test_a_secret_is_refused_and_never_repeated(key: str) -> None:
    (line,) = refusal(**{key: "hunter2"})
    assert "a secret is never a setting" in line
    assert "hunter2" not in line


def test_the_value_of_an_unknown_setting_is_never_repeated() -> None:
    (line,) = refusal(openai_key="hunter2")
    assert "hunter2" not in line


def test_environments_differ_from_production_only_where_the_file_says_so() -> None:
    differing = {key for values in ENVIRONMENTS.values() for key, value in values.items() if value != PRODUCTION[key]}
    assert differing < set(PRODUCTION)
    assert {key for key, value in ENVIRONMENTS["balanced"].items() if value != PRODUCTION[key]} == {
        "account_stacks",
        "enable_vpc_endpoints",
    }


def test_a_key_of_another_region_is_refused() -> None:
    arns = ",".join(WEBHOOK.replace("webhook-secret", name) for name in APPLICATION_SECRETS)
    (line,) = refusal(adopt_secret_arns=arns, adopt_secrets_key_arn=KEY.replace("ap-southeast-2", "eu-west-1"))
    assert "allowed: arn:aws:kms:ap-southeast-2:ACCOUNT:key/ID" in line


def test_the_longest_project_fits_every_name(environment: str) -> None:
    names = load_config(environment, {"project": "sixteen-chars-ok"}).names
    assert len(names.redis) <= 40
    assert len(names.database) <= 63
