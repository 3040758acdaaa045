"""Orders, each placed once however often it is sent."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response, status
from psycopg.rows import dict_row
from pydantic import BaseModel, Field

from trading_api.database import statement
from trading_api.routes.resources import PoolOfApp
from trading_api.trading.exchange import SYMBOL

router = APIRouter(prefix="/orders", tags=["orders"])
_LOG = logging.getLogger(__name__)


class NewOrder(BaseModel):
    """An order as a client sends it; `client_order_id` is the client's own, and makes sending it again harmless."""

    client_order_id: str = Field(min_length=1, max_length=64)
    symbol: str = Field(pattern=SYMBOL)
    side: Literal["buy", "sell"]
    quantity: Decimal = Field(gt=0, max_digits=20, decimal_places=8)


class Order(NewOrder):
    """An order as it is kept."""

    created_at: datetime


@router.post("", status_code=status.HTTP_201_CREATED)
async def place(order: NewOrder, pool: PoolOfApp, response: Response) -> Order:
    """Keeps an order: 201, or 200 with the kept one if it is known. The primary key decides between two tasks."""
    with statement("INSERT"):
        async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "INSERT INTO orders (client_order_id, symbol, side, quantity)"
                " VALUES (%(client_order_id)s, %(symbol)s, %(side)s, %(quantity)s)"
                " ON CONFLICT (client_order_id) DO NOTHING RETURNING *",
                order.model_dump(),
            )
            placed = await cursor.fetchone()
            if placed is None:
                response.status_code = status.HTTP_200_OK
                await cursor.execute("SELECT * FROM orders WHERE client_order_id = %s", [order.client_order_id])
                placed = await cursor.fetchone()
    if response.status_code != status.HTTP_200_OK:
        _LOG.info("ORDER placed", extra={"client_order_id": order.client_order_id, "symbol": order.symbol, "side": order.side})
    return Order.model_validate(placed)


@router.get("")
async def newest(pool: PoolOfApp, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[Order]:
    """The newest orders."""
    with statement("SELECT"):
        async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute("SELECT * FROM orders ORDER BY created_at DESC LIMIT %s", [limit])
            found: list[dict[str, Any]] = await cursor.fetchall()
    return [Order.model_validate(row) for row in found]
