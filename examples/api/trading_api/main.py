"""The FastAPI application, and what lives as long as it does."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from trading_api.database import pool_of, prepare
from trading_api.requests import RequestLog
from trading_api.routes import router
from trading_api.settings import Settings
from trading_api.signals import Signals, SignalsInMemory, SignalsInRedis

HEALTH = "/api/v1/health"
_LOG = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application; its database is opened when the server starts it."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        signals: Signals = SignalsInRedis(settings.redis) if settings.redis else SignalsInMemory()
        async with pool_of(settings) as pool:
            await pool.wait()
            await prepare(pool)
            app.state.pool, app.state.settings, app.state.signals = pool, settings, signals
            yield
            await signals.close()

    app = FastAPI(title="TradingBot AI", lifespan=life, docs_url="/docs")
    app.include_router(router)
    app.add_middleware(RequestLog, quiet=HEALTH)
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeout, _unavailable)
    return app


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _LOG.error("The database does not answer: %s", error)
    return JSONResponse({"detail": "the database does not answer"}, status_code=503, headers={"Retry-After": "5"})
