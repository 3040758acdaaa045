"""Which process may trade: the one that holds an advisory lock of PostgreSQL, for as long as its connection lives.

PostgreSQL frees the lock when the connection ends, so a process that dies leaves it to the next: at once, or after 20 seconds if its host
vanished with it. A process that loses its connection may trade for the seconds until it knows: it asks every 5, and waits 10 for an
answer (database.py). What it orders meanwhile is kept harmless by the primary key of an order and its id (docs/design.md, "Two copies
of a trader").
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection

from trading_api.database import Pool

_LOCK = 8002
_SOON_MISSED = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2"
"""The server misses a client that vanished, such as a host that fails, after 20 seconds; by its defaults after more than two hours."""


class LeaseTakenError(Exception):
    """Another process trades."""


class Lease:
    """The lock that this process holds."""

    def __init__(self, connection: "AsyncConnection[Any]") -> None:
        self._connection = connection

    async def confirm(self) -> None:
        """Raises OperationalError when the connection is gone, and the lock with it."""
        await self._connection.execute("SELECT 1")


@asynccontextmanager
async def lease(pool: Pool) -> AsyncIterator[Lease]:
    """Takes the lock, with a connection of the pool for as long.

    Raises:
        LeaseTakenError: another process holds it.
    """
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        closes = True
        try:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])).fetchone()
            if row is None or not row[0]:
                # Back to the pool as it came: a process that waits would otherwise log in anew every few seconds.
                await connection.set_autocommit(False)
                closes = False
                raise LeaseTakenError
            await connection.execute(_SOON_MISSED)
            yield Lease(connection)
        finally:
            if closes:
                await connection.close()  # which frees the lock, whatever state the connection is in
