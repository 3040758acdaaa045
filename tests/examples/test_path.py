"""What is logged on the way of a signal: each line about an order names it and its strategy, whatever became of it."""

import asyncio
import json
import logging
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from trading_api.log import JsonFormatter
from trading_api.metrics.trading import TradingMetrics
from trading_api.trading import orders
from trading_api.trading.exchange import Account, ExchangeError, Fill, Price
from trading_api.trading.path import Path
from trading_api.trading.strategy import MOMENTUM, Signal

LARGE, SMALL = Decimal(1000), Decimal(1)


class Market:
    """An exchange where everything costs one hundred, and an order becomes this."""

    name = "market"

    def __init__(self, becomes: Fill | ExchangeError) -> None:
        self.becomes = becomes

    async def place(self, _order: object) -> Fill:
        if isinstance(self.becomes, ExchangeError):
            raise self.becomes
        return self.becomes

    async def account(self) -> Account:
        return Account(10_000.0, {})

    async def quote(self, symbol: str) -> Price:
        return Price(symbol, 100.0, 0.0)


def logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, becomes: Fill | ExchangeError, quantity: Decimal) -> Any:
    """The lines of a signal, as the log has them."""

    async def keep(*_: object) -> bool:
        return True

    async def settle(*_: object) -> None:
        return None

    monkeypatch.setattr(orders, "keep", keep)
    monkeypatch.setattr(orders, "settle", settle)
    caplog.set_level(logging.INFO, "trading_api")
    exchange: Any = Market(becomes)
    path = Path(Mock(), exchange, None, Mock(spec=TradingMetrics))
    asyncio.run(path.follow(Signal("order-1", MOMENTUM, "BTCUSDT", "buy", quantity)))
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name.startswith("trading_api")]


@pytest.mark.parametrize(
    ("becomes", "quantity", "messages"),
    [
        (Fill("filled", 100.0), SMALL, ["ORDER filled"]),
        (Fill("rejected", 100.0), SMALL, ["ORDER rejected"]),
        (ExchangeError("timeout"), SMALL, ["ORDER unanswered: timeout", "ORDER unknown"]),
        (Fill("filled", 100.0), LARGE, ["ORDER refused: too-large"]),
    ],
    ids=["filled", "rejected", "unknown", "refused"],
)
def test_each_line_about_an_order_names_it_and_its_strategy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, becomes: Any, quantity: Decimal, messages: list[str]
) -> None:
    lines = logged(monkeypatch, caplog, becomes, quantity)
    assert [line["message"] for line in lines] == ["SIGNAL taken", *messages]
    for line in lines:
        assert (line["client_order_id"], line["strategy"], line["symbol"]) == ("order-1", "momentum", "BTCUSDT")
