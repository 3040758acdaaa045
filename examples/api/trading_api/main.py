"""The FastAPI application, and what lives as long as it does."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from trading_api.database import Pool, pool_of, prepare
from trading_api.metrics.store import Store
from trading_api.metrics.trading import TradingMetrics
from trading_api.requests import RequestLog
from trading_api.routes import router, templates
from trading_api.settings import Settings, TradingSettings
from trading_api.signals import Signals, SignalsInMemory, SignalsInRedis
from trading_api.telemetry import sending
from trading_api.trading.advisor import Advisor
from trading_api.trading.exchange import Exchange, ExchangeError
from trading_api.trading.http import HttpExchange
from trading_api.trading.paper import PaperExchange
from trading_api.trading.path import Path
from trading_api.trading.strategy import WEBHOOK
from trading_api.trading.trader import Trader

HEALTH = "/api/v1/health"
_LOG = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application; its database is opened when the server starts it."""
    metrics = TradingMetrics(Store(strict=os.environ.get("TRADING_METRICS_STRICT") == "true"))

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        senders = sending.start(os.environ, metrics.store)
        signals: Signals = SignalsInRedis(settings.redis) if settings.redis else SignalsInMemory()
        try:
            async with pool_of(settings) as pool:
                await pool.wait()
                await prepare(pool)
                app.state.pool, app.state.settings, app.state.signals = pool, settings, signals
                async with _trading(settings.trading, pool, metrics) as app.state.path:
                    yield
                await signals.close()
        finally:
            await asyncio.to_thread(senders.end)

    app = FastAPI(title="TradingBot AI", lifespan=life, docs_url="/docs")
    app.state.metrics = metrics
    app.include_router(router)
    app.add_middleware(RequestLog, quiet=HEALTH, metrics=metrics, routes=templates())
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeout, _unavailable)
    app.add_exception_handler(ExchangeError, _no_exchange)
    return app


@asynccontextmanager
async def _trading(settings: TradingSettings, pool: Pool, metrics: TradingMetrics) -> AsyncIterator[Path]:
    """The way of signals, and the task that trades by itself where a strategy is named."""
    exchange: Exchange = PaperExchange()
    if settings.exchange_url is None:
        _LOG.info("There is no EXCHANGE_URL: orders go to a paper exchange in this process, with made-up prices and money")
    else:
        exchange = HttpExchange(settings.exchange_url, settings.exchange_key, metrics)
    advisor = Advisor(settings.llm_url, settings.llm_key, settings.llm_model, metrics) if settings.llm_url else None
    path = Path(pool, exchange, advisor, metrics)
    metrics.serves()
    metrics.begins(WEBHOOK, exchange.name)
    task = asyncio.create_task(Trader(pool, exchange, path, metrics, settings.symbols).run()) if settings.strategies else None
    try:
        yield path
    finally:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await exchange.close()
        if advisor is not None:
            await advisor.close()


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _LOG.error("The database does not answer: %s", error)
    return JSONResponse({"detail": "the database does not answer"}, status_code=503, headers={"Retry-After": "5"})


async def _no_exchange(_: Request, error: Exception) -> JSONResponse:
    _LOG.warning("The order is not placed: %s", error)
    return JSONResponse({"detail": "the exchange does not answer"}, status_code=502)
