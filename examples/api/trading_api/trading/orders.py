"""Orders in PostgreSQL, each once: the primary key decides between two tasks."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import cast

from psycopg.rows import dict_row

from trading_api.database import Pool, statement
from trading_api.trading.exchange import Fill, Order, Side


async def status(pool: Pool, client_order_id: str) -> str | None:
    """What became of an order that is known; None is one that is not."""
    with statement("SELECT"):
        async with pool.connection() as connection:
            cursor = await connection.execute("SELECT status FROM orders WHERE client_order_id = %s", [client_order_id])
            row = await cursor.fetchone()
    return None if row is None else str(row[0] or "known")


async def keep(pool: Pool, order: Order, exchange: str) -> bool:
    """Keeps an order before it is sent; False if it is known already."""
    with statement("INSERT"):
        async with pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO orders (client_order_id, symbol, side, quantity, strategy, exchange, status)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'placed') ON CONFLICT (client_order_id) DO NOTHING",
                [order.client_order_id, order.symbol, order.side, order.quantity, order.strategy, exchange],
            )
            return cursor.rowcount == 1


async def settle(pool: Pool, order: Order, fill: Fill | None) -> None:
    """Keeps what became of an order; None is an order of which the exchange said nothing, which may have been filled."""
    became, usd = ("unknown", None) if fill is None else (fill.status, fill.usd)
    with statement("UPDATE"):
        async with pool.connection() as connection:
            await connection.execute(
                "UPDATE orders SET status = %s, price = %s WHERE client_order_id = %s", [became, usd, order.client_order_id]
            )


async def filled(pool: Pool, strategy: str, exchange: str) -> AsyncIterator[tuple[Order, Fill]]:
    """The filled orders of a strategy, oldest first."""
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "SELECT * FROM orders WHERE strategy = %s AND exchange = %s AND status = 'filled' ORDER BY created_at", [strategy, exchange]
        )
        async for row in cursor:
            order = Order(
                client_order_id=row["client_order_id"],
                strategy=strategy,
                symbol=row["symbol"],
                side=cast("Side", row["side"]),
                quantity=Decimal(row["quantity"]),
            )
            yield order, Fill("filled", float(row["price"]))
