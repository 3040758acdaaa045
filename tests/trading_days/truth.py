"""What happens on the market and in the application, before anybody measures it. Times are Unix seconds, money is US dollars."""

import random
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60, 3600, 86_400

STRATEGIES = ("breakout", "grid", "meanrev")
EXCHANGES = ("binance", "bybit")
SYMBOLS = {"binance": ("BTCUSDT", "ETHUSDT"), "bybit": ("BTCUSDT", "SOLUSDT")}
TRADES_ON = {"breakout": ("binance",), "grid": ("bybit", "binance"), "meanrev": ("binance",)}
"""Where a strategy places its orders, in turn."""
MODELS = ("large", "small")

PEAK = {"binance": 60_000.0, "bybit": 40_000.0}
"""Equity at its highest."""


@dataclass
class Level:
    """A value over time: `base`, but in an interval what the last one says that has begun and not ended."""

    base: float
    intervals: list[tuple[float, float, float]] = field(default_factory=list)

    def set(self, begin: float, end: float, value: float) -> None:
        self.intervals.append((begin, end, value))

    def at(self, moment: float) -> float:
        """The value at a moment."""
        return next((value for begin, end, value in reversed(self.intervals) if begin <= moment < end), self.base)

    def highest(self, begin: float, end: float) -> float:
        """The highest value in a time, as a metric has it that tells the slowest call since the last value."""
        return max([self.at(end), *(value for since, until, value in self.intervals if since < end and begin < until)])


@dataclass
class Life:
    """A process from its start to its end. A restarted container is two lives of one `instance`: its counters begin at 0 again.

    It trades from `holds` to `yields`, while it has the lease. `skew` is what its clock is ahead, `phase` when in a minute it exports.
    """

    instance: str
    begin: float
    end: float
    holds: float | None = None
    yields: float | None = None
    skew: float = 0.0
    phase: float = 20.0

    @property
    def lease(self) -> tuple[float, float]:
        """The time in which it may trade; empty for one that never does."""
        if self.holds is None:
            return (self.begin, self.begin)
        return (self.holds, self.end if self.yields is None else self.yields)


@dataclass
class Truth:
    """Everything that happens from `begin` to `end` in an environment. Lists of moments are in order."""

    environment: str
    begin: float
    end: float
    lives: list[Life] = field(default_factory=list)
    heartbeats: dict[str, list[float]] = field(default_factory=dict)
    signals: dict[str, list[float]] = field(default_factory=dict)
    orders: dict[str, list[float]] = field(default_factory=dict)
    equity_reads: dict[str, list[float]] = field(default_factory=dict)
    reconnects: dict[str, list[float]] = field(default_factory=dict)
    llm_calls: dict[str, list[float]] = field(default_factory=dict)
    llm_call_usd: dict[str, float] = field(default_factory=lambda: {"large": 0.05, "small": 0.002})
    price_stops: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    price_lag: dict[tuple[str, str], Level] = field(default_factory=dict)
    latency: dict[str, Level] = field(default_factory=dict)
    rate_used: dict[str, Level] = field(default_factory=dict)
    drawdown: Level = field(default_factory=lambda: Level(0.03))
    exposure: Level = field(default_factory=lambda: Level(0.5))
    unfilled: tuple[float, float] = (0, 0)
    """When no order is filled."""
    worth: float = 1
    """How many times as much equity as on other days."""
    spared: str | None = None
    """An instance whose own streams and calls work all the time."""
    export_stops: list[tuple[float, float]] = field(default_factory=list)

    def clock(self, day: int, hour: int, minute: int = 0) -> float:
        """A moment of a day of it, counted from 0, whatever the hour at which it begins."""
        return self.begin // DAY * DAY + day * DAY + hour * HOUR + minute * MINUTE


def restart(truth: Truth, moment: float) -> None:
    """The process that trades dies and is back after twenty seconds, as the same instance: its counters begin at 0 again."""
    trader = next(life for life in truth.lives if life.begin < moment < life.end and life.holds is not None)
    again = Life(trader.instance, moment + 20, trader.end, moment + 25, trader.yields, trader.skew, trader.phase)
    truth.lives.insert(truth.lives.index(trader) + 1, again)
    trader.end = moment


