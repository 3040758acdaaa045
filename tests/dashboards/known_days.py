"""Two days of trading of which every answer is known: simple numbers, so that a reader can do the sums.

Levels are sent by the API and by one trader: `a` until noon of the second day, then `b`. Counters begin at nothing again at that noon.
Staging sends the same metrics with other values. Minute END is the moment at which most questions are asked.
"""

from collections.abc import Callable, Iterator, Mapping

from scripts.dashboard_pictures.recording import at, counter, gauge, histogram
from tradingbot_infra.local_cloud.prometheus.samples import Sample

END = 2880
DAY_AGO = END - 1440
RESTART = 2160
"""Noon of the second day."""
DIP = range(2400, 2460)
"""An hour in which equity is low."""
TWO_TRADERS = range(1000, 1010)
NOBODY_YET = range(30)
"""The first half hour, without a request."""
GONE = 2700
"""When the process of the strategy `newcomer` ended, three hours before END."""

_ALL = range(END + 1)
_A, _B = range(RESTART), range(RESTART, END + 1)
Value = Callable[[int], float | None]


def known_days() -> Iterator[Sample]:
    """Every sample of both days, of both environments."""
    yield from _production()
    yield from _staging()


def _production() -> Iterator[Sample]:
    yield from _levels()
    yield from _ages()
    yield from _counts()
    yield from _latencies()
    yield from _users()


def _of_the_trader(name: str, value: Value, **labels: str) -> Iterator[Sample]:
    """A level that whichever trader runs sends."""
    yield from gauge(name, value, _A, environment="production", process="a", **labels)
    yield from gauge(name, value, _B, environment="production", process="b", **labels)


def _of_an_api(name: str, value: Value, **labels: str) -> Iterator[Sample]:
    yield from gauge(name, value, _ALL, environment="production", process="api-1", **labels)


def _counted(name: str, a_minute: Callable[[int], float], **labels: str) -> Iterator[Sample]:
    """A counter of two processes, of which one has three fifths of what happens. Both begin at nothing again at the restart."""
    for process, share in (("a", 0.6), ("a2", 0.4)):

        def its_share(minute: int, share: float = share) -> float:
            return a_minute(minute) * share

        yield from counter(name, its_share, _ALL, RESTART, environment="production", process=process, **labels)


def _levels() -> Iterator[Sample]:
    equity = "trading_equity_usd"
    yield from _of_the_trader(equity, lambda m: 9_540 if m in DIP else 10_000 if m < 1500 else 10_600, exchange="binance")
    yield from _of_the_trader(equity, lambda _: 4_000, exchange="bybit")
    yield from _of_an_api(equity, lambda _: 9_000, exchange="binance")
    yield from _of_the_trader("trading_drawdown_ratio", lambda m: 0.08 if m in DIP else 0.03)
    yield from _of_an_api("trading_drawdown_ratio", lambda _: 0.01)
    realized, unrealized = "trading_realized_pnl_usd", "trading_unrealized_pnl_usd"
    yield from _of_the_trader(realized, lambda m: 100 if m < 1500 else 340, strategy="momentum")
    yield from _of_the_trader(realized, lambda m: 50 if m < 1500 else 20, strategy="meanrev")
    yield from _of_the_trader(realized, lambda m: 75 if m >= 2520 else None, strategy="newcomer")
    yield from _of_an_api(realized, lambda _: 5, strategy="meanrev")
    yield from _of_the_trader(unrealized, lambda _: -12.5, strategy="momentum")
    yield from _of_the_trader(unrealized, lambda _: 8, strategy="meanrev")
    yield from _of_an_api(unrealized, lambda _: -40, strategy="momentum")
    yield from _of_the_trader("trading_exposure_usd", lambda _: 5_000, exchange="binance")
    yield from _of_the_trader("trading_exposure_usd", lambda _: 2_300, exchange="bybit")
    yield from _of_an_api("trading_exposure_usd", lambda _: 1_000, exchange="binance")
    positions = "trading_open_positions"
    yield from _of_the_trader(positions, lambda _: 2, strategy="momentum", symbol="BTCUSDT")
    yield from _of_the_trader(positions, lambda _: 1, strategy="momentum", symbol="ETHUSDT")
    yield from _of_the_trader(positions, lambda _: 1, strategy="meanrev", symbol="BTCUSDT")
    yield from _of_an_api(positions, lambda _: 1, strategy="momentum", symbol="BTCUSDT")
    yield from _of_the_trader("trading_lease_held", lambda _: 1)
    yield from _of_an_api("trading_lease_held", lambda m: 1 if m in TWO_TRADERS else 0)
    yield from _of_the_trader("trading_price_age_seconds", lambda _: 0.5, exchange="binance", symbol="BTCUSDT")
    yield from _of_the_trader("trading_price_age_seconds", lambda _: 42, exchange="binance", symbol="ETHUSDT")
    yield from _of_the_trader("trading_price_age_seconds", lambda _: 1.5, exchange="bybit", symbol="BTCUSDT")
    yield from _of_an_api("trading_price_age_seconds", lambda _: 0.2, exchange="binance", symbol="BTCUSDT")
    yield from _of_the_trader("trading_exchange_latency_seconds", lambda _: 0.35, exchange="binance")
    yield from _of_the_trader("trading_exchange_latency_seconds", lambda _: 2.5, exchange="bybit")
    yield from _of_an_api("trading_exchange_latency_seconds", lambda _: 0.1, exchange="binance")
    yield from _of_the_trader("trading_rate_limit_used_ratio", lambda _: 0.62, exchange="binance")
    yield from _of_the_trader("trading_rate_limit_used_ratio", lambda _: 0.1, exchange="bybit")
    yield from _of_an_api("trading_rate_limit_used_ratio", lambda _: 0.3, exchange="binance")


