"""The task that watches prices and trades, in the one process that holds the lease. The others wait for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from psycopg import OperationalError

from trading_api.database import Pool
from trading_api.metrics.trading import TradingMetrics
from trading_api.trading.books import Books
from trading_api.trading.exchange import Exchange, ExchangeError, Price
from trading_api.trading.lease import Lease, LeaseTakenError, lease
from trading_api.trading.path import FRESH_SECONDS, Path
from trading_api.trading.strategy import MOMENTUM, Momentum

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_ACCOUNT_SECONDS = 5.0
_LEASE_SECONDS = 5.0
_HEARTBEAT_SECONDS = 60.0


class Trader:
    """Trades by momentum. `run` ends only when it is cancelled."""

    def __init__(self, pool: Pool, exchange: Exchange, path: Path, metrics: TradingMetrics, symbols: tuple[str, ...]) -> None:
        self._pool = pool
        self._exchange = exchange
        self._path = path
        self._metrics = metrics
        self._symbols = symbols
        self._momentum = Momentum()
        self._books = Books(pool, exchange, metrics, (MOMENTUM,))
        self._logged_at = 0.0

    async def run(self) -> None:
        """Trades while it holds the lease, and asks for it while it does not."""
        self._metrics.lease(held=False)
        while True:
            # A task of its own, because a TaskGroup that fails while it is cancelled tells the failure only: this loop would go on.
            turn = asyncio.create_task(self._turn())
            try:
                await asyncio.wait({turn})
            finally:
                turn.cancel()
                await asyncio.wait({turn})
                self._metrics.lease(held=False)  # once more: what took longer to end may have told something after it was lost
            await asyncio.sleep(_LEASE_SECONDS)

    async def _turn(self) -> None:
        try:
            async with lease(self._pool) as held:
                _LOG.info("This process trades", extra={"exchange": self._exchange.name, "symbols": self._symbols})
                await self._trade(held)
        except* LeaseTakenError:
            pass
        except* OperationalError as errors:
            _LOG.warning("This process does not trade any more: %s", _kinds(errors))
        except* Exception as errors:
            # Nobody foresaw it. It must be seen, and must not end the task: nothing would start it again.
            _LOG.error("This process does not trade any more: %s", _kinds(errors), exc_info=errors)

    async def _trade(self, held: Lease) -> None:
        await self._books.open()
        self._metrics.lease(held=True)
        self._metrics.begins(MOMENTUM, self._exchange.name)
        for symbol in self._symbols:
            # Until the first price comes, its age counts from here: a stream that does not open must not look like one that nobody has.
            self._metrics.price(self._exchange.name, symbol, time.time())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._hold(held))
            tasks.create_task(self._watch())
            tasks.create_task(_every(_ACCOUNT_SECONDS, self._read_account))

    async def _hold(self, held: Lease) -> None:
        try:
            await _every(_LEASE_SECONDS, held.confirm)
        finally:
            # Whatever ended it, and at once: the other tasks may take seconds to end.
            self._metrics.lease(held=False)

    async def _watch(self) -> None:
        # The first heartbeat comes after a second of trading: a trader that crashes as soon as it begins must not look alive.
        await asyncio.sleep(_LOOK_SECONDS)
        await _every(_LOOK_SECONDS, self._look)

    async def _listen(self) -> None:
        async for price in self._exchange.prices(self._symbols):
            self._path.known.prices[price.symbol] = price
            self._metrics.price(self._exchange.name, price.symbol, price.at)

    async def _look(self) -> None:
        for symbol in self._symbols:
            price, account = self._path.known.prices.get(symbol), self._path.known.account
            if price is not None and account is not None and time.time() - price.at < FRESH_SECONDS:
                await self._decide(price, account.positions.get(symbol, 0.0))
        self._metrics.heartbeat(MOMENTUM)
        if time.monotonic() - self._logged_at >= _HEARTBEAT_SECONDS or not self._logged_at:
            self._logged_at = time.monotonic()
            # A dead man's switch that does not depend on metrics: an alarm counts these lines.
            _LOG.info("heartbeat", extra={"event": "heartbeat", "strategy": MOMENTUM})

    async def _decide(self, price: Price, held: float) -> None:
        signal = self._momentum.look(price, held)
        if signal is None:
            return
        try:
            _, fill = await self._path.follow(signal)
        except ExchangeError:
            return  # it is counted, and the next look decides anew
        if fill is not None:
            self._books.filled(signal, fill)
        await self._read_account()

    async def _read_account(self) -> None:
        try:
            account = await self._path.read_account()
        except ExchangeError:
            return
        if account is not None:
            await self._books.tell(account, self._path.known.prices, self._symbols)


def _kinds(error: Exception) -> str:
    """The classes of an error and of those in it; their texts may name what nobody should read in a log."""
    return ", ".join(map(_kinds, error.exceptions)) if isinstance(error, ExceptionGroup) else type(error).__name__


async def _every(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await act()
        await asyncio.sleep(seconds)
