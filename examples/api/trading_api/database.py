"""The pool of connections to PostgreSQL, which survives a rotation of the password."""

import asyncio
import logging
import time
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from trading_api.credentials import CredentialSource
from trading_api.settings import Settings
from trading_api.telemetry.spans import CLIENT, span

_LOG = logging.getLogger(__name__)

POOL_SIZE = 3
"""Connections of a task: twenty tasks during a deployment take 60, and a db.t3.micro about 85."""

SECRET_LAG_SECONDS = 30.0
"""How long to try again after a refused login: the secret can be behind the server by some seconds."""

WAIT_SECONDS = 10.0
"""How long a request waits for a connection, before it is answered 503."""

CONNECTION = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
"""A server that vanished, such as a host that fails, is missed 10 seconds after a statement, 20 without one. By the defaults of Linux a
statement waits for a quarter of an hour."""

_PAUSE_SECONDS = 1.0

Pool = AsyncConnectionPool[AsyncConnection[Any]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    client_order_id text PRIMARY KEY,
    symbol text NOT NULL,
    side text NOT NULL CHECK (side IN ('buy', 'sell')),
    quantity numeric NOT NULL CHECK (quantity > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE orders
    ADD COLUMN IF NOT EXISTS strategy text,
    ADD COLUMN IF NOT EXISTS exchange text,
    ADD COLUMN IF NOT EXISTS status text,
    ADD COLUMN IF NOT EXISTS price numeric;
CREATE TABLE IF NOT EXISTS highest_equity (exchange text PRIMARY KEY, usd numeric NOT NULL)
"""
"""An older version goes on beside it: what it does not know may be empty."""
_SCHEMA_LOCK = 8001


def is_refused_login(error: OperationalError) -> bool:
    """Whether the server refused user or password. libpq gives no code for a connection that failed, only the server's words."""
    return "authentication failed" in str(error)


def pool_of(settings: Settings) -> Pool:
    """The pool, not yet open."""
    source = CredentialSource(settings.database_secret_arn)

    class Connection(AsyncConnection[Any]):
        """A connection that logs in with the credentials at hand, and with newer ones if those are refused."""

        @classmethod
        async def connect(cls, conninfo: str = "", **options: Any) -> Self:
            """Raises OperationalError when no credentials log in for SECRET_LAG_SECONDS, or the server does not answer."""
            deadline = time.monotonic() + SECRET_LAG_SECONDS
            while True:
                try:
                    return await super().connect(conninfo, user=source.now.user, password=source.now.password, **options)
                except OperationalError as error:
                    if not is_refused_login(error) or time.monotonic() > deadline:
                        raise
                await _wait_for_newer(source)

    return AsyncConnectionPool(
        settings.database_url,
        connection_class=Connection,
        kwargs=dict(CONNECTION),
        min_size=1,
        max_size=POOL_SIZE,
        timeout=WAIT_SECONDS,
        # A connection that a failover broke is found before a request gets it.
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


async def prepare(pool: Pool) -> None:
    """Creates the table. Tasks that start together wait for each other: two at once would collide."""
    async with pool.connection() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEMA_LOCK])
        await connection.execute(_SCHEMA)


def statement(operation: str) -> span:
    """The span of a statement about orders, waiting for a connection included. Its text and its values are not in it."""
    return span(f"{operation} orders", CLIENT, db__system__name="postgresql", db__operation__name=operation, db__collection__name="orders")


async def _wait_for_newer(source: CredentialSource) -> None:
    _LOG.warning("The database refuses the credentials at hand: reading the secret again")
    try:
        if await source.read_again():
            return
    except (BotoCoreError, ClientError):
        _LOG.exception("The secret cannot be read")
    await asyncio.sleep(_PAUSE_SECONDS)