def _last(minute: float) -> Value:
    """A timestamp that follows the clock up to a minute, and stays there."""
    return lambda m: at(min(m, minute))


def _ages() -> Iterator[Sample]:
    last: Mapping[str, Mapping[str, float]] = {
        "trading_heartbeat_timestamp_seconds": {"momentum": END - 0.5, "meanrev": END - 20},
        "trading_last_signal_timestamp_seconds": {"momentum": END - 10, "meanrev": END - 120},
        "trading_last_order_timestamp_seconds": {"momentum": END - 15, "meanrev": END - 300},
    }
    for name, strategies in last.items():
        for strategy, minute in strategies.items():
            yield from _of_the_trader(name, _last(minute), strategy=strategy)
        yield from _of_the_trader(name, lambda m: at(m) if m <= GONE else None, strategy="newcomer")
    read = "trading_equity_timestamp_seconds"
    yield from _of_the_trader(read, _last(END - 1), exchange="binance")
    yield from _of_the_trader(read, _last(END - 11), exchange="bybit")
    yield from _of_the_trader(read, lambda m: at(m) if m <= GONE else None, exchange="kraken")


def _counts() -> Iterator[Sample]:
    def late(before: float, in_the_last_ten_minutes: float) -> Callable[[int], float]:
        return lambda m: in_the_last_ten_minutes if m > END - 10 else before

    orders = "trading_orders_total"
    momentum, meanrev = {"strategy": "momentum", "exchange": "binance"}, {"strategy": "meanrev", "exchange": "bybit"}
    yield from _counted(orders, late(2, 4), status="placed", **momentum)
    yield from _counted(orders, late(1.84, 2), status="filled", **momentum)
    yield from _counted(orders, late(0.1, 0.1), status="rejected", **momentum)
    yield from _counted(orders, late(0.3, 0.3), status="cancelled", **momentum)
    yield from _counted(orders, late(1, 1), status="placed", **meanrev)
    yield from _counted(orders, late(0.4, 0.9), status="filled", **meanrev)
    for status in ("placed", "filled"):
        yield from _counted(orders, lambda _: 0, status=status, strategy="newcomer", exchange="bybit")
    for side, a_minute in (("buy", 0.5), ("sell", 0.25)):
        yield from _counted("trading_signals_total", late(a_minute, a_minute), strategy="momentum", side=side)
    yield from _counted("trading_signals_total", late(0.1, 0.1), strategy="meanrev", side="buy")
    errors = "trading_exchange_errors_total"
    yield from _counted(errors, late(0.2, 0.2), exchange="binance", code="429")
    yield from _counted(errors, late(0.1, 0.1), exchange="binance", code="timeout")
    yield from _counted(errors, late(0.4, 0.4), exchange="bybit", code="500")
    yield from _counted("trading_websocket_reconnects_total", late(0.1, 0.1), exchange="binance")
    yield from _counted("trading_websocket_reconnects_total", late(0.5, 0.5), exchange="bybit")
    yield from _counted("trading_llm_cost_usd_total", lambda m: 0.01 if m <= DAY_AGO else 0.002, model="opus")
    yield from _counted("trading_llm_cost_usd_total", lambda m: 0.02 if m <= DAY_AGO else 0.001, model="haiku")


