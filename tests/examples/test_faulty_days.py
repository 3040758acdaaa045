"""Each fault of the exchange is told by exactly the alarm that should tell it, from traces and metrics that the example really sends.

The tests build on each other in order: what an order loop and expensive calls leave in a counter rings to the end.
"""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.data_stores import deploy, require_programs, template
from tests.deployed import session_of
from tests.examples.container import WEBHOOK_SECRET
from tests.examples.faulty_days import LIMITS, SCALE, Trading, trading, until
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.trading_alarms import LEVEL_MINUTES
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.diagnosis.finding import Cause, Normal
from tradingbot_infra.operations.diagnosis.strategy_silent import old_prices
from tradingbot_infra.operations.live.promql import query
from tradingbot_infra.operations.live.trading import read_trading
from tradingbot_infra.operations.live.trading_signs import read_signs

pytestmark = pytest.mark.local_cloud

CONFIG = load_config("production", dict(LIMITS))

WITHOUT_DATA = {
    "Equity, change in 24 h",
    "Errors of exchanges in 5 minutes",
    "Errors of the API in 5 minutes, by route",
}
"""Panels of what needs more than a day, and of faults."""

STATED = (LEVEL_MINUTES + 2 + 2) * 60 / SCALE
"""Real seconds: how long a level must be wrong, two minutes until it is seen, and two in which the composite alarm waits."""

BUSY = 40.0
"""Real seconds more: limits of the tests, the exchange's own pace, and a machine that does much else."""


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Iterator[Trading]:
    require_programs()
    assembly = synthesize("production", trading_alarms=True, **LIMITS)
    state = tmp_path_factory.mktemp("faulty-days")
    with (
        running(state, time_scale=SCALE, data_stores=True) as cloud,
        trading(assembly, deploy(cloud, "stores", template()), CONFIG.names) as made,
    ):
        yield made


def rings(traded: Trading, alarm: str, told_by: str) -> None:
    """This alarm rings, no other, and the topics tell it once; all are quiet before, and after the fault where it can end."""
    before = traded.ringing()
    assert traded.heard() == []
    assert until(lambda: alarm in traded.ringing(), STATED + BUSY), traded.ringing()
    assert traded.ringing() - before == {alarm}
    told: list[tuple[str, str]] = []

    def is_told() -> bool:
        told.extend(traded.heard())
        return bool(told)

    assert until(is_told, STATED + BUSY)
    assert told == [(told_by, "ALARM")]


def ends(traded: Trading, alarm: str) -> None:
    traded.exchange.switch()
    assert until(lambda: alarm not in traded.ringing(), STATED + BUSY), traded.ringing()
    time.sleep(1)
    assert {state for _, state in traded.heard()} <= {"OK"}


def test_a_day_without_a_fault_rings_nothing(traded: Trading) -> None:
    session = session_of(traded.stores.cloud)

    def orders() -> float:
        found = query(session, 'sum(trading_orders_total{environment="production",status="placed"})', datetime.now(UTC))
        return sum(sample.value for sample in found)

    assert until(lambda: orders() > 0, 60), "it trades"
    time.sleep(STATED)
    assert traded.ringing() == set()
    assert traded.heard() == []


def test_the_spans_of_an_order_lead_from_the_webhook_to_the_database(traded: Trading) -> None:
    signal = {"symbol": "BTCUSDT", "action": "buy", "quantity": "0.001", "id": uuid.uuid4().hex}
    status, answer, _ = traded.example.ask("POST", "/api/v1/webhook", signal, {"X-Webhook-Secret": WEBHOOK_SECRET})
    assert (status, answer["outcome"]) == (202, "filled")
    trace: dict[str, dict[str, Any]] = {}

    def found() -> bool:
        events = traded.aws("logs").filter_log_events(logGroupName="aws/spans")["events"]
        spans = [json.loads(event["message"]) for event in events]
        roots = [span["traceId"] for span in spans if span["name"] == "POST /api/v1/webhook"]
        trace.update({span["name"]: span for span in spans if span["traceId"] in roots})
        return "POST /api/v1/webhook" in trace and "INSERT orders" in trace

    assert until(found, 30)
    by_id = {span["spanId"]: name for name, span in trace.items()}
    way, name = [], "INSERT orders"
    while name:
        way.append(name)
        name = by_id.get(trace[name].get("parentSpanId") or "", "")
    assert way == ["INSERT orders", "order", "signal", "POST /api/v1/webhook"]
    assert by_id[trace["POST /orders"]["parentSpanId"]] == "order"
    assert answer["order"] in json.dumps(trace["order"])


