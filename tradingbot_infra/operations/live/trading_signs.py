"""What metrics of trading say about faults: old prices, errors of exchanges, reconnects, rate limits, slow calls (docs/metrics.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradingbot_infra.design.trading_metrics import EXCHANGE, SYMBOL
from tradingbot_infra.operations.live.promql import query
from tradingbot_infra.operations.live.trading import Price, newest_of, of_environment
from tradingbot_infra.operations.session import Session

MINUTES = 30
"""How far back errors and reconnects count."""
HOURS = 1
"""How far back calls are looked at for slow ones."""


@dataclass(frozen=True)
class Signs:
    """Of the last MINUTES, but prices and rate limits, which are of now. `errors` is by exchange and code."""

    prices: tuple[Price, ...]
    """Every symbol's, the oldest first."""
    errors: Mapping[tuple[str, str], float]
    reconnects: Mapping[str, float]
    rate_limits: Mapping[str, float]
    """Used share by exchange, 0 to 1."""


@dataclass(frozen=True)
class Latencies:
    """Seconds in the last HOURS: the slowest call by exchange, and the 95th percentile of orders by exchange, and of AI by model."""

    exchanges: Mapping[str, float]
    orders: Mapping[str, float]
    models: Mapping[str, float]


def read_signs(session: Session, environment: str, *, now: datetime) -> Signs:
    """Raises as `query` does."""
    age = newest_of("trading_price_age_seconds", environment)
    prices = query(session, f"max by ({EXCHANGE}, {SYMBOL}) ({age})", now)
    errors = of_environment("trading_exchange_errors_total", environment)
    return Signs(
        prices=tuple(
            sorted(
                (Price(each.labels.get(EXCHANGE, ""), each.labels.get(SYMBOL, ""), each.value) for each in prices),
                key=lambda price: -price.age,
            )
        ),
        errors={
            (each.labels.get(EXCHANGE, ""), each.labels.get("code", "")): each.value
            for each in query(session, f"sum by ({EXCHANGE}, code) (increase({errors}[{MINUTES}m]))", now)
            if each.value > 0
        },
        reconnects=_by(
            session, f"sum by ({EXCHANGE}) (increase({{m}}[{MINUTES}m]))", "trading_websocket_reconnects_total", environment, now
        ),
        rate_limits=_by(session, f"max by ({EXCHANGE}) ({{newest}})", "trading_rate_limit_used_ratio", environment, now),
    )


def read_latencies(session: Session, environment: str, *, now: datetime) -> Latencies:
    """Raises as `query` does."""
    p95 = f"histogram_quantile(0.95, sum by ({{by}}) (rate({{m}}[{HOURS}h])))"
    return Latencies(
        exchanges=_by(
            session, f"max by ({EXCHANGE}) (max_over_time({{m}}[{HOURS}h]))", "trading_exchange_latency_seconds", environment, now
        ),
        orders=_by(session, p95.replace("{by}", EXCHANGE), "trading_order_latency_seconds", environment, now),
        models=_by(session, p95.replace("{by}", "model"), "trading_llm_latency_seconds", environment, now, label="model"),
    )


def _by(session: Session, text: str, metric: str, environment: str, now: datetime, label: str = EXCHANGE) -> Mapping[str, float]:
    found = query(session, text.format(m=of_environment(metric, environment), newest=newest_of(metric, environment)), now)
    return {each.labels.get(label, ""): each.value for each in found}
