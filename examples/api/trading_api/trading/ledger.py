"""Profit and loss of one strategy from its fills, at the average cost of what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trading_api.trading.exchange import Price, Side


@dataclass
class _Holding:
    quantity: float = 0.0
    cost: float = 0.0


@dataclass
class Ledger:
    """What a strategy made, in USD."""

    realized_usd: float = 0.0
    _holdings: dict[str, _Holding] = field(default_factory=dict)

    def fill(self, symbol: str, side: Side, quantity: float, usd: float) -> None:
        """An order was filled at this price. What goes against the position closes it first."""
        holding = self._holdings.setdefault(symbol, _Holding())
        signed = quantity if side == "buy" else -quantity
        if holding.quantity * signed < 0:
            closed = min(abs(signed), abs(holding.quantity)) * (1 if holding.quantity > 0 else -1)
            self.realized_usd += closed * (usd - holding.cost)
            holding.quantity -= closed
            signed += closed
        if signed:
            total = holding.quantity + signed
            holding.cost = (holding.cost * holding.quantity + usd * signed) / total
            holding.quantity = total

    def unrealized_usd(self, prices: Mapping[str, Price]) -> float:
        """Of what is held, at these prices."""
        return sum(each.quantity * (prices[symbol].usd - each.cost) for symbol, each in self._holdings.items() if symbol in prices)
