"""The webhook while Redis does not answer, and the count of those who ask, without a server."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from fastapi import FastAPI
from redis.exceptions import RedisError
from starlette.testclient import TestClient

from trading_api.metrics.store import Store
from trading_api.metrics.trading import TradingMetrics
from trading_api.requests import RequestLog
from trading_api.routes.webhook import router

SECRET = "made-up"  # noqa: S105 - of a test


@pytest.fixture
def app() -> FastAPI:
    """The webhook alone. Redis is down."""
    made = FastAPI()
    made.include_router(router)
    made.state.settings = SimpleNamespace(webhook_secret=SECRET, trading=SimpleNamespace(symbols=("BTCUSDT",)))
    made.state.metrics = TradingMetrics(Store(strict=True))
    made.state.signals = Mock(put=AsyncMock(side_effect=RedisError("down")))
    made.state.path = Mock(follow=AsyncMock(return_value=("filled", None)))
    made.add_middleware(RequestLog, quiet="", metrics=made.state.metrics, routes={})
    return made


def sent(app: FastAPI, **more: object) -> Any:
    client = TestClient(app, raise_server_exceptions=False)
    return client.post("/webhook", json={"symbol": "BTCUSDT", "action": "buy", "secret": SECRET, **more})


def test_an_order_is_placed_although_redis_does_not_answer(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    answer = sent(app, quantity="1")
    assert (answer.status_code, answer.json()["outcome"]) == (202, "filled")
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "The newest signal of a symbol is not kept: RedisError"
    ]


def test_a_signal_that_only_redis_would_keep_is_not_said_to_be_accepted(app: FastAPI) -> None:
    assert sent(app).status_code == 500


def test_who_asked_is_counted_when_metrics_are_sent(app: FastAPI) -> None:
    sent(app)
    store = app.state.metrics.store
    store.before_reading()
    assert store.read("trading_active_users") == {(): 1}
