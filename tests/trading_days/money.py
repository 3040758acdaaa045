"""Days on which it costs money."""

from tests.trading_days.case import STANDBY, Case, Rings, lose_two_exports, morning, wednesday
from tests.trading_days.truth import DAY, MINUTE, Truth, add, evenly, remove, restart


def order_loop() -> Case:
    """Thirty orders a minute, for twenty minutes; the exchange fills none."""
    truth = morning("order-loop")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 20)
    add(truth.orders["grid"], evenly(begin, end, 600))
    truth.unfilled = (begin, end)
    return Case(truth, [Rings("order-loop", ({"strategy": "grid"},), begin, end, reached=4, window=5)])


def order_loop_after_a_start() -> Case:
    """The loop begins with the first order of a process that has just started: its counter is not there before."""
    truth = morning("order-loop-after-a-start")
    begin = truth.clock(0, 10, 3)
    remove(truth.orders["grid"], truth.clock(0, 9, 50), begin)
    add(truth.orders["grid"], evenly(begin, begin + 20 * MINUTE, 600))
    return Case(truth, [Rings("order-loop", ({"strategy": "grid"},), begin, begin + 20 * MINUTE, reached=5, window=5)])


def order_loop_of_a_process_that_dies() -> Case:
    """Orders kill the process that places them: it starts again and again, and its counter with it."""
    truth = morning("order-loop-of-a-process-that-dies")
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 20)
    for number in range(6):
        restart(truth, begin + 200 * number + 170)
    add(truth.orders["grid"], evenly(begin, end, 1200))
    return Case(truth, [Rings("order-loop", ({"strategy": "grid"},), begin, end, reached=4, window=5)])


def drawdown() -> Case:
    """The lease has passed to the other process, and the one that had it lives on."""
    truth = morning("drawdown")
    begin, end = truth.clock(0, 12), truth.clock(0, 13)
    lose_two_exports(truth, begin)
    trader, other = (life for life in truth.lives if life.begin < begin < life.end)
    trader.yields = other.holds = begin - 900
    truth.drawdown.set(begin, end, 0.15)
    return Case(truth, [Rings("drawdown", ({"environment": truth.environment},), begin, end, pending=5)])


def exposure() -> Case:
    """The other process has read the positions before it began."""
    truth = morning("exposure")
    truth.spared = STANDBY
    begin, end = truth.clock(0, 12), truth.clock(0, 12, 30)
    lose_two_exports(truth, begin)
    truth.exposure.set(begin, end, 1.5)
    return Case(truth, [Rings("exposure", ({},), begin, end, pending=5)])


def llm_overspend() -> Case:
    """Twice as much again as on other days, for ten hours of the second day. A day later it is no longer too much."""
    truth = wednesday("llm-overspend", days=3)
    begin, end = truth.clock(1, 8), truth.clock(1, 18)
    add(truth.llm_calls["large"], evenly(begin, end, 310))
    restart(truth, truth.clock(1, 16))
    above = [moment for moment in map(float, range(int(begin), int(truth.end), MINUTE)) if _spent(truth, moment) > 20]
    return Case(truth, [Rings("llm-cost", ({},), above[0], above[-1])])


def _spent(truth: Truth, moment: float) -> float:
    """What calls have cost in the day before a moment."""
    calls = truth.llm_calls.items()
    return sum(truth.llm_call_usd[model] for model, moments in calls for each in moments if moment - DAY < each <= moment)
