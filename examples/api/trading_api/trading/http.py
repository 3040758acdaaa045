"""An exchange behind EXCHANGE_URL: orders and account over HTTP, prices over a websocket. examples/exchange is one."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import httpx2

from trading_api.metrics.trading import TradingMetrics
from trading_api.telemetry.spans import CLIENT, span
from trading_api.trading import stream
from trading_api.trading.exchange import Account, ExchangeError, Fill, Order, Price

TIMEOUT_SECONDS = 10.0
_Read = TypeVar("_Read")


class HttpExchange:
    """The exchange. Its key is sent in a header, and is nowhere else: not in an address, which logs and errors would show."""

    def __init__(self, url: str, key: str | None, metrics: TradingMetrics, name: str = "http") -> None:
        self.name = name
        self._metrics = metrics
        headers = {"X-API-Key": key} if key else {}
        self._client = httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, headers=headers)
        self._stream = f"{url.rstrip('/').replace('http', 'ws', 1)}/stream"

    async def place(self, order: Order) -> Fill:
        """Sends an order."""
        body = {
            "client_order_id": order.client_order_id,
            "symbol": order.symbol,
            "side": order.side,
            "quantity": str(order.quantity),
        }
        return await self._call("POST", "/orders", _fill, body)

    async def account(self) -> Account:
        """Reads the account."""
        return await self._call("GET", "/account", _account)

    async def quote(self, symbol: str) -> Price:
        """Reads the price of a symbol."""
        return await self._call("GET", f"/prices?symbols={symbol}", _only_price)

    def prices(self, symbols: tuple[str, ...]) -> AsyncIterator[Price]:
        """The prices as they come."""
        return stream.prices(self._stream, symbols, lambda again: self._metrics.stream_opened(self.name, again=again))

    async def close(self) -> None:
        """Ends connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, read: Callable[[Any], _Read], body: object = None) -> _Read:
        route = path.partition("?")[0]
        with span(f"{method} {route}", CLIENT, exchange=self.name, http__request__method=method, http__route=route) as called:
            started = time.perf_counter()
            try:
                answer = await self._client.request(method, path, json=body)
            except httpx2.HTTPError as error:
                raise self._failed("timeout" if isinstance(error, httpx2.TimeoutException) else "unreachable") from error
            finally:
                self._metrics.exchange_call(self.name, time.perf_counter() - started)
            called.set(http__response__status_code=answer.status_code)
            self._read_limit(answer.headers)
            if answer.is_error:
                called.fail(str(answer.status_code))
                raise self._failed(str(answer.status_code))
            try:
                return read(answer.json())
            except (ValueError, KeyError, TypeError, AttributeError) as error:  # no JSON, or not the one that is documented
                raise self._failed("unreadable") from error

    def _failed(self, code: str) -> ExchangeError:
        self._metrics.exchange_error(self.name, code)
        return ExchangeError(code)

    def _read_limit(self, headers: httpx2.Headers) -> None:
        used, limit = headers.get("X-RateLimit-Used", ""), headers.get("X-RateLimit-Limit", "")
        if used.isdecimal() and limit.isdecimal() and int(limit):
            self._metrics.rate_limit(self.name, int(used) / int(limit))


def _fill(found: Any) -> Fill:
    # An exchange that fills later says so with another status. Support it before you trade on one: here it is an order without an answer.
    if found["status"] not in {"filled", "rejected"}:
        raise ValueError("a status that is not known")
    return Fill(found["status"], float(found["price"]))


def _account(found: Any) -> Account:
    return Account(float(found["equity"]), {symbol: float(held) for symbol, held in found["positions"].items()})


def _only_price(found: Any) -> Price:
    (price,) = found
    return Price(price["symbol"], float(price["price"]), float(price["at"]))
