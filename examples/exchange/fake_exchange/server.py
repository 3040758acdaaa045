"""The application, and what every call goes through: delay, refusal, rate limit."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from fake_exchange import admin, provider, trading
from fake_exchange.book import Book
from fake_exchange.faults import Switch
from fake_exchange.limits import CALLS_A_MINUTE, RateLimit
from fake_exchange.market import Market


def create_exchange(period_seconds: float = 120) -> FastAPI:
    """An exchange with a fresh account and no fault; `period_seconds` is the length of a wave of prices."""
    app = FastAPI(title="Fake exchange")
    switch, limit = Switch(), RateLimit()
    app.state.switch, app.state.book, app.state.limit = switch, Book(Market(switch, period_seconds), switch), limit

    @app.middleware("http")
    async def hinder(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        """Faults of calls; the faults' own endpoints have none."""
        if request.url.path.startswith("/admin"):
            return await proceed(request)
        faults = switch.now
        await asyncio.sleep(faults.delay_seconds)
        taken = limit.take()
        used = taken if faults.rate_limit_used is None else round(faults.rate_limit_used * CALLS_A_MINUTE)
        headers = {"X-RateLimit-Limit": str(CALLS_A_MINUTE), "X-RateLimit-Used": str(used)}
        if faults.error_status is not None:
            return JSONResponse({"detail": "refused by a fault"}, faults.error_status, headers)
        if used > CALLS_A_MINUTE:
            return JSONResponse({"detail": "too many calls"}, 429, headers | {"Retry-After": "60"})
        answer = await proceed(request)
        answer.headers.update(headers)
        return answer

    for part in (trading, provider, admin):
        app.include_router(part.router)
    return app
