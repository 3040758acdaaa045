"""The metrics that the application sends, a row each (docs/metrics.md). examples/api has the same rows; a test holds them together.

Every value carries the label `environment`, because environments of one account share CloudWatch's metrics. Counters are cumulative:
CloudWatch's `increase` and `rate` are wrong on deltas (CloudWatch User Guide, "Query metrics with PromQL").
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value means."""

    GAUGE = "gauge"
    """A level at this moment."""
    COUNTER = "counter"
    """How often, or how much, since the process started. It never falls."""
    HISTOGRAM = "histogram"
    """How the observations of a time are distributed."""


class Across(StrEnum):
    """How values of several labels become one. Lines of the embedded metric format have one value of a metric, so that a metric costs
    once and not once for each strategy and symbol."""

    SUM = "sum"
    """What adds up: money, positions, users, and whatever is counted."""
    MAX = "max"
    """What is worst where it is highest; of times the oldest counts, of observations each."""


@dataclass(frozen=True, kw_only=True)
class TradingMetric:
    """One metric. `unit` is a UCUM code as OpenTelemetry writes it; `labels` come beside `environment`."""

    name: str
    kind: Kind
    unit: str
    labels: tuple[str, ...]
    across: Across
    words: str


STRATEGY, EXCHANGE, SYMBOL = "strategy", "exchange", "symbol"

TRADING_METRICS: tuple[TradingMetric, ...] = (
    TradingMetric(
        name="trading_heartbeat_timestamp_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(STRATEGY,),
        across=Across.MAX,
        words="When a strategy last finished a look at its market, Unix time",
    ),
    TradingMetric(
        name="trading_last_signal_timestamp_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(STRATEGY,),
        across=Across.MAX,
        words="When a strategy last had a signal, Unix time; not sent before its first",
    ),
    TradingMetric(
        name="trading_last_order_timestamp_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(STRATEGY,),
        across=Across.MAX,
        words="When a strategy last placed an order, Unix time; not sent before its first",
    ),
    TradingMetric(
        name="trading_price_age_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(EXCHANGE, SYMBOL),
        across=Across.MAX,
        words="Age of the newest price of a symbol",
    ),
    TradingMetric(
        name="trading_equity_usd",
        kind=Kind.GAUGE,
        unit="{USD}",
        labels=(EXCHANGE,),
        across=Across.SUM,
        words="Cash and open positions on an exchange, as last read from it",
    ),
    TradingMetric(
        name="trading_equity_timestamp_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(EXCHANGE,),
        across=Across.MAX,
        words="When equity was last read from an exchange, Unix time",
    ),
    TradingMetric(
        name="trading_drawdown_ratio",
        kind=Kind.GAUGE,
        unit="1",
        labels=(),
        across=Across.MAX,
        words="How far equity of all exchanges is below its highest value, 0 to 1",
    ),
    TradingMetric(
        name="trading_realized_pnl_usd",
        kind=Kind.GAUGE,
        unit="{USD}",
        labels=(STRATEGY,),
        across=Across.SUM,
        words="Profit and loss of closed positions, since the strategy's first trade",
    ),
    TradingMetric(
        name="trading_unrealized_pnl_usd",
        kind=Kind.GAUGE,
        unit="{USD}",
        labels=(STRATEGY,),
        across=Across.SUM,
        words="Profit and loss of open positions at the newest price",
    ),
    TradingMetric(
        name="trading_exposure_usd",
        kind=Kind.GAUGE,
        unit="{USD}",
        labels=(EXCHANGE,),
        across=Across.SUM,
        words="Worth of open positions, long and short added, without a sign",
    ),
    TradingMetric(
        name="trading_open_positions",
        kind=Kind.GAUGE,
        unit="{position}",
        labels=(STRATEGY, SYMBOL),
        across=Across.SUM,
        words="Open positions",
    ),
    TradingMetric(
        name="trading_orders_total",
        kind=Kind.COUNTER,
        unit="{order}",
        labels=(STRATEGY, EXCHANGE, "status"),
        across=Across.SUM,
        words="Orders by what became of them: placed, filled, cancelled or rejected. Fill ratio is filled over placed",
    ),
    TradingMetric(
        name="trading_order_latency_seconds",
        kind=Kind.HISTOGRAM,
        unit="s",
        labels=(EXCHANGE,),
        across=Across.MAX,
        words="Time from the decision to place an order to the exchange's answer",
    ),
    TradingMetric(
        name="trading_exchange_latency_seconds",
        kind=Kind.GAUGE,
        unit="s",
        labels=(EXCHANGE,),
        across=Across.MAX,
        words="The slowest call of an exchange since the last value",
    ),
    TradingMetric(
        name="trading_exchange_errors_total",
        kind=Kind.COUNTER,
        unit="{error}",
        labels=(EXCHANGE, "code"),
        across=Across.SUM,
        words="Calls that an exchange refused or did not answer, by HTTP status or the exchange's code",
    ),
    TradingMetric(
        name="trading_rate_limit_used_ratio",
        kind=Kind.GAUGE,
        unit="1",
        labels=(EXCHANGE,),
        across=Across.MAX,
        words="Share of the exchange's rate limit that is used, 0 to 1",
    ),
    TradingMetric(
        name="trading_websocket_reconnects_total",
        kind=Kind.COUNTER,
        unit="{reconnect}",
        labels=(EXCHANGE,),
        across=Across.SUM,
        words="Connections of streams that were opened again",
    ),
    TradingMetric(
        name="trading_signals_total",
        kind=Kind.COUNTER,
        unit="{signal}",
        labels=(STRATEGY, "side"),
        across=Across.SUM,
        words="Signals that a strategy took",
    ),
    TradingMetric(
        name="trading_llm_cost_usd_total",
        kind=Kind.COUNTER,
        unit="{USD}",
        labels=("model",),
        across=Across.SUM,
        words="What calls of AI providers cost",
    ),
    TradingMetric(
        name="trading_llm_latency_seconds",
        kind=Kind.HISTOGRAM,
        unit="s",
        labels=("model",),
        across=Across.MAX,
        words="Time that an AI provider takes to answer",
    ),
    TradingMetric(
        name="trading_lease_held",
        kind=Kind.GAUGE,
        unit="1",
        labels=(),
        across=Across.MAX,
        words="1 while this process is the one that may trade, else 0",
    ),
    TradingMetric(
        name="trading_active_users",
        kind=Kind.GAUGE,
        unit="{user}",
        labels=(),
        across=Across.SUM,
        words="Users with a request in the last 15 minutes",
    ),
    TradingMetric(
        name="trading_logins_total",
        kind=Kind.COUNTER,
        unit="{login}",
        labels=("result",),
        across=Across.SUM,
        words="Logins that succeeded or failed",
    ),
    TradingMetric(
        name="trading_api_requests_total",
        kind=Kind.COUNTER,
        unit="{request}",
        labels=("route", "method", "status"),
        across=Across.SUM,
        words="Requests by the route's template, never by its values; status is a class such as 2xx",
    ),
)
"""Every metric of the contract."""
