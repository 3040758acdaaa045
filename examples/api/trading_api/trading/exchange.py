"""What an exchange is to the rest of the application."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

Side = Literal["buy", "sell"]
SYMBOL = r"^[A-Z0-9]{3,20}$"
"""What a symbol looks like."""


class ExchangeError(Exception):
    """An exchange refused a call, or did not answer. `code` is an HTTP status, or a word."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the exchange answered {code}")
        self.code = code


@dataclass(frozen=True)
class Price:
    """A price in USD, and the Unix time at which the exchange made it."""

    symbol: str
    usd: float
    at: float


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order. Its id is the same however often it is sent, so the exchange and the database know it again."""

    client_order_id: str
    strategy: str
    symbol: str
    side: Side
    quantity: Decimal


@dataclass(frozen=True)
class Fill:
    """What became of an order. `usd` is the price."""

    status: Literal["filled", "rejected"]
    usd: float


@dataclass(frozen=True)
class Account:
    """Equity in USD, and what is held of each symbol; less than nothing is short."""

    equity_usd: float
    positions: Mapping[str, float]

    def exposure(self, prices: Mapping[str, Price]) -> float | None:
        """Worth of the positions in USD, without a sign. None where the price of one is not known: less than all of it looks safe."""
        held = {symbol: abs(count) for symbol, count in self.positions.items() if count}
        return sum(count * prices[symbol].usd for symbol, count in held.items()) if held.keys() <= prices.keys() else None


class Exchange(Protocol):
    """An exchange. Its calls raise ExchangeError."""

    @property
    def name(self) -> str:
        """As metrics and traces name it."""

    async def place(self, order: Order) -> Fill:
        """Sends an order."""

    async def account(self) -> Account:
        """Reads the account."""

    async def quote(self, symbol: str) -> Price:
        """Reads the price of a symbol."""

    def prices(self, symbols: tuple[str, ...]) -> AsyncIterator[Price]:
        """The prices as they come, for ever. A stream that ends is opened again."""

    async def close(self) -> None:
        """Ends connections."""
