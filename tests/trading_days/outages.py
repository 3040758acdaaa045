"""Days on which one fault leads to the next."""

from collections.abc import Mapping

from tests.trading_days.case import BINANCE, Case, Rings, stop_prices, wednesday
from tests.trading_days.truth import SYMBOLS, add, evenly, remove

ON_BINANCE = tuple({"strategy": name} for name in ("breakout", "meanrev"))


def long_outage() -> Case:
    """An exchange is gone for ten hours: streams that open and close, then no prices, no equity, no signals, and at last no orders."""
    truth = wednesday("long-outage")
    begin, end = truth.clock(0, 11), truth.clock(0, 21)
    add(truth.reconnects["binance"], evenly(begin - 900, begin, 30))
    remove(truth.equity_reads["binance"], begin, end)
    for strategy in ("breakout", "meanrev"):
        remove(truth.signals[strategy], begin, end)
        remove(truth.orders[strategy], begin, end)
    return Case(
        truth,
        [
            Rings("reconnect-storm", (BINANCE,), begin - 900, begin, reached=7, window=10),
            stop_prices(truth, "binance", SYMBOLS["binance"], begin, end),
            Rings("equity-unknown", (BINANCE,), begin, end, limit=10),
            Rings("no-signals", ON_BINANCE, _last(truth.signals, begin), _next(truth.signals, end), limit=240),
            Rings("no-orders", ON_BINANCE, _last(truth.orders, begin), _next(truth.orders, end), limit=480),
        ],
    )


def _last(moments: Mapping[str, list[float]], begin: float) -> float:
    """The first of the moments at which the strategies of the exchange did it last."""
    return min(max(moment for moment in moments[who["strategy"]] if moment < begin) for who in ON_BINANCE)


def _next(moments: Mapping[str, list[float]], end: float) -> float:
    return max(min(moment for moment in moments[who["strategy"]] if moment >= end) for who in ON_BINANCE)


def money_in_an_outage() -> Case:
    """While a stream is dead, equity falls."""
    truth = wednesday("money-in-an-outage")
    begin, end = truth.clock(0, 12), truth.clock(0, 14)
    truth.drawdown.set(begin + 1800, end - 1800, 0.2)
    return Case(
        truth,
        [
            stop_prices(truth, "bybit", SYMBOLS["bybit"], begin, end),
            Rings("drawdown", ({"environment": truth.environment},), begin + 1800, end - 1800, pending=5),
        ],
    )
