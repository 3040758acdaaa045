"""What an order must keep to, whoever wants it."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from trading_api.trading.exchange import Account, Price, Side

ORDER_USD = 10_000.0
"""What one order may be worth."""
EXPOSURE = 1.0
"""What all positions may be worth, as a share of equity."""
ORDERS_A_MINUTE = 60
"""The last wall before an exchange bans a loop. The alarm `order-loop` rings long before a loop is through here."""


@dataclass(frozen=True)
class Wish:
    """An order that somebody wants."""

    side: Side
    quantity: Decimal
    price: Price


class Risk:
    """The limits of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._placed: deque[float] = deque(maxlen=ORDERS_A_MINUTE)

    def refusal(self, wish: Wish, account: Account, exposure_usd: float) -> str | None:
        """Why an order may not be placed, in a word; None lets it pass, and counts it."""
        # As Decimal, so that what closes a position to the last bit opens nothing.
        held = Decimal(str(account.positions.get(wish.price.symbol, 0.0)))
        closes = min(wish.quantity, abs(held)) if (held > 0) == (wish.side == "sell") else Decimal(0)
        worth = float(wish.quantity - closes) * wish.price.usd
        now = self._clock()
        # What closes a position is always let through: a limit must not keep anybody from getting out. Only what lies beyond zero is new.
        if wish.quantity > closes:
            if worth > ORDER_USD:
                return "too-large"
            if exposure_usd - float(closes) * wish.price.usd + worth > account.equity_usd * EXPOSURE:
                return "exposure"
            if len(self._placed) == ORDERS_A_MINUTE and now - self._placed[0] < 60:
                return "too-many"
        self._placed.append(now)
        return None
