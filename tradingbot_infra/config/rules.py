"""Rules between settings of different sections, and the order in which all rules report.

A rule sees settings whose single values are valid, and yields what is wrong.
"""

import math
from collections.abc import Iterator
from typing import get_args

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.sections import (
    account_security,
    cache,
    database,
    delivery,
    deployment,
    load_balancer,
    monitoring,
    network,
    notifications,
    retention,
    scaling,
    task,
    web_acl,
)
from tradingbot_infra.config.sections.account_security import AccountSecurityConfig
from tradingbot_infra.config.sections.dashboards import DashboardsConfig
from tradingbot_infra.config.sections.database import DatabaseConfig
from tradingbot_infra.config.sections.delivery import DeliveryConfig
from tradingbot_infra.config.sections.deployment import DeploymentConfig, longest_minutes
from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig
from tradingbot_infra.config.sections.monitoring import ADDRESSES_OF_A_BUDGET, MonitoringConfig
from tradingbot_infra.config.sections.network import RESERVED_ADDRESSES, NetworkConfig, smallest_subnet
from tradingbot_infra.config.sections.retention import RetentionConfig, secret_name
from tradingbot_infra.config.sections.scaling import ScalingConfig
from tradingbot_infra.config.sections.telemetry import TelemetryConfig
from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.config.trading_rules import trading_alarms_can_ring
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.design.sizes import instance_memory, max_connections
from tradingbot_infra.design.telemetry import endpoint_services

_INTERFACE_ENDPOINTS = 4
"""Network interfaces of VPC endpoints in a private subnet: ECR's two, CloudWatch Logs, Secrets Manager. Telemetry adds its own."""

_BESIDE_TRAFFIC_MINUTES = 30
"""What a deployment takes beside moving traffic: stacks before the service's, tasks that start, and `verify`. A guess that spares."""

_MOST_HOURS = 12
"""Of a role's session (IAM API Reference, "CreateRole", MaxSessionDuration)."""


def problems(config: EnvironmentConfig) -> Iterator[Problem]:
    """Every problem between settings, rule by rule."""
    yield from network.region_is_supported(config.network)
    yield from network.zones_are_of_the_region(config.network)
    yield from network.subnets_fit(config.network)
    yield from network.load_balancer_has_room(config.network)
    yield from network.nat_fits_the_zones(config.network)
    yield from network.adopted_addresses_fit_the_zones(config.network)
    yield from network.egress_ports_are_sound(config.network)
    yield from retention.retention_is_one_that_cloudwatch_offers(config.retention)
    yield from database.database_version_can_be_created(config.database)
    yield from database.names_are_no_words_of_postgres(config.database)
    yield from database.monitoring_interval_is_one_that_rds_offers(config.database)
    yield from database.database_windows_are_apart(config.database)
    yield from database.backup_plan_meets_no_window(config.database)
    yield from backup_vault_is_kept(config.database, config.retention)
    yield from cache.redis_version_exists(config.cache)
    yield from cache.redis_windows_are_long_enough(config.cache)
    yield from cache.redis_windows_are_apart(config.cache)
    yield from cache.redis_parameters_can_be_set(config.cache)
    yield from cache.failover_has_a_replica(config.cache)
    yield from task.task_size_is_one_that_fargate_offers(config.task)
    yield from scaling.task_counts_are_in_order(config.scaling)
    yield from tasks_have_addresses(config.scaling, config.network, config.telemetry)
    yield from expected_tasks_are_possible(config.usage, config.scaling)
    yield from scaling.office_hours_are_in_order(config.scaling)
    yield from a_daily_summary_has_a_bucket(config.dashboards, config.load_balancer)
    yield from deployment.only_shifted_traffic_is_tested(config.deployment)
    yield from deployment.linear_steps_are_large_enough(config.deployment)
    yield from deployment.a_deployment_ends_in_time(config.deployment)
    yield from tested_certificate_has_a_name(config.deployment, config.load_balancer)
    yield from a_session_outlives_a_deployment(config.delivery, config.deployment)
    yield from load_balancer.a_zone_has_a_name(config.load_balancer)
    yield from certificate_is_of_the_region(config.load_balancer, config.network)
    yield from web_acl.counted_rules_exist(config.web_acl)
    yield from adopted_secrets_are_the_environments_own(config.retention, config.names)
    yield from retention.adopted_secrets_come_with_their_key(config.retention)
    yield from adopted_key_is_of_the_region(config.retention, config.network)
    yield from adopted_secrets_are_of_the_region(config.retention, config.network)
    yield from every_arn_is_of_one_account(config.retention, config.load_balancer, config.delivery)
    yield from delivery.nothing_is_set_without_a_repository(config.delivery)
    yield from delivery.ids_are_complete(config.delivery)
    yield from delivery.image_repository_is_another_of_the_owner(config.delivery)
    yield from delivery.environments_are_delivered_once(config.delivery, ENVIRONMENTS)
    yield from delivery.subjects_fit_a_trust_policy(config.delivery)
    yield from account_security.evidence_comes_with_a_provider(config.account)
    yield from account_security.review_is_a_day(config.account)
    yield from account_security.parts_have_what_they_need(config.account)
    yield from spans_are_kept_for_days_that_cloudwatch_offers(config.account)
    yield from account_security.standards_fit_the_hub(config.account)
    yield from account_security.contact_is_complete(config.account)
    yield from account_budget_writes_to_everybody(config)
    yield from traces_are_taken(config.telemetry, config.account)
    yield from monitoring.a_budget_writes_to_everybody(config.monitoring)
    yield from notifications.a_chat_has_an_address(config.notifications)
    yield from trading_alarms_can_ring(config)
    yield from thresholds_are_ones_that_the_database_can_pass(config.monitoring, config.database)
    yield from scaling.time_zone_exists(config.scaling)
    yield from task.retiring_port_is_another(config.task)
    yield from task.shell_has_a_writable_root(config.task)
    yield from task.memory_is_left_for_the_application(config.task)
    yield from classification_is_not_lowered(config)
    yield from nothing_is_listed_twice(config)


