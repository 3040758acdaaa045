"""The way of a signal: strategy, risk, order, exchange, database. Each step is a span."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from trading_api.database import Pool
from trading_api.metrics.trading import TradingMetrics
from trading_api.telemetry.spans import span
from trading_api.trading import orders
from trading_api.trading.advisor import Advisor
from trading_api.trading.exchange import Account, Exchange, ExchangeError, Fill, Order, Price
from trading_api.trading.risk import Risk, Wish
from trading_api.trading.strategy import Signal

_LOG = logging.getLogger(__name__)
FRESH_SECONDS = 10.0
"""How old a price and what is known of the account may be. What is older is read anew here, and not traded on by the trader."""

PLACING_SECONDS = 12.0
"""How long an order that is under way may take to end, when the process or the lease ends: an exchange has ten to answer (http.py)."""

_Placed = TypeVar("_Placed")
Outcome = Literal["filled", "rejected", "unknown", "placed", "known", "refused", "advised-against"]


@dataclass
class Known:
    """What was last read of the exchange. The trader keeps it fresh; without one it is read when it is needed."""

    account: Account | None = None
    account_at: float = 0.0
    prices: dict[str, Price] = field(default_factory=dict)
    changes: int = 0
    """How often an order was sent or answered. A reading that began before the last of them may lack the order."""

    def change(self) -> None:
        """An order is sent, or answered: whatever comes of it, the account is another now."""
        self.account = None
        self.changes += 1

    def keep(self, account: Account) -> None:
        """An account that was just read."""
        self.account, self.account_at = account, time.time()


class Path:
    """Takes signals, and tells what became of each."""

    def __init__(self, pool: Pool, exchange: Exchange, advisor: Advisor | None, metrics: TradingMetrics) -> None:
        self._pool = pool
        self._exchange = exchange
        self._advisor = advisor
        self._metrics = metrics
        self._risk = Risk()
        self._lock = asyncio.Lock()
        self.known = Known()

    async def follow(self, signal: Signal) -> tuple[Outcome, Fill | None]:
        """The whole way. Raises ExchangeError when the exchange does not tell what the risk check must know."""
        with span("signal", begins=True, strategy=signal.strategy, symbol=signal.symbol, side=signal.side):
            # First, so that a signal that is sent again is neither counted nor paid for again, and is answered what became of it.
            kept = await orders.status(self._pool, signal.id)
            if kept is not None:
                _LOG.info("SIGNAL known", extra=_about(signal, signal.id) | {"side": signal.side})
                return cast("Outcome", kept), None
            self._metrics.signal(signal.strategy, signal.side)
            _LOG.info("SIGNAL taken", extra=_about(signal, signal.id) | {"side": signal.side})
            if not await self._decides(signal):
                return "advised-against", None
            decided_at = time.perf_counter()  # what the AI provider takes has a metric of its own
            # One at a time: two that are checked together could pass a limit that both exceed.
            async with self._lock:
                refusal = await self._refusal(signal)
                if refusal is not None:
                    _LOG.warning("ORDER refused: %s", refusal, extra=_about(signal, signal.id))
                    return "refused", None
                return await _to_its_end(self._place(signal, decided_at))

    async def read_account(self) -> Account | None:
        """Reads the account anew. None where an order was under way: the next reading has it, and this one would have it placed again."""
        changes = self.known.changes
        account = await self._exchange.account()
        if changes != self.known.changes:
            return None
        self.known.keep(account)
        return account

    async def _decides(self, signal: Signal) -> bool:
        with span("strategy", strategy=signal.strategy, symbol=signal.symbol) as deciding:
            agreed = self._advisor is None or await self._advisor.agrees(signal)
            deciding.set(decision=signal.side if agreed else "none")
            return agreed

    async def _refusal(self, signal: Signal) -> str | None:
        with span("risk", strategy=signal.strategy, symbol=signal.symbol) as checking:
            price, account = await self._price(signal.symbol), await self._account()
            held = [symbol for symbol, count in account.positions.items() if count]
            prices = {symbol: await self._price(symbol) for symbol in held} | {signal.symbol: price}
            refusal = self._risk.refusal(Wish(signal.side, signal.quantity, price), account, account.exposure(prices) or 0.0)
            checking.set(decision=refusal or "passed")
            return refusal

    async def _place(self, signal: Signal, decided_at: float) -> tuple[Outcome, Fill | None]:
        order = Order(client_order_id=signal.id, strategy=signal.strategy, symbol=signal.symbol, side=signal.side, quantity=signal.quantity)
        name = self._exchange.name
        with span("order", strategy=order.strategy, symbol=order.symbol, exchange=name, order_id=order.client_order_id) as placing:
            if not await orders.keep(self._pool, order, name):
                placing.set(status="known")
                return "known", None
            self._metrics.order(order.strategy, name, "placed")
            fill = await self._send(order, decided_at)
            await orders.settle(self._pool, order, fill)
            outcome: Outcome = "unknown" if fill is None else fill.status
            placing.set(status=outcome)
        _LOG.info("ORDER %s", outcome, extra=_about(order, order.client_order_id) | {"side": order.side})
        return outcome, fill

    async def _send(self, order: Order, decided_at: float) -> Fill | None:
        self.known.change()
        try:
            fill = await self._exchange.place(order)
        except ExchangeError as error:
            _LOG.warning("ORDER unanswered: %s", error.code, extra=_about(order, order.client_order_id))
            return None
        finally:
            self.known.change()
        self._metrics.order_latency(self._exchange.name, time.perf_counter() - decided_at)
        self._metrics.order(order.strategy, self._exchange.name, fill.status)
        return fill

    async def _price(self, symbol: str) -> Price:
        known = self.known.prices.get(symbol)
        if known is None or time.time() - known.at > FRESH_SECONDS:
            known = await self._exchange.quote(symbol)
        return known

    async def _account(self) -> Account:
        account = self.known.account
        if account is None or time.time() - self.known.account_at > FRESH_SECONDS:
            account = await self._exchange.account()
            self.known.keep(account)
        return account


async def _to_its_end(placing: Coroutine[Any, Any, _Placed]) -> _Placed:
    """Lets an order that began end, although its task is cancelled: cut off after it was sent, it would stay `placed` for ever."""
    task = asyncio.create_task(placing)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=PLACING_SECONDS)
        raise


def _about(what: Signal | Order, order: str) -> dict[str, str]:
    """What each line about an order has, by which `logs --order` finds it and the summary of a day splits by strategy."""
    return {"client_order_id": order, "symbol": what.symbol, "strategy": what.strategy}
