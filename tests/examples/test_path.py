"""The way of a signal: what is logged and counted, what a repeat costs, and what the limits look at."""

import asyncio
import json
import logging
from decimal import Decimal
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from trading_api.log import JsonFormatter
from trading_api.metrics.trading import TradingMetrics
from trading_api.trading import orders
from trading_api.trading.exchange import Account, ExchangeError, Fill, Order, Price, Side
from trading_api.trading.path import Path
from trading_api.trading.strategy import MOMENTUM, Signal

LARGE, SMALL = Decimal(1000), Decimal(1)
FILLED = Fill("filled", 100.0)


class Market:
    """An exchange where everything costs one hundred, and an order becomes this."""

    name = "market"

    def __init__(self, becomes: Fill | ExchangeError = FILLED, **positions: float) -> None:
        self.becomes = becomes
        self.positions = positions
        self.placed: list[str] = []

    async def place(self, order: Order) -> Fill:
        self.placed.append(order.client_order_id)
        if isinstance(self.becomes, ExchangeError):
            raise self.becomes
        return self.becomes

    async def account(self) -> Account:
        return Account(10_000.0, self.positions)

    async def quote(self, symbol: str) -> Price:
        return Price(symbol, 100.0, 0.0)


@pytest.fixture(autouse=True)
def rows(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The orders of the database, and the status of each."""
    kept: dict[str, str] = {}

    async def status(_pool: object, client_order_id: str) -> str | None:
        return kept.get(client_order_id)

    async def keep(_pool: object, order: Order, _exchange: str) -> bool:
        is_new = order.client_order_id not in kept
        kept.setdefault(order.client_order_id, "placed")
        return is_new

    async def settle(_pool: object, order: Order, fill: Fill | None) -> None:
        kept[order.client_order_id] = "unknown" if fill is None else fill.status

    monkeypatch.setattr(orders, "status", status)
    monkeypatch.setattr(orders, "keep", keep)
    monkeypatch.setattr(orders, "settle", settle)
    return kept


def path_to(market: Market, advisor: Any = None, metrics: Any = None) -> Path:
    exchange: Any = market
    return Path(Mock(), exchange, advisor, metrics or Mock(spec=TradingMetrics))


def signal(quantity: Decimal = SMALL, side: Side = "buy") -> Signal:
    return Signal("order-1", MOMENTUM, "BTCUSDT", side, quantity)


@pytest.mark.parametrize(
    ("becomes", "quantity", "messages"),
    [
        (FILLED, SMALL, ["ORDER filled"]),
        (Fill("rejected", 100.0), SMALL, ["ORDER rejected"]),
        (ExchangeError("timeout"), SMALL, ["ORDER unanswered: timeout", "ORDER unknown"]),
        (FILLED, LARGE, ["ORDER refused: too-large"]),
    ],
    ids=["filled", "rejected", "unknown", "refused"],
)
def test_each_line_about_an_order_names_it_and_its_strategy(
    caplog: pytest.LogCaptureFixture, becomes: Any, quantity: Decimal, messages: list[str]
) -> None:
    caplog.set_level(logging.INFO, "trading_api")
    asyncio.run(path_to(Market(becomes)).follow(signal(quantity)))
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name.startswith("trading_api")]
    assert [line["message"] for line in lines] == ["SIGNAL taken", *messages]
    for line in lines:
        assert (line["client_order_id"], line["strategy"], line["symbol"]) == ("order-1", "momentum", "BTCUSDT")


def test_a_signal_that_is_sent_again_is_answered_what_became_of_it_and_neither_counted_nor_paid_for_again() -> None:
    market, advisor, metrics = Market(), Mock(agrees=AsyncMock(return_value=True)), Mock(spec=TradingMetrics)
    path = path_to(market, advisor, metrics)

    async def twice() -> list[str]:
        first, _ = await path.follow(signal())
        market.positions = {"BTCUSDT": 100.0}  # by now the risk check would refuse it
        path.known.account = None
        again, fill = await path.follow(signal())
        assert fill is None, "the fill is in the books already"
        return [first, again]

    assert asyncio.run(twice()) == ["filled", "filled"]
    assert market.placed == ["order-1"]
    assert (metrics.signal.call_count, advisor.agrees.await_count) == (1, 1)


@pytest.mark.parametrize("kept", ["placed", "unknown", "rejected"])
def test_a_repeat_of_an_order_that_is_open_or_came_to_nothing_says_so(rows: dict[str, str], kept: str) -> None:
    rows["order-1"] = kept
    market = Market()
    assert asyncio.run(path_to(market).follow(signal())) == (kept, None)
    assert market.placed == []


@pytest.mark.parametrize(("held", "outcome"), [(98.0, "filled"), (100.0, "refused")])
def test_what_is_held_of_another_symbol_counts_towards_the_limit(held: float, outcome: str) -> None:
    assert asyncio.run(path_to(Market(ETHUSDT=held)).follow(signal()))[0] == outcome


def test_an_order_that_closes_passes_although_the_limit_is_exceeded() -> None:
    assert asyncio.run(path_to(Market(BTCUSDT=30.0, ETHUSDT=500.0)).follow(signal(Decimal(30), "sell")))[0] == "filled"


@pytest.mark.parametrize("begins", ["before the order", "while it is under way"])
def test_an_account_that_was_asked_for_before_an_order_was_answered_is_not_believed(begins: str) -> None:
    market = Market()
    path = path_to(market)
    asked = asyncio.Event()

    async def place(order: Order) -> Fill:
        if begins == "while it is under way":
            asked.set()
        await asyncio.sleep(0.01)
        return FILLED

    async def account() -> Account:
        await asyncio.sleep(0.03)
        return Account(10_000.0, {})

    async def both() -> None:
        path.known.keep(Account(10_000.0, {}))
        if begins == "before the order":
            asked.set()
        ordering = asyncio.create_task(path.follow(signal()))
        await asked.wait()
        market.account = account  # type: ignore[method-assign]
        assert await path.read_account() is None
        assert path.known.account is None
        await ordering
        assert await path.read_account() is not None

    market.place = place  # type: ignore[method-assign]
    asyncio.run(both())


def test_an_order_that_is_under_way_ends_although_its_task_is_cancelled(rows: dict[str, str]) -> None:
    market = Market()
    sent = asyncio.Event()

    async def place(order: Order) -> Fill:
        sent.set()
        await asyncio.sleep(0.05)
        return FILLED

    async def cut() -> None:
        task = asyncio.create_task(path_to(market).follow(signal()))
        await sent.wait()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled(), "what cancelled it is not held up longer than by the order"
        assert rows == {"order-1": "filled"}

    market.place = place  # type: ignore[method-assign]
    asyncio.run(cut())


def test_the_time_of_an_order_begins_when_the_ai_provider_has_answered() -> None:
    async def agrees(_: Signal) -> bool:
        await asyncio.sleep(0.5)
        return True

    metrics = Mock(spec=TradingMetrics)
    asyncio.run(path_to(Market(), Mock(agrees=agrees), metrics).follow(signal()))
    (call,) = metrics.order_latency.call_args_list
    assert call.args[1] < 0.4