def _latencies() -> Iterator[Sample]:
    """In the last five minutes one order in ten is slow on binance; before, all took 0.3 seconds."""
    orders, answers = "trading_order_latency_seconds", "trading_llm_latency_seconds"
    of = {"environment": "production", "process": "b"}
    yield from histogram(orders, lambda m: {0.1: 90, 0.8: 10} if m > END - 5 else {0.3: 100}, _B, exchange="binance", **of)
    yield from histogram(orders, lambda m: {0.4: 100} if m > END - 5 else {0.2: 100}, _B, exchange="bybit", **of)
    yield from histogram(answers, lambda m: {1.0: 90, 8.0: 10} if m > END - 5 else {3.0: 100}, _B, model="opus", **of)
    yield from histogram(answers, lambda m: {0.5: 100} if m > END - 5 else {0.2: 100}, _B, model="haiku", **of)


def _after_half_an_hour(a_minute: float) -> Callable[[int], float]:
    return lambda m: 0 if m < NOBODY_YET.stop else a_minute


def _users() -> Iterator[Sample]:
    """Two processes of the API, of which each has half of what happens. Server errors begin on the second day."""
    for process, active in (("api-1", 12), ("api-2", 5)):
        of = {"environment": "production", "process": process}
        yield from gauge("trading_active_users", lambda _, active=active: active, _ALL, **of)  # type: ignore[misc]
        yield from counter("trading_logins_total", _after_half_an_hour(0.05), _ALL, RESTART, result="succeeded", **of)
        yield from counter("trading_logins_total", _after_half_an_hour(0.0125), _ALL, RESTART, result="failed", **of)
        requests = "trading_api_requests_total"
        yield from counter(requests, _after_half_an_hour(1.5), _ALL, RESTART, route="/api/v1/orders", method="GET", status="2xx", **of)
        yield from counter(requests, _after_half_an_hour(0.5), _ALL, RESTART, route="/api/v1/login", method="POST", status="2xx", **of)
        yield from counter(requests, _after_half_an_hour(0.25), _ALL, RESTART, route="/api/v1/login", method="POST", status="4xx", **of)
        late = range(DAY_AGO + 60, END + 1)
        yield from counter(requests, lambda _: 0.015, late, RESTART, route="/api/v1/orders", method="GET", status="5xx", **of)


def _staging() -> Iterator[Sample]:
    """The same metrics with the same labels, far from production's values."""
    levels = {
        "trading_equity_usd": {"exchange": "binance"},
        "trading_drawdown_ratio": {},
        "trading_realized_pnl_usd": {"strategy": "momentum"},
        "trading_unrealized_pnl_usd": {"strategy": "momentum"},
        "trading_exposure_usd": {"exchange": "binance"},
        "trading_open_positions": {"strategy": "momentum", "symbol": "BTCUSDT"},
        "trading_lease_held": {},
        "trading_price_age_seconds": {"exchange": "binance", "symbol": "BTCUSDT"},
        "trading_exchange_latency_seconds": {"exchange": "binance"},
        "trading_rate_limit_used_ratio": {"exchange": "binance"},
        "trading_active_users": {},
        "trading_equity_timestamp_seconds": {"exchange": "bybit"},
        **{f"trading_{what}_timestamp_seconds": {"strategy": "meanrev"} for what in ("heartbeat", "last_signal", "last_order")},
    }
    for name, labels in levels.items():
        later = at(0) if name.endswith("timestamp_seconds") else 0.0
        yield from gauge(name, lambda m, later=later: later + 77_000 + 60 * m, _ALL, environment="staging", process="s", **labels)  # type: ignore[misc]
    counts: dict[str, dict[str, str]] = {
        "trading_signals_total": {"strategy": "momentum", "side": "buy"},
        "trading_exchange_errors_total": {"exchange": "binance", "code": "429"},
        "trading_websocket_reconnects_total": {"exchange": "binance"},
        "trading_llm_cost_usd_total": {"model": "opus"},
    }
    for name, labels in counts.items():
        yield from counter(name, lambda _: 33, _ALL, environment="staging", process="s", **labels)
    several = {
        "trading_orders_total": ("status", ("placed", "filled"), {"strategy": "momentum", "exchange": "binance"}),
        "trading_logins_total": ("result", ("succeeded", "failed"), {}),
        "trading_api_requests_total": ("status", ("2xx", "4xx", "5xx"), {"route": "/api/v1/orders", "method": "GET"}),
    }
    for name, (label, values, labels) in several.items():
        for value in values:
            yield from counter(name, lambda _: 33, _ALL, environment="staging", process="s", **{**labels, label: value})
    for name, labels in (("trading_order_latency_seconds", {"exchange": "binance"}), ("trading_llm_latency_seconds", {"model": "opus"})):
        yield from histogram(name, lambda _: {50.0: 1000}, _B, environment="staging", process="s", **labels)
