"""Days on which something is silent that should not be."""

from tests.trading_days.case import BINANCE, BYBIT, EVERY_STRATEGY, Case, Rings, morning, stop_processes, wednesday
from tests.trading_days.truth import DAY, HOUR, MINUTE, Truth, remove


def hanging_strategy() -> Case:
    """It does nothing for an hour, and its process lives."""
    truth = morning("hanging-strategy")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    for moments in (truth.heartbeats, truth.signals, truth.orders):
        remove(moments["grid"], begin, end)
    return Case(truth, [Rings("strategy-silent", ({"strategy": "grid"},), begin, end, limit=5)])


def slow_strategy() -> Case:
    """A look at the market takes half as long again as it may."""
    truth = morning("slow-strategy")
    begin = truth.clock(0, 12)
    remove(truth.heartbeats["grid"], begin, begin + 450)
    return Case(truth, [Rings("strategy-silent", ({"strategy": "grid"},), begin, begin + 450, limit=5)])


def _silent_processes(truth: Truth, begin: float, end: float) -> list[Rings]:
    return [
        Rings("strategy-silent", EVERY_STRATEGY, begin, end, limit=5),
        Rings("equity-unknown", (BINANCE, BYBIT), begin, end, limit=10),
    ]


def dead_processes() -> Case:
    """Nothing runs for an hour."""
    truth = morning("dead-processes")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    stop_processes(truth, begin, end)
    return Case(truth, _silent_processes(truth, begin, end))


def telemetry_lost() -> Case:
    """Everything works, and nothing of it is heard: it looks as if nothing worked."""
    truth = morning("telemetry-lost")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    truth.export_stops.append((begin, end))
    return Case(truth, _silent_processes(truth, begin, end))


def takeover() -> Case:
    """The process that trades is gone; the other takes its lease after half a minute. Nobody need get up."""
    truth = morning("takeover")
    begin = truth.clock(0, 12)
    trader, other = (life for life in truth.lives if life.begin < begin < life.end)
    trader.end = begin
    other.holds = begin + 30
    return Case(truth)


def removed() -> Case:
    """A strategy and an exchange are taken out of service. They are missed for a day: nothing tells alarms that they do not come back."""
    truth = wednesday("removed", days=2)
    begin = truth.clock(0, 9)
    for moments in (truth.heartbeats, truth.signals, truth.orders):
        remove(moments["grid"], begin, truth.end)
    remove(truth.equity_reads["bybit"], begin, truth.end)
    who, until = ({"strategy": "grid"},), begin + DAY
    # The old process tells the old times until the deployment of 10:00 has replaced it, an hour later.
    until += HOUR + 3 * MINUTE
    return Case(
        truth,
        [
            Rings("strategy-silent", who, begin, until, limit=5),
            Rings("equity-unknown", (BYBIT,), begin, until, limit=10),
            Rings("no-signals", who, truth.signals["grid"][-1], until, limit=240),
            Rings("no-orders", who, truth.orders["grid"][-1], until, limit=480),
        ],
    )


def equity_unreadable() -> Case:
    truth = morning("equity-unreadable")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    remove(truth.equity_reads["binance"], begin, end)
    return Case(truth, [Rings("equity-unknown", (BINANCE,), begin, end, limit=10)])


def equity_seldom_read() -> Case:
    """Half as seldom again as it may be."""
    truth = morning("equity-seldom-read")
    begin = truth.clock(0, 12)
    remove(truth.equity_reads["bybit"], begin, begin + 15 * MINUTE)
    return Case(truth, [Rings("equity-unknown", (BYBIT,), begin, begin + 15 * MINUTE, limit=10)])


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
