"""Alarm thresholds, and the addresses that are notified."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting

_LOW_PERCENT = 5
"""What even an idle processor uses at times. An alarm that never ends tells nobody of what comes next."""

_FLOWS_OF_A_SCAN = 65_535
"""Rejected flows of a scan of every port of one address: a threshold is below it."""

_REQUESTS_OF_A_FLOOD = 20_000
"""Blocked requests of one address that sends twice the highest `waf_rate_limit`: a threshold is not above it."""

_MOST_USD = 1_000_000

ADDRESSES_OF_A_BUDGET = 10
"""E-mail subscribers of a notification (CloudFormation Template Reference, AWS::Budgets::Budget NotificationWithSubscribers)."""


class MonitoringConfig(Section, title="Monitoring"):
    """Alarm thresholds, and who is notified."""

    alarm_emails: tuple[Annotated[str, Field(pattern=r"^[^@\s,]+@[^@\s,]+\.[^@\s,]+$")], ...] = setting(
        "E-mail addresses that subscribe to the alarm topic",
        allowed="e-mail addresses, at most 50, separated by commas, or nothing",
        max_length=50,  # each is a resource of MonitoringStack, which may have 500
    )
    monthly_budget_usd: int | None = setting(
        "Monthly budget of the environment, US dollars: AWS Budgets writes to alarm_emails at 80 and 100 percent of it, and when the "
        "month is forecast to exceed it. Without an address there is none",
        allowed=f"a whole number from 1 to {_MOST_USD}, or none",
        ge=1,
        le=_MOST_USD,
    )
    ecs_cpu_alarm_percent: int = setting("Alarm if ECS CPU utilization is above this, percent", ge=_LOW_PERCENT, le=100)
    ecs_memory_alarm_percent: int = setting("Alarm if ECS memory utilization is above this, percent", ge=_LOW_PERCENT, le=100)
    alb_response_time_alarm_seconds: float = setting("Alarm if the average response time is above this, seconds", gt=0, le=60)
    alb_5xx_alarm_count: int = setting("Alarm if the number of 5XX responses in a period is above this", ge=0, le=1_000_000)
    alb_unhealthy_alarm_count: int = setting("Alarm if the number of unhealthy targets is above this", ge=0, le=100)
    db_cpu_alarm_percent: int = setting("Alarm if RDS CPU utilization is above this, percent", ge=_LOW_PERCENT, le=100)
    db_free_storage_alarm_gib: int = setting("Alarm if free storage of RDS is below this, GiB", ge=1, le=65536)
    db_free_memory_alarm_mib: int = setting("Alarm if free memory of RDS is below this, MiB", ge=1, le=1_048_576)
    db_connections_alarm_count: int = setting("Alarm if the number of connections to RDS is above this", ge=1, le=5000)
    redis_cpu_alarm_percent: int = setting(
        "Alarm if CPU utilization of the Redis engine's thread is above this, percent", ge=_LOW_PERCENT, le=100
    )
    redis_host_cpu_alarm_percent: int = setting(
        "Alarm if CPU utilization of a whole Redis node is above this, percent", ge=_LOW_PERCENT, le=100
    )
    redis_memory_alarm_percent: int = setting("Alarm if Redis memory utilization is above this, percent", ge=_LOW_PERCENT, le=100)
    redis_evictions_alarm_count: int = setting("Alarm if the number of Redis evictions in a period is above this", ge=0, le=1_000_000_000)
    redis_connections_alarm_count: int = setting("Alarm if the number of Redis connections is above this", ge=0, le=65_000)
    application_errors_alarm_count: int = setting("Alarm if the number of error log lines in 5 minutes is above this", ge=0, le=1_000_000)
    flow_log_rejects_alarm_count: int = setting(
        "Alarm if the number of rejected flows in 5 minutes is above this", ge=0, le=_FLOWS_OF_A_SCAN - 1
    )
    waf_blocked_alarm_count: int = setting(
        "Alarm if the number of requests that the web ACL blocks in 5 minutes is above this", ge=0, le=_REQUESTS_OF_A_FLOOD
    )

    @property
    def budget(self) -> int | None:
        """The monthly budget, US dollars; None where there is none, or nobody to write to."""
        return self.monthly_budget_usd if self.alarm_emails else None


def a_budget_writes_to_everybody(monitoring: MonitoringConfig) -> Iterator[Problem]:
    if monitoring.budget is not None and len(monitoring.alarm_emails) > ADDRESSES_OF_A_BUDGET:
        wrong = f"a budget writes to at most {ADDRESSES_OF_A_BUDGET} addresses, and alarm_emails has {len(monitoring.alarm_emails)}"
        yield Problem("monthly_budget_usd", monitoring.monthly_budget_usd, wrong, "none, or fewer alarm_emails: one can be a mailing list")
