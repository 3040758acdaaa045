"""An exchange behind EXCHANGE_URL: orders and account over HTTP, prices over a websocket. examples/exchange is one."""

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from trading_api.metrics.trading import TradingMetrics
from trading_api.telemetry.spans import CLIENT, span
from trading_api.trading import stream
from trading_api.trading.exchange import Account, ExchangeError, Fill, Order, Price

TIMEOUT_SECONDS = 10.0


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
        found = await self._call("POST", "/orders", body)
        return Fill("filled" if found["status"] == "filled" else "rejected", float(found["price"]))

    async def account(self) -> Account:
        """Reads the account."""
        found = await self._call("GET", "/account")
        return Account(float(found["equity"]), {symbol: float(held) for symbol, held in found["positions"].items()})

    async def quote(self, symbol: str) -> Price:
        """Reads the price of a symbol."""
        (found,) = await self._call("GET", f"/prices?symbols={symbol}")
        return Price(found["symbol"], float(found["price"]), float(found["at"]))

    def prices(self, symbols: tuple[str, ...]) -> AsyncIterator[Price]:
        """The prices as they come."""
        return stream.prices(self._stream, symbols, lambda again: self._metrics.stream_opened(self.name, again=again))

    async def close(self) -> None:
        """Ends connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, body: object = None) -> Any:
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
                return answer.json()
            except ValueError as error:
                raise self._failed("unreadable") from error

    def _failed(self, code: str) -> ExchangeError:
        self._metrics.exchange_error(self.name, code)
        return ExchangeError(code)

    def _read_limit(self, headers: httpx2.Headers) -> None:
        used, limit = headers.get("X-RateLimit-Used", ""), headers.get("X-RateLimit-Limit", "")
        if used.isdecimal() and limit.isdecimal() and int(limit):
            self._metrics.rate_limit(self.name, int(used) / int(limit))
