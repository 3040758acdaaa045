"""The task that trades by itself, on the made-up exchange: what it sends on a good day, with each fault, and beside a second process."""

import time
from collections.abc import Iterator

import pytest

from tests.data_stores import Stores
from tests.examples.exchange.running import FakeExchange, exchange_running
from tests.examples.otlp_sink import Sink, listening
from tests.examples.running import Example, free_port, running, until
from trading_api.metrics.trading import OF_THE_TRADER

pytestmark = pytest.mark.local_cloud

MOMENTUM = {"strategy": "momentum"}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening(Sink()) as made:
        yield made


@pytest.fixture
def exchange() -> Iterator[FakeExchange]:
    with exchange_running() as made:
        yield made


@pytest.fixture
def variables(environment: dict[str, str], sink: Sink, exchange: FakeExchange, stores: Stores) -> dict[str, str]:
    """A task that trades. What an earlier test's trader left in the database is gone."""
    with stores.connect() as connection:
        connection.execute("DROP TABLE IF EXISTS orders, highest_equity")
    trading = {"STRATEGIES": "momentum", "SYMBOLS": "BTCUSDT,ETHUSDT", "EXCHANGE_URL": exchange.url, "LLM_URL": exchange.url}
    return environment | sink.variables() | trading


@pytest.fixture
def trader(variables: dict[str, str], port: int, sink: Sink) -> Iterator[Example]:
    """A trader that has sent its first values."""
    with running(variables, port) as served:
        until(lambda: sink.until_point("trading_lease_held") == 1)
        sink.until_point("trading_equity_usd", exchange="http")
        yield served


def test_on_a_good_day_it_trades_and_tells_all_that_the_contract_asks_of_a_trader(trader: Example, sink: Sink, stores: Stores) -> None:
    until(lambda: sink.until_point("trading_orders_total", status="filled", **MOMENTUM) >= 2)
    assert trader.line(event="heartbeat")["strategy"] == "momentum"
    assert sink.until_point("trading_price_age_seconds", exchange="http", symbol="BTCUSDT") < 10
    assert 90_000 < sink.until_point("trading_equity_usd", exchange="http") < 110_000
    assert 0 <= sink.until_point("trading_drawdown_ratio") < 0.1
    assert time.time() - sink.until_point("trading_heartbeat_timestamp_seconds", **MOMENTUM) < 20
    for name in (
        "realized_pnl_usd",
        "unrealized_pnl_usd",
        "open_positions",
        "last_signal_timestamp_seconds",
        "last_order_timestamp_seconds",
    ):
        sink.until_point(f"trading_{name}", **MOMENTUM)
    for name in ("exposure_usd", "rate_limit_used_ratio", "exchange_latency_seconds", "websocket_reconnects_total"):
        sink.until_point(f"trading_{name}", exchange="http")
    assert sink.until_point("trading_llm_cost_usd_total", model="small") > 0
    assert sink.until_point("trading_order_latency_seconds", exchange="http").count > 0
    assert {labels.get("environment") for metric in {each.name for each in sink.metrics} for labels, _ in sink.points(metric)} == {
        "production"
    }
    with stores.connect() as connection:
        rows = connection.execute("SELECT status, exchange FROM orders WHERE strategy = 'momentum'").fetchall()
    assert set(rows) <= {("filled", "http"), ("placed", "http")}
    assert rows
    assert sink.refused == []


def test_with_a_dead_websocket_prices_age_while_the_heartbeat_goes_on_and_nothing_is_ordered(
    trader: Example, sink: Sink, exchange: FakeExchange
) -> None:
    exchange.switch(prices_stop=True)
    until(lambda: sink.until_point("trading_price_age_seconds", symbol="BTCUSDT") > 11)
    placed = sink.until_point("trading_orders_total", status="placed", **MOMENTUM)
    until(lambda: sink.until_point("trading_price_age_seconds", symbol="BTCUSDT") > 16)
    assert sink.until_point("trading_orders_total", status="placed", **MOMENTUM) == placed, "an old price is not traded on"
    assert time.time() - sink.until_point("trading_heartbeat_timestamp_seconds", **MOMENTUM) < 10
    exchange.switch()
    until(lambda: sink.until_point("trading_price_age_seconds", symbol="BTCUSDT") < 5)


