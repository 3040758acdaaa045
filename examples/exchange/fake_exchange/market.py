"""Prices: a wave around a level, a function of time alone, so that two runs see the same market."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from fake_exchange.faults import Switch

LEVELS = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
"""The symbols, and the price in USD around which each moves."""

SWING = 0.01
"""How far a price moves from its level, as a share of it."""


@dataclass(frozen=True)
class Price:
    """A price in USD, and the Unix time at which it was made."""

    symbol: str
    price: float
    at: float


class Market:
    """The prices. `period_seconds` is the length of a wave."""

    def __init__(self, switch: Switch, period_seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._switch = switch
        self._period = period_seconds
        self._clock = clock
        self._last: dict[str, Price] = {}

    def price(self, symbol: str) -> Price:
        """The price now, or the last one while prices are stale. Raises KeyError for a symbol that is not traded."""
        level = LEVELS[symbol]
        if self._switch.now.prices_stale and symbol in self._last:
            return self._last[symbol]
        at = self._clock()
        phase = list(LEVELS).index(symbol) / len(LEVELS)
        wave = 1 + SWING * math.sin(2 * math.pi * (at / self._period + phase))
        self._last[symbol] = Price(symbol, round(level * wave * self._switch.now.price_factor, 2), at)
        return self._last[symbol]
