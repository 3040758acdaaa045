"""Days on which streams or calls of an exchange are not as they should be."""

from tests.trading_days.case import BINANCE, BYBIT, STANDBY, Case, Rings, lose_two_exports, morning, stop_prices
from tests.trading_days.truth import SYMBOLS, add, evenly, restart


def dead_websocket() -> Case:
    truth = morning("dead-websocket")
    return Case(truth, [stop_prices(truth, "binance", SYMBOLS["binance"], truth.clock(0, 12), truth.clock(0, 13))])


def stale_symbol() -> Case:
    """Only in the process that trades."""
    truth = morning("stale-symbol")
    truth.spared = STANDBY
    return Case(truth, [stop_prices(truth, "bybit", ("SOLUSDT",), truth.clock(0, 12), truth.clock(0, 13))])


def delayed_stream() -> Case:
    """Prices come, half as old again as they may be."""
    truth = morning("delayed-stream")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    lose_two_exports(truth, begin)
    truth.price_lag["binance", "ETHUSDT"].set(begin, end, 90)
    return Case(truth, [Rings("price-stale", ({"exchange": "binance", "symbol": "ETHUSDT"},), begin, end, pending=5)])


def slow_exchange() -> Case:
    """Seen by the process that trades."""
    truth = morning("slow-exchange")
    truth.spared = STANDBY
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    lose_two_exports(truth, begin)
    truth.latency["bybit"].set(begin, end, 7.5)
    return Case(truth, [Rings("exchange-slow", (BYBIT,), begin, end, window=1, pending=5)])


def rate_limit() -> Case:
    """Of the address of the process that trades."""
    truth = morning("rate-limit")
    truth.spared = STANDBY
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    lose_two_exports(truth, begin)
    truth.rate_used["binance"].set(begin, end, 0.95)
    return Case(truth, [Rings("rate-limit-nearly-used", (BINANCE,), begin, end, pending=5)])


def reconnect_storm() -> Case:
    """Fifteen in ten minutes, for half an hour, in a process that dies of it once. Prices come in between."""
    truth = morning("reconnect-storm")
    truth.spared = STANDBY
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    restart(truth, truth.clock(0, 12, 12))
    add(truth.reconnects["bybit"], evenly(begin, end, 45))
    return Case(truth, [Rings("reconnect-storm", (BYBIT,), begin, end, reached=7, window=10)])


def last_words() -> Case:
    """A process says that everything is beyond its limit, and ends; the other takes over. Nobody need get up for what it said last."""
    truth = morning("last-words")
    truth.spared = STANDBY
    begin = truth.clock(0, 12)
    trader, other = (life for life in truth.lives if life.begin < begin < life.end)
    trader.end, trader.phase = begin, 50
    other.holds = begin + 30
    for symbol in SYMBOLS["binance"]:
        truth.price_lag["binance", symbol].set(begin - 30, begin, 90)
    truth.latency["binance"].set(begin - 30, begin, 9)
    truth.rate_used["binance"].set(begin - 30, begin, 0.97)
    truth.drawdown.set(begin - 75, begin, 0.2)
    truth.exposure.set(begin - 75, begin, 1.6)
    return Case(truth)
