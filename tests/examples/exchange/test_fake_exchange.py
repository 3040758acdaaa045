"""The made-up exchange: what it answers, and each of its faults."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fake_exchange.faults import Faults, Switch
from fake_exchange.limits import CALLS_A_MINUTE
from fake_exchange.market import LEVELS, SWING, Market
from fake_exchange.server import create_exchange


@pytest.fixture
def exchange() -> Iterator[TestClient]:
    """An exchange in this process."""
    with TestClient(create_exchange()) as client:
        yield client


def bought(exchange: TestClient, order_id: str = "one", quantity: float = 0.1) -> dict[str, object]:
    order = {"client_order_id": order_id, "symbol": "BTCUSDT", "side": "buy", "quantity": quantity}
    found: dict[str, object] = exchange.post("/orders", json=order).json()
    return found


def positions(exchange: TestClient) -> object:
    return exchange.get("/account").json()["positions"]


def switch(exchange: TestClient, **faults: object) -> None:
    assert exchange.put("/admin/faults", json=faults).status_code == 200


def test_prices_are_a_function_of_time_alone_and_stay_near_their_level() -> None:
    for at in range(0, 300, 7):
        first, second = (Market(Switch(), 120, lambda at=at: float(at)) for _ in range(2))  # type: ignore[misc]
        for symbol, level in LEVELS.items():
            assert first.price(symbol) == second.price(symbol)
            assert abs(first.price(symbol).price / level - 1) <= SWING + 0.001


def test_an_order_that_is_sent_again_is_filled_once(exchange: TestClient) -> None:
    assert bought(exchange) == bought(exchange, quantity=7)
    assert positions(exchange) == {"BTCUSDT": 0.1}


def test_an_order_beyond_the_cash_is_rejected_and_changes_nothing(exchange: TestClient) -> None:
    assert bought(exchange, quantity=1000)["status"] == "rejected"
    assert exchange.get("/account").json() == {"cash": 100_000, "equity": 100_000, "positions": {}}


def test_a_symbol_that_is_not_traded_is_refused(exchange: TestClient) -> None:
    assert exchange.get("/prices?symbols=NOSUCH").status_code == 404
    order = {"client_order_id": "x", "symbol": "NOSUCH", "side": "buy", "quantity": 1}
    assert exchange.post("/orders", json=order).status_code == 422


def test_every_call_tells_the_rate_limit_and_the_calls_of_faults_do_not_count(exchange: TestClient) -> None:
    used = [int(exchange.get("/account").headers["X-RateLimit-Used"]) for _ in range(3)]
    exchange.get("/admin/faults")
    assert used == [1, 2, 3]
    assert exchange.get("/account").headers["X-RateLimit-Used"] == "4"


def test_beyond_the_rate_limit_calls_are_refused(exchange: TestClient) -> None:
    for _ in range(CALLS_A_MINUTE - 1):
        exchange.app.state.limit.take()  # type: ignore[attr-defined]
    assert [exchange.get("/account").status_code for _ in range(2)] == [200, 429]


def test_a_stream_sends_prices_of_the_symbols_that_were_asked_for(exchange: TestClient) -> None:
    with exchange.websocket_connect("/stream?symbols=ETHUSDT,NOSUCH") as stream:
        assert [stream.receive_json()["symbol"] for _ in range(3)] == ["ETHUSDT"] * 3


def test_stale_prices_keep_their_old_time(exchange: TestClient) -> None:
    with exchange.websocket_connect("/stream?symbols=BTCUSDT") as stream:
        before = stream.receive_json()
        switch(exchange, prices_stale=True)
        seen = [stream.receive_json() for _ in range(4)]
    assert seen[-1] == seen[-2]
    assert seen[-1]["at"] - before["at"] < 0.5


def test_a_stream_that_closes_closes_at_once(exchange: TestClient) -> None:
    switch(exchange, stream_closes=True)
    with exchange.websocket_connect("/stream") as stream:
        assert stream.receive()["type"] == "websocket.close"


def test_a_forgotten_position_is_not_in_the_account(exchange: TestClient) -> None:
    switch(exchange, positions_forgotten=True)
    assert bought(exchange)["status"] == "filled"
    assert positions(exchange) == {}
    switch(exchange)
    assert positions(exchange) == {}, "nobody remembers it later"


@pytest.mark.parametrize(("fault", "status"), [({"error_status": 503}, 503), ({}, 200)])
def test_calls_are_refused_while_the_fault_is_on(exchange: TestClient, fault: dict[str, object], status: int) -> None:
    switch(exchange, error_status=500)
    switch(exchange, **fault)
    assert exchange.get("/account").status_code == status
    assert exchange.get("/admin/faults").status_code == 200


def test_a_crash_costs_equity(exchange: TestClient) -> None:
    bought(exchange, quantity=1)
    switch(exchange, price_factor=0.5)
    assert 60_000 < exchange.get("/account").json()["equity"] < 75_000


def test_a_share_of_the_rate_limit_is_told_as_the_fault_says(exchange: TestClient) -> None:
    switch(exchange, rate_limit_used=0.95)
    assert exchange.get("/account").headers["X-RateLimit-Used"] == "1140"


@pytest.mark.parametrize(("tokens", "usage"), [(None, (2, 1)), (1_000_000, (1_000_000, 250_000))])
def test_an_ai_call_uses_tokens_by_its_prompt_or_by_the_fault(exchange: TestClient, tokens: int | None, usage: tuple[int, int]) -> None:
    switch(exchange, llm_tokens=tokens)
    answer = exchange.post("/v1/messages", json={"model": "small", "prompt": "12345678"}).json()
    assert (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]) == usage


@pytest.mark.parametrize("fault", [{"prices_stopp": True}, {"delay_seconds": -1}, {"price_factor": 0}, {"error_status": 200}])
def test_a_fault_that_does_not_exist_is_refused_and_changes_nothing(exchange: TestClient, fault: dict[str, object]) -> None:
    assert exchange.put("/admin/faults", json=fault).status_code == 422
    assert Faults(**exchange.get("/admin/faults").json()) == Faults()
