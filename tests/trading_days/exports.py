"""What the processes of an environment send once a minute about what happens: series of the metrics contract."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.trading_days.truth import EXCHANGES, MINUTE, MODELS, PEAK, STRATEGIES, SYMBOLS, TRADES_ON, Level, Life, Truth, count, newest

LOST = 0.004
"""Share of exports that never arrive: six a day and process."""

INSTANCE = "instance"
"""The label that tells processes apart."""

Meter = Callable[[float], float | None]
"""What a process knows at a moment; None for nothing, which is not sent."""

Metered = Iterator[tuple[str, dict[str, str], Meter]]
"""Metric, labels, and the meter."""


@dataclass
class Series:
    """One series: its name, its labels in order, and samples of a Unix time and a value."""

    name: str
    labels: dict[str, str]
    samples: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class _Process:
    """What one process measures."""

    truth: Truth
    life: Life
    chance: random.Random

    @property
    def spared(self) -> bool:
        """Whether its own streams and calls work all the time."""
        return self.life.instance == self.truth.spared

    def meters(self) -> Metered:
        """Every meter. A process that never had the lease has none of strategies."""
        begin, end = self.life.lease
        yield "trading_lease_held", {}, lambda now: float(begin <= now < end)
        for exchange in EXCHANGES:
            yield from self._streams(exchange)
            yield from self._calls(exchange)
        if begin < end:
            yield "trading_drawdown_ratio", {}, lambda now: self.truth.drawdown.at(min(now, end)) if now >= begin else None
            for strategy in STRATEGIES:
                yield from self._strategy(strategy)
            for model in MODELS:
                calls = self._counter(self.truth.llm_calls[model], self.truth.llm_call_usd[model])
                yield "trading_llm_cost_usd_total", {"model": model}, calls

    def _streams(self, exchange: str) -> Metered:
        """What each process sees of an exchange's streams, whether it trades or not."""
        for symbol in SYMBOLS[exchange]:
            yield "trading_price_age_seconds", {"exchange": exchange, "symbol": symbol}, self._price_age(exchange, symbol)
        opened = self.truth.reconnects[exchange][:: 15 if self.spared else 1]
        since = self.life.begin
        yield "trading_websocket_reconnects_total", {"exchange": exchange}, lambda now: count(opened, since, now) or None

    def _calls(self, exchange: str) -> Metered:
        """What each process reads from an exchange."""
        truth, here, noise = self.truth, {"exchange": exchange}, self.chance.uniform
        levels = truth.latency[exchange], truth.rate_used[exchange], truth.exposure
        latency, used, exposed = (Level(level.base) for level in levels) if self.spared else levels
        reads = truth.equity_reads[exchange]
        yield "trading_exchange_latency_seconds", here, lambda now: latency.highest(now - MINUTE, now) + noise(0, 0.1)
        yield "trading_rate_limit_used_ratio", here, lambda now: used.at(now) + noise(0, 0.02)
        read = self._newest(reads, self.life.begin, self.life.end)

        def equity(now: float) -> float | None:
            when = newest(reads, self.life.begin, now)
            return None if when is None else truth.worth * PEAK[exchange] * (1 - truth.drawdown.at(when))

        def exposure(now: float) -> float | None:
            when, worth = newest(reads, self.life.begin, now), equity(now)
            return None if when is None or worth is None else worth * exposed.at(when)

        yield "trading_equity_timestamp_seconds", here, read
        yield "trading_equity_usd", here, equity
        yield "trading_exposure_usd", here, exposure

    def _price_age(self, exchange: str, symbol: str) -> Meter:
        stops = [] if self.spared else self.truth.price_stops[exchange, symbol]
        lag = self.truth.price_lag[exchange, symbol]

        def age(now: float) -> float:
            stopped = next((begin for begin, end in stops if begin <= now < end), None)
            return lag.at(now) + self.chance.uniform(0, 1) if stopped is None else now - max(stopped, self.life.begin)

        return age

    def _strategy(self, strategy: str) -> Metered:
        """What only a process knows that has had the lease, until it lost it."""
        truth, who = self.truth, {"strategy": strategy}
        for name, by_strategy in (("heartbeat", truth.heartbeats), ("last_signal", truth.signals), ("last_order", truth.orders)):
            yield f"trading_{name}_timestamp_seconds", who, self._newest(by_strategy[strategy], *self.life.lease)
        placed = truth.orders[strategy]
        begin, end = truth.unfilled
        for status, moments in (("placed", placed), ("filled", [moment for moment in placed if not begin <= moment < end])):
            exchanges = TRADES_ON[strategy]
            for turn, exchange in enumerate(exchanges):
                in_turn = self._counter(moments[turn :: len(exchanges)], 1)
                yield "trading_orders_total", {**who, "exchange": exchange, "status": status}, in_turn

    def _newest(self, moments: list[float], begin: float, end: float) -> Meter:
        """When it last happened in a time, by the process's clock."""

        def timestamp(now: float) -> float | None:
            last = newest(moments, begin, min(now, end))
            return None if last is None else last + self.life.skew

        return timestamp

    def _counter(self, moments: list[float], each: float) -> Meter:
        """How often it happened while it traded. There is no counter before it first counts."""
        begin, end = self.life.lease
        return lambda now: count(moments, begin, min(now, end)) * each or None


def exported(truth: Truth) -> Iterator[Series]:
    """Every series of an environment. Exports are a second or so late, and some are lost."""
    chance = random.Random(f"exports of {truth.environment}")  # noqa: S311 - the same series each time
    for life in truth.lives:
        moments = list(_moments(truth, life, chance))
        for name, labels, meter in _Process(truth, life, chance).meters():
            series = Series(name, {"environment": truth.environment, INSTANCE: life.instance, **labels})
            series.samples = [(moment + life.skew, value) for moment in moments if (value := meter(moment)) is not None]
            yield series


def _moments(truth: Truth, life: Life, chance: random.Random) -> Iterator[float]:
    """When a process exports something that arrives."""
    due = life.begin + life.phase
    while due < min(life.end, truth.end):
        moment = due + chance.uniform(0, 1.5)
        stopped = any(begin <= moment < end for begin, end in truth.export_stops)
        if chance.random() >= LOST and not stopped:
            yield moment
        due += MINUTE
