"""The days: what goes wrong on each, and which alarms must ring how soon. Hours are those of a Wednesday, UTC, if nothing else is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.trading_days.truth import DAY, EXCHANGES, HOUR, MINUTE, STRATEGIES, SYMBOLS, Truth, add, evenly, monday, quiet, remove

WEDNESDAY = 2 * DAY

Labels = Mapping[str, str]
BINANCE, BYBIT = ({"exchange": exchange} for exchange in EXCHANGES)
EVERY_STRATEGY = tuple({"strategy": strategy} for strategy in STRATEGIES)


@dataclass(frozen=True)
class Rings:
    """An alarm must ring, of these contributors and no other.

    `since` is when what is wrong begins and `until` when it ends. `limit` and `window` are minutes: how long it may last before it is
    wrong, and how far the query looks back.
    """

    alarm: str
    contributors: tuple[Labels, ...]
    since: float
    until: float
    limit: float = 0
    window: float = 0


@dataclass
class Case:
    """A day, or several, with what must ring."""

    truth: Truth
    rings: list[Rings] = field(default_factory=list)
    service_down: tuple[float, float] | None = None
    """When the alarm rings that tells that the service itself is down."""

    @property
    def environment(self) -> str:
        return self.truth.environment


def wednesday(name: str, days: int = 1) -> Truth:
    return quiet(name, monday() + WEDNESDAY, monday() + WEDNESDAY + days * DAY)


def _morning(name: str) -> Truth:
    """From eight in the morning to two in the afternoon."""
    return quiet(name, monday() + WEDNESDAY + 8 * HOUR, monday() + WEDNESDAY + 14 * HOUR)


def stop_prices(truth: Truth, exchange: str, symbols: tuple[str, ...], begin: float, end: float) -> Rings:
    for symbol in symbols:
        truth.price_stops[exchange, symbol].insert(0, (begin, end))
    stale = tuple({"exchange": exchange, "symbol": symbol} for symbol in symbols)
    return Rings("price-stale", stale, begin, end, limit=1)


def dead_websocket() -> Case:
    truth = _morning("dead-websocket")
    return Case(truth, [stop_prices(truth, "binance", SYMBOLS["binance"], truth.clock(0, 12), truth.clock(0, 13))])


def stale_symbol() -> Case:
    truth = _morning("stale-symbol")
    return Case(truth, [stop_prices(truth, "bybit", ("SOLUSDT",), truth.clock(0, 12), truth.clock(0, 13))])


def delayed_stream() -> Case:
    """Prices come, half as old again as they may be."""
    truth = _morning("delayed-stream")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    truth.price_lag["binance", "ETHUSDT"].set(begin, end, 90)
    return Case(truth, [Rings("price-stale", ({"exchange": "binance", "symbol": "ETHUSDT"},), begin, end)])


def hanging_strategy() -> Case:
    """It does nothing for an hour, and its process lives."""
    truth = _morning("hanging-strategy")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    for moments in (truth.heartbeats, truth.signals, truth.orders):
        remove(moments["grid"], begin, end)
    return Case(truth, [Rings("strategy-silent", ({"strategy": "grid"},), begin, end, limit=5)])


def slow_strategy() -> Case:
    """A look at the market takes half as long again as it may."""
    truth = _morning("slow-strategy")
    begin = truth.clock(0, 12)
    remove(truth.heartbeats["grid"], begin, begin + 450)
    return Case(truth, [Rings("strategy-silent", ({"strategy": "grid"},), begin, begin + 450, limit=5)])


def _silent_processes(truth: Truth, begin: float, end: float) -> list[Rings]:
    return [
        Rings("strategy-silent", EVERY_STRATEGY, begin, end, limit=5),
        Rings("equity-unknown", (BINANCE, BYBIT), begin, end, limit=10),
    ]


def stop_processes(truth: Truth, begin: float, end: float) -> None:
    """All processes end; the same tasks start again later."""
    for life in [life for life in truth.lives if life.begin < begin < life.end]:
        again = type(life)(life.instance + "-again", end, life.end, end + 20 if life.holds else None, None, life.skew, life.phase)
        truth.lives.append(again)
        life.end = begin
    for moments in (truth.heartbeats, truth.signals, truth.orders, truth.llm_calls, truth.equity_reads):
        for of_one in moments.values():
            remove(of_one, begin, end)


def dead_processes() -> Case:
    """Nothing runs for an hour; the alarm of the service itself rings two minutes later."""
    truth = _morning("dead-processes")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    stop_processes(truth, begin, end)
    down = (begin + 2 * MINUTE, end + 2 * MINUTE)
    return Case(truth, _silent_processes(truth, begin, end), service_down=down)


def telemetry_lost() -> Case:
    """Everything works, and nothing of it is heard: it looks as if nothing worked."""
    truth = _morning("telemetry-lost")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    truth.export_stops.append((begin, end))
    return Case(truth, _silent_processes(truth, begin, end))


def takeover() -> Case:
    """The process that trades is gone; the other takes its lease after half a minute. Nobody need get up."""
    truth = _morning("takeover")
    begin = truth.clock(0, 12)
    trader, other = (life for life in truth.lives if life.begin < begin < life.end)
    trader.end = begin
    other.holds = begin + 30
    return Case(truth)


def strategy_removed() -> Case:
    """A strategy is taken out of service. It is missed for a day: nothing tells the alarms that it will not come back."""
    truth = wednesday("strategy-removed", days=2)
    begin = truth.clock(0, 9)
    for moments in (truth.heartbeats, truth.signals, truth.orders):
        remove(moments["grid"], begin, truth.end)
    who, until = ({"strategy": "grid"},), begin + DAY
    # The old process tells the old times until the deployment of 10:00 has replaced it, an hour later.
    until += HOUR + 3 * MINUTE
    return Case(
        truth,
        [
            Rings("strategy-silent", who, begin, until, limit=5),
            Rings("no-signals", who, truth.signals["grid"][-1], until, limit=240),
            Rings("no-orders", who, truth.orders["grid"][-1], until, limit=480),
        ],
    )


def order_loop() -> Case:
    """Thirty orders a minute, for twenty minutes; the exchange fills none."""
    truth = _morning("order-loop")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 20)
    add(truth.orders["grid"], evenly(begin, end, 600))
    truth.unfilled = (begin, end)
    return Case(truth, [Rings("order-loop", ({"strategy": "grid"},), begin, end, window=5)])


def order_loop_after_a_start() -> Case:
    """The loop begins with the first order of a process that has just started: its counter is not there before."""
    truth = _morning("order-loop-after-a-start")
    begin = truth.clock(0, 10, 3)
    remove(truth.orders["grid"], truth.clock(0, 9, 50), begin)
    add(truth.orders["grid"], evenly(begin, begin + 20 * MINUTE, 600))
    return Case(truth, [Rings("order-loop", ({"strategy": "grid"},), begin, begin + 20 * MINUTE, window=5)])


def slow_exchange() -> Case:
    truth = _morning("slow-exchange")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    truth.latency["bybit"].set(begin, end, 7.5)
    return Case(truth, [Rings("exchange-slow", (BYBIT,), begin, end)])


def rate_limit() -> Case:
    truth = _morning("rate-limit")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    truth.rate_used["binance"].set(begin, end, 0.95)
    return Case(truth, [Rings("rate-limit-nearly-used", (BINANCE,), begin, end)])


def drawdown() -> Case:
    truth = _morning("drawdown")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    truth.drawdown.set(begin, end, 0.15)
    return Case(truth, [Rings("drawdown", ({"environment": truth.environment},), begin, end)])


def exposure() -> Case:
    truth = _morning("exposure")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    truth.exposure.set(begin, end, 1.5)
    return Case(truth, [Rings("exposure", ({},), begin, end)])


def equity_unreadable() -> Case:
    truth = _morning("equity-unreadable")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    remove(truth.equity_reads["binance"], begin, end)
    return Case(truth, [Rings("equity-unknown", (BINANCE,), begin, end, limit=10)])


def equity_seldom_read() -> Case:
    """Half as seldom again as it may be."""
    truth = _morning("equity-seldom-read")
    begin = truth.clock(0, 12)
    remove(truth.equity_reads["bybit"], begin, begin + 15 * MINUTE)
    return Case(truth, [Rings("equity-unknown", (BYBIT,), begin, begin + 15 * MINUTE, limit=10)])


def reconnect_storm() -> Case:
    """Fifteen in ten minutes, for half an hour. Prices come in between."""
    truth = _morning("reconnect-storm")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    add(truth.reconnects["bybit"], evenly(begin, end, 45))
    return Case(truth, [Rings("reconnect-storm", (BYBIT,), begin, end, window=10)])


def no_signals() -> Case:
    truth = wednesday("no-signals")
    begin, end = truth.clock(0, 11), truth.clock(0, 17)
    remove(truth.signals["meanrev"], begin, end)
    remove(truth.orders["meanrev"], begin, end)
    return Case(truth, [_silence(truth, "no-signals", truth.signals["meanrev"], "meanrev", begin, end, 240)])


def no_orders() -> Case:
    """Signals come, and no order follows, for ten hours."""
    truth = wednesday("no-orders")
    begin, end = truth.clock(0, 11), truth.clock(0, 21)
    remove(truth.orders["breakout"], begin, end)
    return Case(truth, [_silence(truth, "no-orders", truth.orders["breakout"], "breakout", begin, end, 480)])


def _silence(truth: Truth, alarm: str, moments: list[float], strategy: str, begin: float, end: float, limit: int) -> Rings:
    last = max(moment for moment in moments if moment < begin)
    following = min(moment for moment in moments if moment >= end)
    return Rings(alarm, ({"strategy": strategy},), last, following, limit=limit)


def llm_overspend() -> Case:
    """Twice as much again as on other days, for ten hours of the second day. A day later it is no longer too much."""
    truth = wednesday("llm-overspend", days=3)
    begin, end = truth.clock(1, 8), truth.clock(1, 18)
    add(truth.llm_calls["large"], evenly(begin, end, 310))
    above = [moment for moment in map(float, range(int(begin), int(truth.end), MINUTE)) if _spent(truth, moment) > 20]
    return Case(truth, [Rings("llm-cost", ({},), above[0], above[-1])])


def _spent(truth: Truth, moment: float) -> float:
    """What calls have cost in the day before a moment."""
    calls = truth.llm_calls.items()
    return sum(truth.llm_call_usd[model] for model, moments in calls for each in moments if moment - DAY < each <= moment)


EACH_FAULT: tuple[Callable[[], Case], ...] = (
    dead_websocket,
    stale_symbol,
    delayed_stream,
    hanging_strategy,
    slow_strategy,
    dead_processes,
    telemetry_lost,
    takeover,
    strategy_removed,
    order_loop,
    order_loop_after_a_start,
    slow_exchange,
    rate_limit,
    drawdown,
    exposure,
    equity_unreadable,
    equity_seldom_read,
    reconnect_storm,
    no_signals,
    no_orders,
    llm_overspend,
)
"""Days with one fault each."""
