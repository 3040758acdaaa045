"""The alarms of trading where metrics are lines of the log (metrics=emf), a row each beside its row in design/trading_alarms.py.

Such a line has one value for all labels (docs/metrics.md): an alarm cannot say which strategy or exchange. Its metrics have the one
dimension `environment`. Where no line comes, nothing rings but the alarms of setting expected_strategies.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tradingbot_infra.design.trading_alarms import LEVEL_MINUTES, TradingLimits

_MINUTE, _DAY = 60, 86_400
"""Seconds."""

_PERIODS = LEVEL_MINUTES + 1
"""Of one minute: from its first to its last, a level is beyond its limit for so long."""

_STATUSES = 2
"""How many values of trading_orders_total an order adds to: it is placed, and then filled, cancelled or rejected."""


@dataclass(frozen=True, kw_only=True)
class EmfAlarm:
    """One alarm, which rings above a threshold.

    `metric` is its name, or, where there is an `expression`, `metrics` are those that it combines, by the names that they have in it.
    `period` is in seconds; every one of `periods` must be above.
    """

    threshold: float
    metric: str = ""
    statistic: str = "Maximum"
    period: int = _MINUTE
    periods: int = 1
    expression: str = ""
    metrics: Mapping[str, str] | None = None


def emf_alarms(limits: TradingLimits) -> Mapping[str, EmfAlarm]:
    """Every alarm, by the name that it has in design/trading_alarms.py."""
    exposure = f"exposure * 100 - equity * {limits.exposure_percent}"
    rows = {
        "strategy-silent": _silent("trading_heartbeat_age_seconds", limits.heartbeat_minutes),
        "equity-unknown": _silent("trading_equity_age_seconds", limits.equity_age_minutes),
        "no-signals": _silent("trading_last_signal_age_seconds", limits.signal_silence_minutes),
        "no-orders": _silent("trading_last_order_age_seconds", limits.order_silence_minutes),
        "price-stale": EmfAlarm(metric="trading_price_age_seconds", threshold=limits.price_age_seconds, periods=_PERIODS),
        "reconnect-storm": EmfAlarm(
            metric="trading_websocket_reconnects_total", statistic="Sum", period=10 * _MINUTE, threshold=limits.reconnects
        ),
        "exchange-slow": EmfAlarm(metric="trading_exchange_latency_seconds", threshold=limits.exchange_latency_seconds, periods=_PERIODS),
        "rate-limit-nearly-used": EmfAlarm(
            metric="trading_rate_limit_used_ratio", threshold=limits.rate_limit_percent / 100, periods=_PERIODS
        ),
        "order-loop": EmfAlarm(metric="trading_orders_total", statistic="Sum", period=5 * _MINUTE, threshold=limits.order_rate * _STATUSES),
        "drawdown": EmfAlarm(metric="trading_drawdown_ratio", threshold=limits.drawdown_percent / 100, periods=_PERIODS),
        "exposure": EmfAlarm(
            expression=exposure,
            metrics={"exposure": "trading_exposure_usd", "equity": "trading_equity_usd"},
            threshold=0,
            periods=_PERIODS,
        ),
        "llm-cost": EmfAlarm(metric="trading_llm_cost_usd_total", statistic="Sum", period=_DAY, threshold=limits.llm_cost_usd),
    }
    return {name: row for name, row in rows.items() if row is not None}


def _silent(metric: str, minutes: int | None) -> EmfAlarm | None:
    """The lowest age counts, as of the process that trades: one that has handed over the lease grows older every minute.

    Two periods, so that a minute with the line of only one process rings nothing.
    """
    return None if minutes is None else EmfAlarm(metric=metric, statistic="Minimum", threshold=minutes * 60, periods=2)
