"""Rules between the alarms of trading and the settings that they live on."""

from collections.abc import Iterator

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.model import EnvironmentConfig

_LONGEST_INTERVAL = 60
"""Seconds between two values of a metric. Queries look four minutes back for the newest value: two until it arrives, and one that is
lost. Alarms on lines of the log look at each minute."""

_ARRIVAL = 120
"""Seconds until CloudWatch shows a value (CloudWatch User Guide, "Quickstart: Send metrics, logs, and traces to CloudWatch with
OpenTelemetry")."""


def trading_alarms_can_ring(config: EnvironmentConfig) -> Iterator[Problem]:
    """An alarm that cannot ring looks like one that has no reason to, and one that rings every evening is not heard."""
    trading, telemetry = config.trading, config.telemetry
    if not trading.trading_alarms:
        yield from _nothing_is_for_alarms_that_are_off(config)
        return
    if telemetry.metrics == "off":
        yield Problem("trading_alarms", True, "metrics=off sends nothing that they could watch", "false, or true with metrics=otlp or emf")
    if config.scaling.scale_down_out_of_hours:
        yield Problem("trading_alarms", True, "tasks that stop out of hours would ring every evening", "false with scale_down_out_of_hours")
    if telemetry.metrics == "emf" and not trading.expected_strategies:
        yield Problem(
            "expected_strategies", "", "with metrics=emf an application that is silent altogether is known by them only", "one or more"
        )
    if telemetry.metrics != "off":
        yield from _values_are_close(config)
    if telemetry.metrics == "otlp":
        yield from _values_come_in_time(config)


def _nothing_is_for_alarms_that_are_off(config: EnvironmentConfig) -> Iterator[Problem]:
    if config.trading.expected_strategies:
        listed = ",".join(config.trading.expected_strategies)
        yield Problem("expected_strategies", listed, "without trading_alarms nothing watches them", "nothing, or with trading_alarms=true")
    if config.notifications.paging_emails:
        listed = ",".join(config.notifications.paging_emails)
        yield Problem("paging_emails", listed, "without trading_alarms no alarm pages", "nothing, or with trading_alarms=true")


def _values_are_close(config: EnvironmentConfig) -> Iterator[Problem]:
    interval = config.telemetry.metrics_interval_seconds
    if interval > _LONGEST_INTERVAL:
        yield Problem(
            "metrics_interval_seconds", interval, "alarms of trading would miss values", f"at most {_LONGEST_INTERVAL} with trading_alarms"
        )


def _values_come_in_time(config: EnvironmentConfig) -> Iterator[Problem]:
    interval = config.telemetry.metrics_interval_seconds
    fewest = -(-(2 * interval + _ARRIVAL) // 60)
    for name in ("heartbeat_alarm_minutes", "equity_age_alarm_minutes"):
        minutes = getattr(config.trading, name)
        if minutes < fewest:
            yield Problem(
                name, minutes, f"two values, {interval} seconds apart, take so long to arrive", f"at least {fewest} with metrics=otlp"
            )
