"""Rules between settings. Each rule sees a config whose single values are of the right form, and yields what is wrong."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradingbot_infra.config import aws
from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.subnets import TIERS, SubnetPlanError, plan_subnets
from tradingbot_infra.config.windows import backup_plan_meets_no_window, database_windows_are_apart, minute_of_day
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

Rule = Callable[[EnvironmentConfig], Iterable[Problem]]


def region_is_supported(config: EnvironmentConfig) -> Iterator[Problem]:
    region = config.network.region
    if region not in aws.REGION_ZONES:
        yield Problem("region", region, "this design, its zones and its prices are not for that region", ", ".join(aws.REGION_ZONES))


def zones_are_of_the_region(config: EnvironmentConfig) -> Iterator[Problem]:
    zones = config.network.availability_zones
    offered = aws.REGION_ZONES.get(config.network.region)
    if offered is not None and (set(zones) - set(offered) or len(set(zones)) != len(zones)):
        yield Problem("availability_zones", zones, "each zone must be one of the region's, once", ", ".join(offered))


def subnets_fit(config: EnvironmentConfig) -> Iterator[Problem]:
    try:
        vpc = IPv4Network(config.network.vpc_cidr)
    except ValueError:
        yield Problem("vpc_cidr", config.network.vpc_cidr, "is no block of addresses", "a network address such as 10.0.0.0/16")
        return
    if not 16 <= vpc.prefixlen <= 28:
        yield Problem("vpc_cidr", vpc, "a VPC cannot have that size", "a prefix from /16 to /28")
        return
    tiers: dict[str, tuple[IPv4Network, ...]] = {}
    for tier in TIERS:
        key = f"{tier}_subnet_cidrs"
        cidrs: tuple[str, ...] = getattr(config.network, key)
        zones = len(config.network.availability_zones)
        if len(cidrs) != zones:
            yield Problem(key, cidrs, f"there are {len(cidrs)} blocks for {zones} zones", f"{zones} blocks, one a zone")
            continue
        try:
            tiers[tier] = tuple(IPv4Network(cidr) for cidr in cidrs)
        except ValueError:
            yield Problem(key, cidrs, "is no list of blocks", "network addresses such as 10.0.0.0/24")
    if len(tiers) == len(TIERS):
        yield from _overlaps(vpc, tiers)


def _overlaps(vpc: IPv4Network, tiers: dict[str, tuple[IPv4Network, ...]]) -> Iterator[Problem]:
    sound = True
    for index, (tier, blocks) in enumerate(tiers.items()):
        key = f"{tier}_subnet_cidrs"
        outside = next((block for block in blocks if not block.subnet_of(vpc)), None)
        taken = [(other, block) for other in list(tiers)[:index] for block in tiers[other]]
        clash = next(((block, other) for block in blocks for other, used in taken if used.overlaps(block)), None)
        if outside is not None:
            sound = False
            yield Problem(key, blocks, f"{outside} is not inside the VPC", f"blocks inside {vpc}")
        elif clash is not None:
            sound = False
            yield Problem(key, blocks, f"{clash[0]} overlaps a block of the {clash[1]} tier", "blocks that no other subnet uses")
    if sound:
        try:
            plan_subnets(vpc, tiers)
        except SubnetPlanError as error:
            yield Problem(f"{error.tier}_subnet_cidrs", tiers[error.tier], str(error), error.allowed)


def nat_fits_the_zones(config: EnvironmentConfig) -> Iterator[Problem]:
    zones = len(config.network.availability_zones)
    if config.network.nat_gateways > zones:
        yield Problem("nat_gateways", config.network.nat_gateways, f"there are {zones} zones", f"1 to {zones}, at most one a zone")


def retention_is_one_that_cloudwatch_offers(config: EnvironmentConfig) -> Iterator[Problem]:
    days = config.retention.log_retention_days
    if days not in aws.LOG_RETENTION_DAYS:
        yield Problem("log_retention_days", days, "CloudWatch Logs has no such period", _listed(aws.LOG_RETENTION_DAYS))


def database_version_can_be_created(config: EnvironmentConfig) -> Iterator[Problem]:
    version = config.database.db_engine_version
    if version not in aws.POSTGRES_VERSIONS:
        yield Problem(
            "db_engine_version", version, "RDS no longer, or not yet, creates it as PostgreSQL 15", _listed(aws.POSTGRES_VERSIONS)
        )


def monitoring_interval_is_one_that_rds_offers(config: EnvironmentConfig) -> Iterator[Problem]:
    seconds = config.database.db_monitoring_interval_seconds
    if seconds not in aws.ENHANCED_MONITORING_SECONDS:
        yield Problem("db_monitoring_interval_seconds", seconds, "RDS has no such interval", _listed(aws.ENHANCED_MONITORING_SECONDS))


def backup_vault_stays(config: EnvironmentConfig) -> Iterator[Problem]:
    if config.database.backup_plan and not config.retention.retain_data:
        yield Problem(
            "backup_plan",
            True,
            "a vault that holds recovery points cannot be deleted, and with retain_data=false a destroy would try to",
            "true with retain_data=true, or false",
        )


def redis_version_exists(config: EnvironmentConfig) -> Iterator[Problem]:
    version = config.cache.redis_engine_version
    if version not in aws.REDIS_VERSIONS:
        yield Problem("redis_engine_version", version, "ElastiCache has no such version in family redis7", _listed(aws.REDIS_VERSIONS))


def redis_parameters_can_be_set(config: EnvironmentConfig) -> Iterator[Problem]:
    given = config.cache.redis_parameters
    for name, value in given.items():
        shown = ",".join(f"{key}={content}" for key, content in given.items())
        if name == "appendonly":
            yield Problem(
                "redis_parameters",
                shown,
                "ElastiCache refuses appendonly on every current version; snapshots are the persistence",
                "leave appendonly out",
            )
        elif name not in aws.REDIS_PARAMETERS:
            yield Problem(
                "redis_parameters", shown, f"{name} is not known to be changeable in family redis7", _listed(aws.REDIS_PARAMETERS)
            )
        elif not _is_allowed(value, aws.REDIS_PARAMETERS[name]):
            yield Problem("redis_parameters", shown, f"{name} cannot be {value}", _described(name, aws.REDIS_PARAMETERS[name]))


def _is_allowed(value: str, allowed: Sequence[str] | range) -> bool:
    if isinstance(allowed, range):
        return re.fullmatch(r"-?\d{1,10}", value) is not None and int(value) in allowed
    return value in allowed


def _described(name: str, allowed: Sequence[str] | range) -> str:
    return f"{name} from {allowed.start} to {allowed.stop - 1}" if isinstance(allowed, range) else _listed(allowed)


def failover_has_a_replica(config: EnvironmentConfig) -> Iterator[Problem]:
    cache = config.cache
    if cache.redis_automatic_failover and cache.redis_nodes < 2:
        yield Problem(
            "redis_automatic_failover",
            True,
            f"there is nothing to fail over to with redis_nodes={cache.redis_nodes}",
            "true with redis_nodes of 2 or more, or false",
        )


def task_size_is_one_that_fargate_offers(config: EnvironmentConfig) -> Iterator[Problem]:
    task = config.task
    offered = aws.FARGATE_MEMORY_MIB.get(task.task_cpu)
    if offered is None:
        yield Problem("task_cpu", task.task_cpu, "Fargate has no such size", _listed(aws.FARGATE_MEMORY_MIB))
    elif task.task_memory_mib not in offered:
        yield Problem("task_memory_mib", task.task_memory_mib, f"Fargate does not offer it with task_cpu={task.task_cpu}", _listed(offered))


def task_counts_are_in_order(config: EnvironmentConfig) -> Iterator[Problem]:
    scaling = config.scaling
    if scaling.min_tasks > scaling.max_tasks:
        yield Problem("min_tasks", scaling.min_tasks, f"is above max_tasks={scaling.max_tasks}", f"1 to {scaling.max_tasks}")


def expected_tasks_are_possible(config: EnvironmentConfig) -> Iterator[Problem]:
    expected, scaling = config.usage.expected_tasks, config.scaling
    if expected is not None and not scaling.min_tasks <= expected <= scaling.max_tasks:
        allowed = f"{scaling.min_tasks} to {scaling.max_tasks} (min_tasks to max_tasks), or none"
        yield Problem("expected_tasks", expected, "the service never runs that many on average", allowed)


def office_hours_are_in_order(config: EnvironmentConfig) -> Iterator[Problem]:
    scaling = config.scaling
    if minute_of_day(scaling.office_hours_start) >= minute_of_day(scaling.office_hours_end):
        yield Problem(
            "office_hours_start",
            scaling.office_hours_start,
            f"is not before office_hours_end={scaling.office_hours_end}",
            f"before {scaling.office_hours_end}",
        )


def certificate_is_of_the_region(config: EnvironmentConfig) -> Iterator[Problem]:
    arn = config.load_balancer.certificate_arn
    region = config.network.region
    if arn is not None and arn.split(":")[3] != region:
        yield Problem(
            "certificate_arn",
            arn,
            "the load balancer takes certificates of its own region only",
            f"arn:aws:acm:{region}:ACCOUNT:certificate/ID, or none",
        )


def adopted_secrets_are_complete(config: EnvironmentConfig) -> Iterator[Problem]:
    arns, key = config.retention.adopt_secret_arns, config.retention.adopt_secrets_key_arn
    # The last six characters and their hyphen are Secrets Manager's own.
    named = sorted(arn.split(":secret:")[1][:-7] for arn in arns)
    wanted = sorted(config.names.secret(name) for name in APPLICATION_SECRETS)
    if arns and named != wanted:
        yield Problem(
            "adopt_secret_arns", arns, "these are not the eight secrets of this environment", f"one ARN for each of {_listed(wanted)}"
        )
    if arns and key is None:
        yield Problem("adopt_secrets_key_arn", "none", "secrets are adopted together with the key that they are under", "the key's ARN")
    if key is not None and not arns:
        yield Problem(
            "adopt_secret_arns", "", "the key is adopted together with the secrets that are under it", "the ARNs of all eight secrets"
        )


def adopted_key_is_of_the_region(config: EnvironmentConfig) -> Iterator[Problem]:
    arn = config.retention.adopt_secrets_key_arn
    region = config.network.region
    if arn is not None and arn.split(":")[3] != region:
        yield Problem(
            "adopt_secrets_key_arn", arn, "secrets are under a key of their own region", f"arn:aws:kms:{region}:ACCOUNT:key/ID, or none"
        )


def time_zone_exists(config: EnvironmentConfig) -> Iterator[Problem]:
    zone = config.scaling.time_zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Problem("time_zone", zone, "there is no such time zone", "an IANA name such as Australia/Sydney")


def shell_has_a_writable_root(config: EnvironmentConfig) -> Iterator[Problem]:
    if config.task.enable_execute_command and config.task.readonly_root_filesystem:
        yield Problem(
            "enable_execute_command",
            True,
            "the agent of ECS Exec writes to the root filesystem",
            "true with readonly_root_filesystem=false, or false",
        )


RULES: tuple[Rule, ...] = (
    region_is_supported,
    zones_are_of_the_region,
    subnets_fit,
    nat_fits_the_zones,
    retention_is_one_that_cloudwatch_offers,
    database_version_can_be_created,
    monitoring_interval_is_one_that_rds_offers,
    database_windows_are_apart,
    backup_plan_meets_no_window,
    backup_vault_stays,
    redis_version_exists,
    redis_parameters_can_be_set,
    failover_has_a_replica,
    task_size_is_one_that_fargate_offers,
    task_counts_are_in_order,
    expected_tasks_are_possible,
    office_hours_are_in_order,
    certificate_is_of_the_region,
    adopted_secrets_are_complete,
    adopted_key_is_of_the_region,
    time_zone_exists,
    shell_has_a_writable_root,
)
"""Every rule, in the order in which problems are told."""


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)