def nothing_is_listed_twice(config: EnvironmentConfig) -> Iterator[Problem]:
    """Each address, account and path makes a resource, a statement or a request of its own."""
    lists = {
        "alarm_emails": config.monitoring.alarm_emails,
        "paging_emails": config.notifications.paging_emails,
        "expected_strategies": config.trading.expected_strategies,
        "security_emails": config.account.security_emails,
        "ecr_pull_accounts": config.registry.ecr_pull_accounts,
        "deployment_check_paths": config.deployment.deployment_check_paths,
    }
    for name, items in lists.items():
        twice = sorted({item for item in items if items.count(item) > 1})
        if twice:
            yield Problem(name, ",".join(items), f"lists {twice[0]} twice", "each once")


def classification_is_not_lowered(config: EnvironmentConfig) -> Iterator[Problem]:
    levels = get_args(EnvironmentConfig.model_fields["data_classification"].annotation)
    own = ENVIRONMENTS[config.environment]["data_classification"]
    allowed = levels[levels.index(own) :]
    if config.data_classification not in allowed:
        yield Problem(
            "data_classification",
            config.data_classification,
            f"{config.environment} holds {own} data, and exceptions for test data would hold for it",
            " or ".join(allowed),
        )


def a_daily_summary_has_a_bucket(dashboards: DashboardsConfig, load_balancer: LoadBalancerConfig) -> Iterator[Problem]:
    if dashboards.daily_summary and not load_balancer.alb_access_logs:
        yield Problem(
            "daily_summary", True, "it is kept in the bucket of access logs, and alb_access_logs is off", "alb_access_logs=true, or false"
        )


def backup_vault_is_kept(database: DatabaseConfig, retention: RetentionConfig) -> Iterator[Problem]:
    if database.backup_plan and not retention.retain_data:
        yield Problem(
            "backup_plan",
            True,
            "a backup vault that contains recovery points cannot be deleted, so a destroy with retain_data=false would fail",
            "true with retain_data=true, or false",
        )


