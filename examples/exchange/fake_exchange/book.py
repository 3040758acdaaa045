"""Orders and the account: every order is filled at once at the price now."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

from fake_exchange.faults import Switch
from fake_exchange.market import Market

START_CASH = 100_000.0
"""USD."""


class NewOrder(BaseModel):
    """An order as a trader sends it. An id that is known already is answered with the order of that id."""

    client_order_id: str = Field(min_length=1, max_length=64)
    symbol: Literal["BTCUSDT", "ETHUSDT", "SOLUSDT"]
    side: Literal["buy", "sell"]
    quantity: float = Field(gt=0)


class Order(NewOrder):
    """An order as it became."""

    order_id: str
    status: Literal["filled", "rejected"]
    price: float


class Account(BaseModel):
    """Cash and equity in USD, and what is held of each symbol; less than nothing is short."""

    cash: float
    equity: float
    positions: dict[str, float]


@dataclass
class Book:
    """What was ordered, and what it left."""

    market: Market
    switch: Switch
    cash: float = START_CASH
    positions: dict[str, float] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def place(self, new: NewOrder) -> Order:
        """Fills an order, once. One that costs more than there is in cash is rejected."""
        if new.client_order_id in self.orders:
            return self.orders[new.client_order_id]
        price = self.market.price(new.symbol).price
        signed = new.quantity if new.side == "buy" else -new.quantity
        paid = signed * price <= self.cash
        self.orders[new.client_order_id] = Order(
            **new.model_dump(), order_id=str(len(self.orders) + 1), status="filled" if paid else "rejected", price=price
        )
        if paid and not self.switch.now.positions_forgotten:
            self.cash -= signed * price
            self.positions[new.symbol] = round(self.positions.get(new.symbol, 0) + signed, 8)
        return self.orders[new.client_order_id]

    def account(self) -> Account:
        """What there is now."""
        held = {} if self.switch.now.positions_forgotten else {symbol: amount for symbol, amount in self.positions.items() if amount}
        worth = sum(amount * self.market.price(symbol).price for symbol, amount in self.positions.items())
        return Account(cash=self.cash, equity=round(self.cash + worth, 2), positions=held)