def test_every_query_of_the_dashboards_is_answered_and_shows_what_happens(traded: Trading) -> None:
    session = session_of(traded.stores.cloud)
    boards = trading_dashboards("production", CONFIG.trading.limits, 99.9)
    panels = [panel for board in boards for panel in board.panels]
    empty: set[str] = set()

    def as_stated() -> bool:
        traded.example.ask("GET", "/api/v1/orders")
        empty.clear()
        empty.update(panel.title for panel in panels for each in panel.queries if not query(session, each.promql, datetime.now(UTC)))
        return empty == WITHOUT_DATA

    assert until(as_stated, BUSY), empty ^ WITHOUT_DATA


def test_status_shows_the_strategy_its_equity_and_one_holder_of_the_lease(traded: Trading) -> None:
    shown = read_trading(session_of(traded.stores.cloud), CONFIG, now=datetime.now(UTC))
    assert (shown.unknown, shown.lease_holders) == ("", 1)
    (momentum,) = [each for each in shown.strategies if each.name == "momentum"]
    assert momentum.heartbeat is not None
    assert (datetime.now(UTC) - momentum.heartbeat).total_seconds() < 30
    assert momentum.last_order is not None
    assert shown.equity == pytest.approx(100_000, rel=0.05)
    assert shown.worst_price is not None
    assert shown.worst_price.age < 5


def test_doctor_names_the_symbols_whose_prices_are_old(traded: Trading) -> None:
    def facts() -> Any:
        session, now = session_of(traded.stores.cloud), datetime.now(UTC)
        return SimpleNamespace(
            config=CONFIG, trading=read_trading(session, CONFIG, now=now), signs=read_signs(session, "production", now=now)
        )

    assert isinstance(old_prices(facts()), Normal)
    traded.exchange.switch(prices_stop=True)
    assert until(lambda: isinstance(old_prices(facts()), Cause), STATED + BUSY)
    time.sleep(2)
    found = old_prices(facts())
    assert isinstance(found, Cause)
    assert {line.split(" on ")[0] for line in found.evidence} == {"BTCUSDT", "ETHUSDT", "SOLUSDT"}
    traded.exchange.switch()
    assert until(lambda: isinstance(old_prices(facts()), Normal), BUSY)
    assert until(lambda: traded.ringing() == set(), STATED + BUSY)
    time.sleep(1)
    traded.heard()  # whether the alarm rang depends on how fast this was


@pytest.mark.parametrize(
    ("fault", "alarm"),
    [
        ({"prices_stop": True}, "price-stale"),
        ({"prices_stale": True}, "price-stale"),
        ({"delay_seconds": 2}, "exchange-slow"),
        ({"rate_limit_used": 0.95}, "rate-limit-nearly-used"),
    ],
    ids=["dead-websocket", "stale-price", "slow-exchange", "rate-limit"],
)
def test_a_fault_of_the_exchange_rings_its_alarm_until_it_ends(traded: Trading, fault: dict[str, object], alarm: str) -> None:
    traded.exchange.switch(**fault)
    rings(traded, alarm, alarm if alarm == "rate-limit-nearly-used" else "trading-outage")
    ends(traded, alarm)


def test_expensive_calls_of_ai_ring_the_alarm_of_their_cost(traded: Trading) -> None:
    traded.exchange.switch(llm_tokens=1_000_000)
    rings(traded, "llm-cost", "llm-cost")
    traded.exchange.switch()


def test_an_order_loop_rings_its_alarm(traded: Trading) -> None:
    traded.exchange.switch(positions_forgotten=True)
    rings(traded, "order-loop", "order-loop")
    traded.exchange.switch()
