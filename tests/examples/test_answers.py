"""Answers that no program expects: of an exchange an ExchangeError, or a stream that is opened again; of an AI provider no opinion."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any
from unittest.mock import MagicMock, Mock

import httpx2
import pytest

from trading_api.metrics.trading import TradingMetrics
from trading_api.trading import stream
from trading_api.trading.advisor import Advisor
from trading_api.trading.exchange import ExchangeError, Fill, Order, Price
from trading_api.trading.http import HttpExchange
from trading_api.trading.strategy import Signal

ORDER = Order(client_order_id="order-1", strategy="momentum", symbol="BTCUSDT", side="buy", quantity=Decimal(1))

CALLS: dict[str, Callable[[HttpExchange], Any]] = {
    "order": lambda exchange: exchange.place(ORDER),
    "account": lambda exchange: exchange.account(),
    "quote": lambda exchange: exchange.quote("BTCUSDT"),
}


def everybody_answers(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    client = httpx2.AsyncClient

    def to_nobody(**options: Any) -> httpx2.AsyncClient:
        return client(**options, transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer)))

    monkeypatch.setattr(httpx2, "AsyncClient", to_nobody)


def answered(monkeypatch: pytest.MonkeyPatch, call: str, answer: object, metrics: Any = None) -> Any:
    """What a call comes to when the exchange answers this."""
    everybody_answers(monkeypatch, answer)

    async def ask() -> Any:
        exchange = HttpExchange("http://exchange", None, metrics or Mock(spec=TradingMetrics))
        try:
            return await CALLS[call](exchange)
        finally:
            await exchange.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("order", {"price": 1}),
        ("order", {"status": "new", "price": 1}),
        ("order", {"status": "filled", "price": None}),
        ("order", []),
        ("account", {"equity": 1, "positions": None}),
        ("account", {"equity": None, "positions": {}}),
        ("account", None),
        ("quote", []),
        ("quote", [{"symbol": "BTCUSDT", "price": None, "at": 1}]),
        ("quote", {"detail": "none"}),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error_of_the_exchange_and_counted(
    monkeypatch: pytest.MonkeyPatch, call: str, answer: object
) -> None:
    metrics = Mock(spec=TradingMetrics)
    with pytest.raises(ExchangeError, match="unreadable"):
        answered(monkeypatch, call, answer, metrics)
    metrics.exchange_error.assert_called_once_with("http", "unreadable")


@pytest.mark.parametrize("status", ["filled", "rejected"])
def test_an_order_becomes_what_the_exchange_says(monkeypatch: pytest.MonkeyPatch, status: Any) -> None:
    assert answered(monkeypatch, "order", {"status": status, "price": "2.5"}) == Fill(status, 2.5)


@pytest.mark.parametrize("message", ['{"symbol": "BTCUSDT", "price": null, "at": 1}', "[]", "7", "null", "{}", "{"])
def test_a_message_that_is_no_price_opens_the_stream_again(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    good = '{"symbol": "BTCUSDT", "price": 2, "at": 1}'
    connections = iter([[message], [good]])

    @contextlib.asynccontextmanager
    async def connect(*_: object, **__: object) -> AsyncIterator[MagicMock]:
        yield MagicMock(**{"__aiter__.return_value": next(connections)})

    async def first() -> Price:
        prices: Any = stream.prices("ws://exchange", ("BTCUSDT",), opened)
        async with contextlib.aclosing(prices):
            found: Price = await anext(prices)
            return found

    monkeypatch.setattr(stream, "connect", connect)
    monkeypatch.setattr(stream, "_SHORTEST_PAUSE", 0)
    opened = Mock()
    assert asyncio.run(first()) == Price("BTCUSDT", 2.0, 1.0)
    assert [call.args for call in opened.call_args_list] == [(False,), (True,)]


@pytest.mark.parametrize(
    ("answer", "agrees"), [({"text": "No."}, False), ({"text": " yes"}, True), ({}, True), ({"text": None}, True)], ids=str
)
def test_a_call_of_an_ai_provider_is_paid_for_whatever_its_text_is(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, object], agrees: bool
) -> None:
    everybody_answers(monkeypatch, {"usage": {"input_tokens": 1_000_000, "output_tokens": 0}, **answer})
    metrics = Mock(spec=TradingMetrics)

    async def ask() -> bool:
        advisor = Advisor("http://provider", None, "small", metrics)
        try:
            return await advisor.agrees(Signal("order-1", "momentum", "BTCUSDT", "buy", Decimal(1)))
        finally:
            await advisor.close()

    assert asyncio.run(ask()) is agrees
    (call,) = metrics.llm_call.call_args_list
    assert call.args[:2] == ("small", 3.0)
