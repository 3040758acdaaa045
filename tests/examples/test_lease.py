"""The connection that holds the lease: how soon either end misses the other, and what waiting for it costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from trading_api import database
from trading_api.settings import Settings
from trading_api.trading.lease import LeaseTakenError, lease


class Connection:
    """A connection of the pool, with what was done to it in order."""

    def __init__(self, *, is_free: bool | Exception) -> None:
        self.is_free = is_free
        self.done: list[str] = []

    async def set_autocommit(self, value: bool) -> None:
        self.done.append(f"autocommit {value}")

    async def execute(self, statement: str, _values: object = None) -> Any:
        self.done.append(statement)
        if isinstance(self.is_free, Exception):
            raise self.is_free
        return Mock(fetchone=AsyncMock(return_value=(self.is_free,)))

    async def close(self) -> None:
        self.done.append("close")


def held(connection: Connection) -> None:
    """Takes the lease by a pool of this connection, and lets it go."""

    @asynccontextmanager
    async def given() -> AsyncIterator[Connection]:
        yield connection

    async def hold() -> None:
        pool: Any = Mock(connection=given)
        async with lease(pool):
            connection.done.append("trade")

    asyncio.run(hold())


def test_a_process_that_waits_gives_the_connection_back_as_it_came() -> None:
    connection = Connection(is_free=False)
    with pytest.raises(LeaseTakenError):
        held(connection)
    assert connection.done == ["autocommit True", "SELECT pg_try_advisory_lock(%s)", "autocommit False"]


def test_the_server_is_told_to_miss_the_trader_soon_and_the_connection_ends_with_the_lease() -> None:
    connection = Connection(is_free=True)
    held(connection)
    keepalives = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2"
    assert connection.done[2:] == [keepalives, "trade", "close"]


def test_a_connection_that_may_hold_the_lock_is_closed_whatever_happened() -> None:
    connection = Connection(is_free=RuntimeError("cut off"))
    with pytest.raises(RuntimeError):
        held(connection)
    assert connection.done[-1] == "close"


def test_a_database_that_vanished_is_missed_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"ENVIRONMENT": "e", "PORT": "1", "DATABASE_URL": "postgresql://db/trading", "WEBHOOK_SECRET": "made-up"}
    for name in ("PGUSER", "PGPASSWORD"):
        monkeypatch.setenv(name, "made-up")
    made = Mock()
    monkeypatch.setattr(database, "AsyncConnectionPool", made)
    database.pool_of(Settings.of(variables))
    options = made.call_args.kwargs["kwargs"]
    assert options["tcp_user_timeout"] == 10_000
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] == 20
