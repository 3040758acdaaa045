"""The metrics that this application sends, a row each (docs/metrics.md). The infrastructure's dashboards and alarms have the same rows."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Metric:
    """One metric. `unit` is a UCUM code; `labels` come beside `environment`; `across` makes one value of those of several labels."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    unit: str
    labels: tuple[str, ...]
    across: Literal["sum", "max"]
    words: str


METRICS: tuple[Metric, ...] = (
    Metric(
        "trading_heartbeat_timestamp_seconds",
        "gauge",
        "s",
        ("strategy",),
        "max",
        "When a strategy last finished a look at its market, Unix time",
    ),
    Metric(
        "trading_last_signal_timestamp_seconds",
        "gauge",
        "s",
        ("strategy",),
        "max",
        "When a strategy last had a signal, Unix time; not sent before its first",
    ),
    Metric(
        "trading_last_order_timestamp_seconds",
        "gauge",
        "s",
        ("strategy",),
        "max",
        "When a strategy last placed an order, Unix time; not sent before its first",
    ),
    Metric("trading_price_age_seconds", "gauge", "s", ("exchange", "symbol"), "max", "Age of the newest price of a symbol"),
    Metric("trading_equity_usd", "gauge", "{USD}", ("exchange",), "sum", "Cash and open positions on an exchange, as last read from it"),
    Metric("trading_equity_timestamp_seconds", "gauge", "s", ("exchange",), "max", "When equity was last read from an exchange, Unix time"),
    Metric("trading_drawdown_ratio", "gauge", "1", (), "max", "How far equity of all exchanges is below its highest value, 0 to 1"),
    Metric(
        "trading_realized_pnl_usd",
        "gauge",
        "{USD}",
        ("strategy",),
        "sum",
        "Profit and loss of closed positions, since the strategy's first trade",
    ),
    Metric("trading_unrealized_pnl_usd", "gauge", "{USD}", ("strategy",), "sum", "Profit and loss of open positions at the newest price"),
    Metric("trading_exposure_usd", "gauge", "{USD}", ("exchange",), "sum", "Worth of open positions, long and short added, without a sign"),
    Metric("trading_open_positions", "gauge", "{position}", ("strategy", "symbol"), "sum", "Open positions"),
    Metric(
        "trading_orders_total",
        "counter",
        "{order}",
        ("strategy", "exchange", "status"),
        "sum",
        "Orders by what became of them: placed, filled, cancelled or rejected. Fill ratio is filled over placed",
    ),
    Metric(
        "trading_order_latency_seconds",
        "histogram",
        "s",
        ("exchange",),
        "max",
        "Time from the decision to place an order to the exchange's answer",
    ),
    Metric("trading_exchange_latency_seconds", "gauge", "s", ("exchange",), "max", "The slowest call of an exchange since the last value"),
    Metric(
        "trading_exchange_errors_total",
        "counter",
        "{error}",
        ("exchange", "code"),
        "sum",
        "Calls that an exchange refused or did not answer, by HTTP status or the exchange's code",
    ),
    Metric("trading_rate_limit_used_ratio", "gauge", "1", ("exchange",), "max", "Share of the exchange's rate limit that is used, 0 to 1"),
    Metric(
        "trading_websocket_reconnects_total",
        "counter",
        "{reconnect}",
        ("exchange",),
        "sum",
        "Connections of streams that were opened again",
    ),
    Metric("trading_signals_total", "counter", "{signal}", ("strategy", "side"), "sum", "Signals that a strategy took"),
    Metric("trading_llm_cost_usd_total", "counter", "{USD}", ("model",), "sum", "What calls of AI providers cost"),
    Metric("trading_llm_latency_seconds", "histogram", "s", ("model",), "max", "Time that an AI provider takes to answer"),
    Metric("trading_lease_held", "gauge", "1", (), "max", "1 while this process is the one that may trade, else 0"),
    Metric("trading_active_users", "gauge", "{user}", (), "sum", "Users with a request in the last 15 minutes"),
    Metric("trading_logins_total", "counter", "{login}", ("result",), "sum", "Logins that succeeded or failed"),
    Metric(
        "trading_api_requests_total",
        "counter",
        "{request}",
        ("route", "method", "status"),
        "sum",
        "Requests by the route's template, never by its values; status is a class such as 2xx",
    ),
)
"""Every metric of the contract."""

PLAIN = re.compile(r"[A-Za-z0-9_.:/{}-]{1,64}")
"""What a value of a label, and of a span's attribute, looks like. No sentence, address with a query or secret of any length does."""

LIMITS = {"strategy": 20, "exchange": 10, "symbol": 50, "code": 20, "model": 10, "route": 30}
"""How many values a label may have while a process lives. Each value of a label is a series, and series cost."""

VALUES = {
    "trading_orders_total": {"status": frozenset({"placed", "filled", "cancelled", "rejected"})},
    "trading_signals_total": {"side": frozenset({"buy", "sell"})},
    "trading_logins_total": {"result": frozenset({"succeeded", "failed"})},
    "trading_api_requests_total": {
        "method": frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}),
        "status": frozenset({"1xx", "2xx", "3xx", "4xx", "5xx"}),
    },
}
"""The values of labels that can be listed."""

SERIES = 200
"""How many series a metric may have in a process. CloudWatch answers a query with 500 series at most
(CloudWatch User Guide, "PromQL limits and restrictions")."""
