"""The trader's task without a database: how it goes on after what nobody foresaw, and what it says of the lease."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from psycopg import OperationalError

from trading_api.metrics.store import Store
from trading_api.metrics.trading import TradingMetrics
from trading_api.trading import trader
from trading_api.trading.exchange import Account, Price
from trading_api.trading.lease import LeaseTakenError
from trading_api.trading.path import Path


class Market:
    """An exchange whose stream ends slowly."""

    name = "market"

    def __init__(self) -> None:
        self.began, self.ended = asyncio.Event(), asyncio.Event()
        self.lease_when_ended: Any = None
        self.fails = False
        self.metrics = TradingMetrics(Store(strict=True))

    async def account(self) -> Account:
        return Account(10_000.0, {})

    async def prices(self, symbols: tuple[str, ...]) -> AsyncIterator[Price]:
        try:
            while True:
                yield Price(symbols[0], 100.0, time.time())
                self.began.set()
                await asyncio.sleep(0.01)
        finally:
            self.lease_when_ended = self.metrics.store.read("trading_lease_held")
            self.ended.set()
            if self.fails:
                raise RuntimeError("a bug")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Waits are short. The lease, which is always free at first, is what this has as its side effects."""
    confirm = Mock(confirm=AsyncMock())

    @asynccontextmanager
    async def lease(_: object) -> AsyncIterator[Mock]:
        confirm.taken()
        yield confirm

    monkeypatch.setattr(trader, "lease", lease)
    monkeypatch.setattr(trader, "Books", Mock(return_value=Mock(open=AsyncMock(), tell=AsyncMock())))
    monkeypatch.setattr(trader, "_LEASE_SECONDS", 0.05)
    monkeypatch.setattr(trader, "_LOOK_SECONDS", 0.1)
    return confirm


async def run(market: Any, holds: Callable[[], bool]) -> None:
    """Lets it trade until this holds."""
    path = Path(Mock(), market, None, market.metrics)
    task = asyncio.create_task(trader.Trader(Mock(), market, path, market.metrics, ("BTCUSDT",)).run())
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        assert not task.done(), "it ends only when it is cancelled"
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.done(), "a cancellation ends it"


def test_what_nobody_foresaw_is_an_error_with_its_traceback_and_the_trader_goes_on(quickly: Mock, caplog: pytest.LogCaptureFixture) -> None:
    async def trade() -> TradingMetrics:
        market = Market()
        market.account = AsyncMock(side_effect=AttributeError("a bug"))  # type: ignore[method-assign]
        await run(market, lambda: quickly.taken.call_count > 3)
        return market.metrics

    metrics = asyncio.run(trade())
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert errors
    assert all(record.exc_info and "a bug" in caplog.text for record in errors)
    assert metrics.store.read("trading_heartbeat_timestamp_seconds") == {}, "what crashes at once is not alive"


def test_an_error_before_it_trades_does_not_end_the_task_either(quickly: Mock, caplog: pytest.LogCaptureFixture) -> None:
    quickly.taken.side_effect = ValueError("a bug")
    asyncio.run(run(Market(), lambda: quickly.taken.call_count > 3))
    assert [record.levelname for record in caplog.records if "a bug" in str(record.exc_info)] != []


def test_a_lease_that_another_has_is_worth_no_line(quickly: Mock, caplog: pytest.LogCaptureFixture) -> None:
    quickly.taken.side_effect = LeaseTakenError
    asyncio.run(run(Market(), lambda: quickly.taken.call_count > 3))
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_whoever_trades_for_a_while_has_a_heartbeat() -> None:
    market = Market()
    asyncio.run(run(market, lambda: bool(market.metrics.store.read("trading_heartbeat_timestamp_seconds"))))


def test_a_lost_lease_is_told_before_anything_slow_ends(quickly: Mock, caplog: pytest.LogCaptureFixture) -> None:
    market = Market()

    async def confirm() -> None:
        await market.began.wait()
        raise OperationalError("gone")

    quickly.confirm = confirm
    asyncio.run(run(market, market.ended.is_set))
    assert market.lease_when_ended == {(): 0}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"][:1] == [
        "This process does not trade any more: OperationalError"
    ]


def test_a_stream_that_fails_as_it_is_cancelled_does_not_keep_the_task_from_ending() -> None:
    market = Market()
    market.fails = True
    asyncio.run(run(market, market.began.is_set))
