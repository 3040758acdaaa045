"""The dashboards of an environment's settings, rendered for Grafana."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.operations import OperationsLimits, operations
from tradingbot_infra.errors import UserError

_GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What is not in the settings: uids of Grafana's data sources, and where people read docs/runbook.md, None for the setting's place."""

    prometheus_uid: str
    cloudwatch_uid: str
    runbook: str | None


def documents(config: EnvironmentConfig, choices: Choices) -> Mapping[str, dict[str, Any]]:
    """Every dashboard by the last part of its name, as Grafana takes it.

    Limits are those of the environment; its variable offers the others too.

    Raises:
        UserError: nobody said where the runbook is.
    """
    runbook = choices.runbook or config.delivery.runbook
    if runbook is None:
        wrong = "panels lead to the runbook, and nobody said where people read it"
        raise UserError(f"{wrong}: name its address, --runbook https://HOST/docs/runbook.md, or set github_repository")
    with warnings.catch_warnings():
        # The builders prefer Grafana's second schema, which a Grafana before 12 does not know.
        warnings.simplefilter("ignore", DeprecationWarning)
        return dict(_rendered(config, choices, runbook))


def _rendered(config: EnvironmentConfig, choices: Choices, runbook: str) -> Iterator[tuple[str, dict[str, Any]]]:
    # Imported this late because Grafana's builders take a while to load, and other commands do not need them.
    from tradingbot_infra.dashboards.grafana import ENVIRONMENT, Target, render, render_operations

    target = Target(
        project=config.project,
        environments=(config.environment, *(name for name in ENVIRONMENTS if name != config.environment)),
        region=config.network.region,
        runbook=runbook,
        prometheus_uid=choices.prometheus_uid,
        cloudwatch_uid=choices.cloudwatch_uid,
    )
    for design in trading_dashboards(ENVIRONMENT, config.trading.limits, config.service_levels.slo_availability_percent):
        yield design.name, render(design, target)
    prefix = f"{config.project}-{ENVIRONMENT}"
    aws = operations(prefix, operations_limits(config), redis=config.cache.enable_redis)
    yield aws.name, render_operations(aws, target)


def operations_limits(config: EnvironmentConfig) -> OperationsLimits:
    """The limits of the alarms on what AWS runs."""
    limits = config.monitoring
    return OperationsLimits(
        ecs_cpu_percent=limits.ecs_cpu_alarm_percent,
        ecs_memory_percent=limits.ecs_memory_alarm_percent,
        response_seconds=limits.alb_response_time_alarm_seconds,
        errors_5xx=limits.alb_5xx_alarm_count,
        database_cpu_percent=limits.db_cpu_alarm_percent,
        database_connections=limits.db_connections_alarm_count,
        database_free_storage_bytes=limits.db_free_storage_alarm_gib * _GIB,
        redis_cpu_percent=limits.redis_cpu_alarm_percent,
        redis_host_cpu_percent=limits.redis_host_cpu_alarm_percent,
        redis_memory_percent=limits.redis_memory_alarm_percent,
    )
