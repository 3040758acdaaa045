"""Which part is slow: every cause over planted facts, there and not there."""

from dataclasses import replace
from typing import Any

import pytest

from tests.operations.diagnosis.planted import cause, facts, text
from tests.operations.diagnosis.test_strategy_silent import ROLE, VARIABLES, WELL
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import slow
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.response_times import ResponseTimes
from tradingbot_infra.operations.live.spans import MOST_SLOW, Part, SlowPart, Step, Traces
from tradingbot_infra.operations.live.trading_signs import Latencies
from tradingbot_infra.operations.live.usage import Usage
from tradingbot_infra.operations.verdict import NotAssessed

FAST = Traces(number=3, p95=0.3, slow=0)


def planted(settings: dict[str, object] | None = None, **others: Any) -> Any:
    well = {
        "usage": Usage(cpu=20.0, memory=30.0),
        "traces": FAST,
        "traces_are_kept": True,
        "trading": WELL,
        "latencies": Latencies({"binance": 0.2}, {"binance": 0.3}, {}),
        "response_times": ResponseTimes(1000, 0.4, 0.1),
        "variables": VARIABLES,
        "roles": {"task role": ROLE},
    }
    return facts(settings={"metrics": "otlp", "tracing": "xray", "transaction_search": "ours", **(settings or {})}, **{**well, **others})


def test_a_fast_environment_has_no_cause_and_every_check_is_made() -> None:
    found = diagnose(slow.SLOW, planted())
    assert (found.causes, found.not_assessed) == ((), ())
    assert len(found.looked_at) == len(slow.SLOW.checks)


def slow_in(part: Part, share: float) -> Traces:
    rest = SlowPart(Part.APPLICATION, 1 - share, 2.0, "aa", "request")
    parts = (SlowPart(part, share, 8.0, "ab12", "SELECT orders"), rest)
    return Traces(2, 2.5, 1, (Step("SELECT orders", 7, 0.5, 2.25),), parts)


@pytest.mark.parametrize(
    ("part", "cause_id", "words"),
    [
        (Part.DATABASE, "slow-database", "doctor database"),
        (Part.EXCHANGE, "slow-exchange", "doctor exchange-unreachable"),
        (Part.AI, "slow-ai-provider", "A smaller model"),
        (Part.APPLICATION, "slow-application", "The code between the calls"),
    ],
)
def test_the_part_that_takes_most_of_the_time_is_named_with_a_trace_of_it(part: Part, cause_id: str, words: str) -> None:
    found = cause(slow.slow_part(planted(traces=slow_in(part, 0.8))))
    assert (found.id, found.certainty) == (cause_id, Certainty.LIKELY)
    assert words in text(found)
    assert found.evidence[0] == "2 traces in an hour, 95 of 100 within 2.50 s, 1 slow"
    assert "longest in trace ab12, span SELECT orders" in found.evidence
    assert found.evidence[-1] == "SELECT orders: 7 times, 0.50 s on average, 95 of 100 within 2.25 s"
    assert "logs --trace ab12 --since 3h" in plain_fix(found)[-1]


def test_where_no_part_stands_out_none_is_blamed() -> None:
    assert isinstance(slow.slow_part(planted(traces=slow_in(Part.DATABASE, 0.39))), Normal)


def test_where_not_all_slow_traces_were_read_there_may_be_more_of_them() -> None:
    found = cause(slow.slow_part(planted(traces=replace(slow_in(Part.AI, 0.8), slow=MOST_SLOW))))
    assert found.evidence[0].endswith("100 or more slow")


def test_slow_traces_of_which_no_span_could_be_read_blame_no_part() -> None:
    assert slow.slow_part(planted(traces=Traces(2, 2.5, 1))) == Normal("2 traces in an hour, 95 of 100 within 2.50 s, 1 slow")


def test_without_traces_parts_are_not_assessed() -> None:
    assert isinstance(slow.slow_part(planted(traces=Traces(0, 0.0, 0))), NotAssessed)
    assert isinstance(slow.slow_part(planted({"tracing": "off"})), NotAssessed)


def test_tasks_that_use_their_cpu_are_a_cause_and_no_value_is_none() -> None:
    assert cause(slow.busy_tasks(planted(usage=Usage(80.0, None)))).id == "cpu"
    assert isinstance(slow.busy_tasks(planted(usage=Usage(79.9, None))), Normal)
    assert isinstance(slow.busy_tasks(planted(usage=Usage(None, None))), NotAssessed)


def test_a_slow_exchange_is_found_by_the_applications_own_figures() -> None:
    found = cause(slow.slow_calls(planted(latencies=Latencies({"binance": 5.1, "kraken": 0.1}, {}, {"gpt": 3.0}))))
    assert found.title == "An exchange answers slowly: binance"
    assert found.evidence[:3] == ("slowest call of binance: 5.10 s", "slowest call of kraken: 0.10 s", "answer of gpt, 95 of 100: 3.00 s")
    assert isinstance(slow.slow_calls(planted(latencies=Latencies({}, {}, {}))), NotAssessed)


def test_slow_answers_of_tasks_are_told_against_the_service_level() -> None:
    found = cause(slow.slow_answers(planted(response_times=ResponseTimes(100, 1.01, 0.5))))
    assert found.evidence[0].endswith("100 requests in an hour, 95 of 100 within 1.01 s")
    assert isinstance(slow.slow_answers(planted(response_times=ResponseTimes(100, 1.0, 0.5))), Normal)
    assert slow.slow_answers(planted(response_times=ResponseTimes(0, None, None))) == Normal("no request in an hour")
