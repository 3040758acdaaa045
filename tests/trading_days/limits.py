"""A morning on which every value is exactly at production's limit, and none beyond: nothing may ring."""

from collections.abc import Callable, Iterator

from tests.trading_days.exports import INSTANCE, Series
from tests.trading_days.truth import DAY, HOUR, MINUTE, Truth, monday

AT_LIMITS = Truth("at-limits", monday() + 2 * DAY, monday() + 2 * DAY + 6 * HOUR)
"""The environment and the time in which alarms are evaluated. Its series begin a day before."""


def at_limits() -> Iterator[Series]:
    """Series without a lost export and to the second."""
    begin, end = AT_LIMITS.begin, AT_LIMITS.end
    where = {"exchange": "binance"}
    yield _series("trading_price_age_seconds", {**where, "symbol": "BTCUSDT"}, begin, end, lambda _: 60.0)
    yield _series("trading_exchange_latency_seconds", where, begin, end, lambda _: 5.0)
    yield _series("trading_rate_limit_used_ratio", where, begin, end, lambda _: 0.8)
    yield _series("trading_drawdown_ratio", {}, begin, end, lambda _: 0.1)
    yield _series("trading_equity_usd", where, begin, end, lambda _: 1000.0)
    yield _series("trading_exposure_usd", where, begin, end, lambda _: 1000.0)
    yield _series("trading_websocket_reconnects_total", where, begin, end, lambda minute: 1.0 + minute)
    orders = {"strategy": "grid", **where, "status": "placed"}
    yield _series("trading_orders_total", orders, begin, end, lambda minute: 20.0 + 20 * minute)
    # Eighty calls a day of a quarter of a dollar each, which floating-point numbers hold exactly.
    yield _series("trading_llm_cost_usd_total", {"model": "large"}, begin - DAY, end, lambda minute: 0.25 + minute // 18 * 0.25)
    # A heartbeat as seldom, and equity read as seldom, as they may be.
    yield _timestamps("trading_heartbeat_timestamp_seconds", {"strategy": "grid"}, begin, end, 5)
    yield _timestamps("trading_equity_timestamp_seconds", where, begin, end, 10)


def _series(name: str, labels: dict[str, str], begin: float, end: float, value: Callable[[int], float]) -> Series:
    samples = [(begin + minute * MINUTE, value(minute)) for minute in range(int((end - begin) / MINUTE) + 1)]
    return Series(name, {"environment": AT_LIMITS.environment, INSTANCE: "only", **labels}, samples)


def _timestamps(name: str, labels: dict[str, str], begin: float, end: float, every: int) -> Series:
    """Something that happens every so many minutes, and is exported in that second."""
    return _series(name, labels, begin, end, lambda minute: begin + minute // every * every * MINUTE)
