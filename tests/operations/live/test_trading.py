"""What is known of trading, from answers to PromQL that a test writes; real ones are in test_trading_deployed.py."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.stubs import session_over
from tradingbot_infra.commands.trading_output import ago, trading_lines
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.trading import Price, Strategy, Trading, read_trading
from tradingbot_infra.operations.live.trading_signs import read_latencies, read_signs

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
Answers = Mapping[str, list[tuple[dict[str, str], float]]]


class Client:
    """Answers by the name of the metric that a question is about; at midnight, by the name with @0."""

    class meta:  # noqa: N801 - boto3's name
        class events:  # noqa: N801 - boto3's name
            @staticmethod
            def register(*_: object, **__: object) -> None:
                """Nothing to register with."""

    def __init__(self, answers: Answers | Exception) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def query(self, *, query: str, time: str) -> dict[str, Any]:
        self.asked.append(query)
        if isinstance(self.answers, Exception):
            raise self.answers
        metric = query[query.index("trading_") : query.index("{")]
        key = f"{metric}@0" if float(time) == MIDNIGHT.timestamp() else metric
        result = [{"metric": labels, "value": [float(time), str(value)]} for labels, value in self.answers.get(key, [])]
        return {"status": "success", "data": {"resultType": "vector", "result": result}}


def read(answers: Answers | Exception, **settings: object) -> Trading:
    config = load_config("production", {"metrics": "otlp", **settings})
    return read_trading(session_over(promql=Client(answers)), config, now=NOW)


def text(trading: Trading) -> list[str]:
    return [" ".join(line.split()) for line in trading_lines(trading)]


TREND, GRID = {"strategy": "trend"}, {"strategy": "grid"}
DAY: Answers = {
    "trading_heartbeat_timestamp_seconds": [
        (TREND, NOW.timestamp() - 12),
        (GRID, NOW.timestamp() - 3 * 86_400),
    ],
    "trading_last_order_timestamp_seconds": [(TREND, NOW.timestamp() - 500)],
    "trading_realized_pnl_usd": [(TREND, 120.5), ({"strategy": "new"}, -7)],
    "trading_realized_pnl_usd@0": [(TREND, 200.0), (GRID, 9)],
    "trading_unrealized_pnl_usd": [(TREND, -3.25)],
    "trading_open_positions": [(TREND, 2)],
    "trading_price_age_seconds": [({"exchange": "binance", "symbol": "BTC/USDT"}, 41.5)],
    "trading_equity_usd": [({}, 12345.6)],
    "trading_exposure_usd": [({}, 0)],
    "trading_drawdown_ratio": [({}, 0.031)],
    "trading_lease_held": [({}, 1)],
}


def test_each_strategy_has_its_moments_and_amounts() -> None:
    found = {each.name: each for each in read(DAY).strategies}
    assert found["trend"] == Strategy(
        name="trend",
        heartbeat=NOW - timedelta(seconds=12),
        last_order=NOW - timedelta(seconds=500),
        realized_today=-79.5,
        realized=120.5,
        unrealized=-3.25,
        open_positions=2,
    )
    assert found["grid"] == Strategy(name="grid", heartbeat=NOW - timedelta(days=3))


def test_a_strategy_that_began_today_has_made_all_of_it_today() -> None:
    (new,) = (each for each in read(DAY).strategies if each.name == "new")
    assert (new.realized_today, new.realized) == (-7, -7)


def test_an_expected_strategy_that_never_sent_anything_is_not_left_out() -> None:
    found = read(DAY, expected_strategies=("trend", "zeta"), trading_alarms=True)
    assert found.strategies[-1] == Strategy("zeta")
    assert any(line.startswith("zeta none none none - - - -") for line in text(found))


def test_what_is_common_to_all_strategies_is_shown() -> None:
    found = read(DAY)
    assert found.worst_price == Price("binance", "BTC/USDT", 41.5)
    lines = text(found)
    assert "equity 12,345.60 USD, 3.1 % below its highest" in lines
    assert "exposure 0.00 USD" in lines
    assert "oldest price 41.5 s, BTC/USDT on binance" in lines
    assert "lease held" in lines
    assert "trend 12 s ago none 8 min ago -79.50 USD +120.50 USD -3.25 USD 2" in lines


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        (0, "lease held by nobody: no process may trade"),
        (2, "lease held by 2 processes; 1 may hold it"),
    ],
)
def test_a_lease_that_not_exactly_one_process_holds_is_told(holders: int, words: str) -> None:
    assert words in text(read({**DAY, "trading_lease_held": [({}, holders)]}))


def test_values_that_are_not_there_are_not_zero() -> None:
    found = read({"trading_heartbeat_timestamp_seconds": [(TREND, NOW.timestamp())]})
    assert (found.equity, found.drawdown, found.lease_holders, found.worst_price, found.silent) == (None, None, None, None, False)
    assert "equity no value in the last 5 minutes" in text(found)


def test_no_metrics_yet_is_said_and_is_no_fault() -> None:
    found = read({})
    assert found.silent
    assert text(found) == ["no metrics yet the application has sent none in 6 days"]


@pytest.mark.parametrize(
    ("metrics", "why"), [("off", "metrics=off: the application sends none"), ("emf", "metrics=emf: the application writes")]
)
def test_metrics_that_promql_does_not_answer_about_are_not_asked_for(metrics: str, why: str) -> None:
    found = read(AssertionError("asked"), metrics=metrics, trading_alarms=False)
    assert found.unknown.startswith(why)
    assert text(found)[0].startswith(f"not known {why}")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDenied", "these credentials may not do Query"),
        ("404", "the endpoint does not offer Query"),
        ("execution", "Query failed: execution: too many samples"),
    ],
)
def test_a_question_that_is_refused_is_a_reason_and_not_an_absence(code: str, why: str) -> None:
    found = read(ClientError({"Error": {"Code": code, "Message": "too many samples"}}, "Query"))
    assert (found.unknown, found.silent) == (why, False)


def test_expired_credentials_end_it() -> None:
    with pytest.raises(ClientError):
        read(ClientError({"Error": {"Code": "ExpiredToken", "Message": ""}}, "Query"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s ago"),
        (119, "119 s ago"),
        (120, "2 min ago"),
        (7199, "119 min ago"),
        (7200, "2 h ago"),
        (172_800, "2 d ago"),
        (-5, "0 s ago"),
    ],
)
def test_a_moment_is_told_by_its_age(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_every_question_says_how_far_it_looks_back() -> None:
    client = Client(DAY)
    session, config = session_over(promql=client), load_config("staging", {"metrics": "otlp"})
    read_trading(session, config, now=NOW)
    read_signs(session, "staging", now=NOW)
    read_latencies(session, "staging", now=NOW)
    assert all(question.count("}[") == question.count("{") for question in client.asked), client.asked


def test_every_question_is_about_one_environment() -> None:
    client = Client(DAY)
    read_trading(session_over(promql=client), load_config("staging", {"metrics": "otlp"}), now=NOW)
    assert len(client.asked) >= 12
    assert all('{environment="staging"}' in question for question in client.asked)
