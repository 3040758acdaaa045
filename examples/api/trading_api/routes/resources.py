"""What endpoints use, as FastAPI dependencies."""

from typing import Annotated, cast

from fastapi import Depends, Request

from trading_api.database import Pool
from trading_api.metrics.trading import TradingMetrics
from trading_api.settings import Settings
from trading_api.signals import Signals
from trading_api.trading.path import Path


def _pool(request: Request) -> Pool:
    return cast("Pool", request.app.state.pool)


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


def _signals(request: Request) -> Signals:
    return cast("Signals", request.app.state.signals)


def _path(request: Request) -> Path:
    return cast("Path", request.app.state.path)


def _metrics(request: Request) -> TradingMetrics:
    return cast("TradingMetrics", request.app.state.metrics)


PoolOfApp = Annotated[Pool, Depends(_pool)]
SettingsOfApp = Annotated[Settings, Depends(_settings)]
SignalsOfApp = Annotated[Signals, Depends(_signals)]
PathOfApp = Annotated[Path, Depends(_path)]
MetricsOfApp = Annotated[TradingMetrics, Depends(_metrics)]
