"""What decides: momentum of prices."""

from collections import deque
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from trading_api.trading.exchange import Price, Side

MOMENTUM = "momentum"
WEBHOOK = "webhook"
"""The strategy of signals that others send: it does what they say."""

_PRICES = 60
_THRESHOLD = 0.001
_ORDER_USD = 5_000.0
_STEP = Decimal("0.00001")


@dataclass(frozen=True)
class Signal:
    """What should be done, and an id that is the same for the same reason."""

    id: str
    strategy: str
    symbol: str
    side: Side
    quantity: Decimal


class Momentum:
    """Holds a symbol while its price is above the mean of the last minute, and nothing else.

    It compares what it wants with what the exchange says that it has, so an order that was lost is placed again.
    """

    def __init__(self) -> None:
        self._prices: dict[str, deque[float]] = {}

    def look(self, price: Price, held: float) -> Signal | None:
        """What to do about a symbol; called about once a second."""
        prices = self._prices.setdefault(price.symbol, deque(maxlen=_PRICES))
        prices.append(price.usd)
        mean = sum(prices) / len(prices)
        wanted = _ORDER_USD / price.usd
        if price.usd > mean * (1 + _THRESHOLD) and held < wanted / 2:
            return self._signal(price, "buy", wanted)
        if price.usd < mean * (1 - _THRESHOLD) and held > 0:
            return self._signal(price, "sell", held)
        return None

    def _signal(self, price: Price, side: Side, quantity: float) -> Signal | None:
        exact = Decimal(str(quantity)).quantize(_STEP, ROUND_DOWN)
        # Two processes that look at the same price would place the same order, and the database lets one pass.
        order_id = f"{MOMENTUM}-{price.symbol}-{side}-{round(price.at * 1000)}"
        return Signal(order_id, MOMENTUM, price.symbol, side, exact) if exact else None