def test_stale_prices_age_although_they_come(trader: Example, sink: Sink, exchange: FakeExchange) -> None:
    exchange.switch(prices_stale=True)
    until(lambda: sink.until_point("trading_price_age_seconds", symbol="ETHUSDT") > 8)


def test_a_stream_that_closes_is_counted_each_time(trader: Example, sink: Sink, exchange: FakeExchange) -> None:
    exchange.switch(stream_closes=True)
    until(lambda: sink.until_point("trading_websocket_reconnects_total", exchange="http") >= 2)


def test_an_account_that_forgets_makes_an_order_loop(trader: Example, sink: Sink, exchange: FakeExchange) -> None:
    exchange.switch(positions_forgotten=True)
    until(lambda: sink.until_point("trading_orders_total", status="placed", **MOMENTUM) >= 8)


def test_a_slow_exchange_and_one_that_refuses_are_seen(trader: Example, sink: Sink, exchange: FakeExchange) -> None:
    exchange.switch(delay_seconds=3)
    until(lambda: sink.until_point("trading_exchange_latency_seconds", exchange="http") >= 3)
    exchange.switch(error_status=503)
    sink.until_point("trading_exchange_errors_total", exchange="http", code="503")


def test_a_crash_and_an_expensive_model_are_seen(trader: Example, sink: Sink, exchange: FakeExchange) -> None:
    exchange.switch(llm_tokens=1_000_000)
    until(lambda: sink.until_point("trading_llm_cost_usd_total", model="small") > 5)
    until(lambda: max(value for _, value in sink.points("trading_open_positions")) == 1)
    until(lambda: sink.until_point("trading_exposure_usd", exchange="http") > 0)
    exchange.switch(price_factor=0.5, prices_stop=True)
    until(lambda: sink.until_point("trading_drawdown_ratio") > 0.01)


def test_of_two_processes_one_trades_and_the_other_takes_over_when_it_ends(
    trader: Example, variables: dict[str, str], exchange: FakeExchange
) -> None:
    with listening(Sink()) as other, running(variables | other.variables(), free_port()) as waiting:
        until(lambda: other.until_point("trading_lease_held") == 0)
        time.sleep(3)
        assert {metric.name for metric in other.metrics} & set(OF_THE_TRADER) == set()
        assert not [text for text in waiting.seen if '"level": "WARNING"' in text], "to wait is nothing to warn of"
        assert trader.end() == 0
        until(lambda: other.until_point("trading_lease_held") == 1)
        other.until_point("trading_equity_usd", exchange="http")


def test_an_order_that_is_under_way_at_sigterm_is_settled(trader: Example, exchange: FakeExchange, stores: Stores) -> None:
    def statuses() -> list[str]:
        with stores.connect() as connection:
            return [str(status) for (status,) in connection.execute("SELECT status FROM orders WHERE strategy = 'momentum'").fetchall()]

    exchange.switch(delay_seconds=3)
    until(lambda: "placed" in statuses())
    assert trader.end() == 0
    assert set(statuses()) == {"filled"}


def test_a_broken_connection_costs_the_lease_and_it_is_taken_again(trader: Example, sink: Sink, stores: Stores) -> None:
    with stores.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 8002")
    # The pool of connections may warn of its own first.
    until(lambda: str(trader.line(level="WARNING")["message"]).startswith("This process does not trade any more"))
    trader.line(message="This process trades")
    until(lambda: sink.until_point("trading_lease_held") == 1)
    told = [value for _, value in sink.points("trading_lease_held")]
    assert 0 in told[told.index(1) :], "in between it said that it does not trade"