def monday() -> float:
    """The first moment of a Monday."""
    return datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def remove(moments: list[float], begin: float, end: float) -> None:
    """Nothing of this happens in a time."""
    moments[:] = [moment for moment in moments if not begin <= moment < end]


def add(moments: list[float], more: Iterable[float]) -> None:
    """More of this happens."""
    moments[:] = sorted([*moments, *more])


def evenly(begin: float, end: float, number: int) -> list[float]:
    """So many moments in a time, the same apart."""
    return [begin + (end - begin) * (index + 0.5) / number for index in range(number)]


def count(moments: list[float], begin: float, end: float) -> int:
    """How often it happened after `begin`, until `end`."""
    return bisect_right(moments, end) - bisect_right(moments, begin)


def newest(moments: list[float], begin: float, end: float) -> float | None:
    """When it last happened until `end`; None if not after `begin`."""
    index = bisect_right(moments, end)
    return moments[index - 1] if index and moments[index - 1] >= begin else None


def quiet(environment: str, begin: float, end: float) -> Truth:
    """A time in which nothing is wrong: fewer orders at night and at weekends, streams that are closed once a day, a deployment a day."""
    chance = random.Random(environment)  # noqa: S311 - the same days each time
    truth = Truth(environment, begin, end)
    minutes = range(int((end - begin) / MINUTE))
    for strategy in STRATEGIES:
        truth.heartbeats[strategy] = [begin + 30 + MINUTE * index + chance.uniform(-8, 8) for index in minutes]
        truth.signals[strategy] = _signals(chance, begin, end)
        truth.orders[strategy] = [moment + chance.uniform(0.1, 2) for moment in truth.signals[strategy] if chance.random() < 0.5]
    for exchange in EXCHANGES:
        truth.equity_reads[exchange] = [begin + 10 + MINUTE * index + chance.uniform(-5, 5) for index in minutes]
        truth.reconnects[exchange] = [moment + chance.uniform(0, HOUR) for moment in _daily(9, begin, end)]
        truth.latency[exchange], truth.rate_used[exchange] = Level(0.4), Level(0.2)
        for symbol in SYMBOLS[exchange]:
            truth.price_stops[exchange, symbol] = [(moment, moment + 3) for moment in truth.reconnects[exchange]]
            truth.price_lag[exchange, symbol] = Level(0.3)
    for model, each_hour in zip(MODELS, (11, 30), strict=True):
        truth.llm_calls[model] = sorted(chance.uniform(begin, end) for _ in range(int((end - begin) / HOUR * each_hour)))
    truth.lives = _deployed_each_day(chance, begin, end)
    return truth


def _daily(hour: int, begin: float, end: float) -> list[float]:
    """The moments of an hour of the day in a time."""
    midnight = begin // DAY * DAY
    moments = [midnight + day * DAY + hour * HOUR for day in range(int((end - midnight) // DAY) + 1)]
    return [moment for moment in moments if begin <= moment < end]


def _signals(chance: random.Random, begin: float, end: float) -> list[float]:
    """Fifteen an hour at daytime, four at night and at weekends."""
    moments, moment = [], begin
    while moment < end:
        when = datetime.fromtimestamp(moment, UTC)
        each_hour = 4 if when.hour < 6 or when.weekday() >= 5 else 15
        moment += chance.expovariate(each_hour / HOUR)
        moments.append(moment)
    return moments[:-1]


def _deployed_each_day(chance: random.Random, begin: float, end: float) -> list[Life]:
    """Two processes, of which one has the lease; at 10:00 each day both are replaced, one after the other."""
    deployments = _daily(10, begin, end)
    lives: list[Life] = []
    for number, (since, until) in enumerate(zip([begin, *deployments], [*deployments, end], strict=True)):
        # The old holder stops 150 seconds after the new one has started; 5 seconds later the lease is taken.
        holds = since + 155 if number else since
        lives.append(Life(f"{number}-a", since, until + 150, holds, None, chance.uniform(-4, 4), chance.uniform(2, 58)))
        lives.append(Life(f"{number}-b", since + 60, until + 180, None, None, chance.uniform(-4, 4), chance.uniform(2, 58)))
    return lives
