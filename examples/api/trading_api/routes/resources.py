"""What endpoints use, as FastAPI dependencies."""

from typing import Annotated, cast

from fastapi import Depends, Request

from trading_api.database import Pool
from trading_api.settings import Settings
from trading_api.signals import Signals


def _pool(request: Request) -> Pool:
    return cast("Pool", request.app.state.pool)


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


def _signals(request: Request) -> Signals:
    return cast("Signals", request.app.state.signals)


PoolOfApp = Annotated[Pool, Depends(_pool)]
SettingsOfApp = Annotated[Settings, Depends(_settings)]
SignalsOfApp = Annotated[Signals, Depends(_signals)]
