"""An exchange inside this process, for environments without EXCHANGE_URL: made-up prices and made-up money.

Every task has its own, and forgets it when it ends.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator

from trading_api.trading.exchange import Account, ExchangeError, Fill, Order, Price

_LEVELS = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
_PERIOD_SECONDS = 600.0
_PRICE_SECONDS = 1.0


class PaperExchange:
    """Fills every order at once, at a price that moves 1 % around its level."""

    name = "paper"

    def __init__(self) -> None:
        self._cash = 100_000.0
        self._positions: dict[str, float] = {}
        self._fills: dict[str, Fill] = {}

    async def place(self, order: Order) -> Fill:
        """Fills an order, once."""
        if order.client_order_id not in self._fills:
            usd = (await self.quote(order.symbol)).usd
            signed = float(order.quantity) if order.side == "buy" else -float(order.quantity)
            paid = signed * usd <= self._cash
            if paid:
                self._cash -= signed * usd
                self._positions[order.symbol] = round(self._positions.get(order.symbol, 0.0) + signed, 8)
            self._fills[order.client_order_id] = Fill("filled" if paid else "rejected", usd)
        return self._fills[order.client_order_id]

    async def account(self) -> Account:
        """What there is now."""
        worth = sum([held * (await self.quote(symbol)).usd for symbol, held in self._positions.items()])
        return Account(self._cash + worth, {symbol: held for symbol, held in self._positions.items() if held})

    async def quote(self, symbol: str) -> Price:
        """The price now."""
        if symbol not in _LEVELS:
            raise ExchangeError("unknown-symbol")
        now = time.time()
        return Price(symbol, round(_LEVELS[symbol] * (1 + 0.01 * math.sin(2 * math.pi * now / _PERIOD_SECONDS)), 2), now)

    async def prices(self, symbols: tuple[str, ...]) -> AsyncIterator[Price]:
        """A price of each symbol a second."""
        while True:
            for symbol in symbols:
                yield await self.quote(symbol)
            await asyncio.sleep(_PRICE_SECONDS)

    async def close(self) -> None:
        """Nothing to end."""