def tasks_have_addresses(scaling: ScalingConfig, network: NetworkConfig, telemetry: TelemetryConfig) -> Iterator[Problem]:
    """Each task has an address of its own, and a deployment runs two for one. Without, ECS places none: "RESOURCE:ENI"."""
    of_telemetry = len(endpoint_services(traces=telemetry.sends_traces, metrics=telemetry.sends_metrics))
    endpoints = _INTERFACE_ENDPOINTS + of_telemetry if network.enable_vpc_endpoints else 0
    wanted = math.ceil(2 * scaling.max_tasks / len(network.availability_zones)) + endpoints
    free = smallest_subnet(network.private_subnet_cidrs) - RESERVED_ADDRESSES
    if wanted > free:
        most = max((free - endpoints) * len(network.availability_zones) // 2, 0)
        wrong = f"a deployment runs twice as many, and a private subnet has {free} addresses"
        allowed = f"up to {most}, or larger private_subnet_cidrs" if most else "larger private_subnet_cidrs"
        yield Problem("max_tasks", scaling.max_tasks, wrong, allowed)


def expected_tasks_are_possible(usage: UsageConfig, scaling: ScalingConfig) -> Iterator[Problem]:
    expected = usage.expected_tasks
    if expected is not None and not scaling.min_tasks <= expected <= scaling.max_tasks:
        allowed = f"{scaling.min_tasks} to {scaling.max_tasks} (min_tasks to max_tasks), or none"
        yield Problem("expected_tasks", expected, "the service never runs this many tasks on average", allowed)


def a_session_outlives_a_deployment(delivery: DeliveryConfig, deployment: DeploymentConfig) -> Iterator[Problem]:
    """CloudFormation waits while traffic moves, and the workflow with it."""
    hours = delivery.github_session_hours
    minutes = longest_minutes(deployment) + _BESIDE_TRAFFIC_MINUTES
    if delivery.github_repository is not None and deployment.shifts_traffic and minutes > hours * 60:
        wrong = f"a deployment takes up to {minutes} minutes, and GitHub's session would end before"
        least = math.ceil(minutes / 60)
        allowed = f"{least} to {_MOST_HOURS}" if least <= _MOST_HOURS else f"{_MOST_HOURS}, with a shorter bake, shorter steps or no gate"
        yield Problem("github_session_hours", hours, wrong, allowed)


def tested_certificate_has_a_name(deployment: DeploymentConfig, load_balancer: LoadBalancerConfig) -> Iterator[Problem]:
    """What asks the new tasks over TLS compares the certificate with this name."""
    if deployment.shifts_traffic and load_balancer.certificate_arn and not load_balancer.domain_name:
        wrong = "with certificate_arn the new tasks are asked by the name of the certificate, and domain_name is none"
        yield Problem("deployment_strategy", deployment.deployment_strategy, wrong, "rolling, or any with domain_name")


def certificate_is_of_the_region(load_balancer: LoadBalancerConfig, network: NetworkConfig) -> Iterator[Problem]:
    arn = load_balancer.certificate_arn
    if arn is not None and arn.split(":")[3] != network.region:
        yield Problem(
            "certificate_arn",
            arn,
            "a load balancer accepts certificates of its own region only",
            f"arn:aws:acm:{network.region}:ACCOUNT:certificate/ID, or none",
        )


def adopted_secrets_are_the_environments_own(retention: RetentionConfig, names: Names) -> Iterator[Problem]:
    own = [names.secret(name) for name in APPLICATION_SECRETS]
    given = [secret_name(arn) for arn in retention.adopt_secret_arns]
    for name in dict.fromkeys(given):
        if name not in own:
            wrong, allowed = f"{name} is not an application secret of this environment", f"ARNs of {listed(own)}"
        elif given.count(name) > 1:
            wrong, allowed = f"{name} is listed more than once", "one ARN for each secret"
        else:
            continue
        yield Problem("adopt_secret_arns", retention.adopt_secret_arns, wrong, allowed)


def adopted_key_is_of_the_region(retention: RetentionConfig, network: NetworkConfig) -> Iterator[Problem]:
    arn = retention.adopt_secrets_key_arn
    if arn is not None and arn.split(":")[3] != network.region:
        yield Problem(
            "adopt_secrets_key_arn",
            arn,
            "secrets are encrypted with a key of their own region",
            f"arn:aws:kms:{network.region}:ACCOUNT:key/ID, or none",
        )


def adopted_secrets_are_of_the_region(retention: RetentionConfig, network: NetworkConfig) -> Iterator[Problem]:
    elsewhere = [arn for arn in retention.adopt_secret_arns if arn.split(":")[3] != network.region]
    if elsewhere:
        allowed = f"arn:aws:secretsmanager:{network.region}:ACCOUNT:secret:NAME"
        yield Problem("adopt_secret_arns", elsewhere, "tasks read secrets of their own region", allowed)


def every_arn_is_of_one_account(
    retention: RetentionConfig, load_balancer: LoadBalancerConfig, delivery: DeliveryConfig
) -> Iterator[Problem]:
    """The account that deploys is not known yet, but it is one: whatever another account holds is not this system's."""
    given = {
        "adopt_secret_arns": retention.adopt_secret_arns,
        "adopt_secrets_key_arn": (retention.adopt_secrets_key_arn,),
        "certificate_arn": (load_balancer.certificate_arn,),
        "github_provider_arn": (delivery.github_provider_arn,),
    }
    accounts = [(name, arn.split(":")[4]) for name, arns in given.items() for arn in arns if arn is not None]
    foreign = next(((name, account) for name, account in accounts if account != accounts[0][1]), None)
    if foreign is not None:
        wrong = f"{accounts[0][0]} names an ARN of account {accounts[0][1]}, and an environment is in one account"
        yield Problem(foreign[0], foreign[1], wrong, f"ARNs of account {accounts[0][1]}")


def account_budget_writes_to_everybody(config: EnvironmentConfig) -> Iterator[Problem]:
    budget, addresses = config.account_budget, config.security_emails
    if budget is not None and len(addresses) > ADDRESSES_OF_A_BUDGET:
        name = "security_emails" if config.account.security_emails else "alarm_emails"
        wrong = f"a budget writes to at most {ADDRESSES_OF_A_BUDGET} addresses, and {name} has {len(addresses)}"
        yield Problem("account_budget_usd", budget, wrong, f"none, or fewer {name}: one can be a mailing list")


def spans_are_kept_for_days_that_cloudwatch_offers(account: AccountSecurityConfig) -> Iterator[Problem]:
    days = account.span_log_days
    if days not in retention.LOG_RETENTION_DAYS:
        yield Problem("span_log_days", days, "CloudWatch Logs does not offer this period", listed(retention.LOG_RETENTION_DAYS))


def traces_are_taken(telemetry: TelemetryConfig, account: AccountSecurityConfig) -> Iterator[Problem]:
    """X-Ray refuses traces by OTLP in an account without transaction search."""
    if telemetry.sends_traces and account.ours and account.transaction_search == "off":
        wrong = "tracing=xray sends traces by OTLP, which X-Ray refuses without it"
        yield Problem("transaction_search", account.transaction_search, wrong, "ours, existing if the account has it on, or tracing=off")


def thresholds_are_ones_that_the_database_can_pass(monitoring: MonitoringConfig, database: DatabaseConfig) -> Iterator[Problem]:
    """An alarm that cannot begin warns of nothing, and one that cannot end warns of nothing new."""
    size, storage = database.db_instance_class, database.db_allocated_storage_gib
    for name, most, what in (
        ("db_connections_alarm_count", max_connections(size) - 1, f"a {size} takes {max_connections(size)} connections"),
        ("db_free_memory_alarm_mib", instance_memory(size) // 1024**2 - 1, f"a {size} has {instance_memory(size) // 1024**2} MiB"),
        ("db_free_storage_alarm_gib", storage - 1, f"the database has {storage} GiB"),
    ):
        value = getattr(monitoring, name)
        if value > most:
            yield Problem(name, value, what, f"up to {most}")
