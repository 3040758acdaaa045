"""The endpoints that a trader uses."""

import asyncio
import contextlib
from dataclasses import asdict
from typing import Annotated, cast

from fastapi import APIRouter, HTTPException, Query, Request, WebSocket, WebSocketDisconnect

from fake_exchange.book import Account, Book, NewOrder, Order
from fake_exchange.market import LEVELS

PRICE_SECONDS = 0.25
"""Time between two prices of a symbol on the stream."""

ALL = ",".join(LEVELS)
router = APIRouter(tags=["trading"])


def _book(connection: Request | WebSocket) -> Book:
    return cast("Book", connection.app.state.book)


@router.get("/prices")
async def prices(request: Request, symbols: Annotated[str, Query()] = ALL) -> list[dict[str, object]]:
    """The prices now."""
    if unknown := set(symbols.split(",")) - set(LEVELS):
        raise HTTPException(404, f"not traded: {', '.join(sorted(unknown))}")
    return [asdict(_book(request).market.price(symbol)) for symbol in symbols.split(",")]


@router.websocket("/stream")
async def stream(socket: WebSocket, symbols: str = ALL) -> None:
    """A message `{"symbol", "price", "at"}` for every price. Unknown symbols have none."""
    book = _book(socket)
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while not book.switch.now.stream_closes:
            for symbol in symbols.split(","):
                if symbol in LEVELS and not book.switch.now.prices_stop:
                    await socket.send_json(asdict(book.market.price(symbol)))
            await asyncio.sleep(PRICE_SECONDS)
        await socket.close()


@router.post("/orders")
async def place(order: NewOrder, request: Request) -> Order:
    """Fills an order, once for each client_order_id."""
    return _book(request).place(order)


@router.get("/account")
async def account(request: Request) -> Account:
    """Cash, equity and positions."""
    return _book(request).account()
