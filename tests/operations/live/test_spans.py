"""Spans as X-Ray keeps them, and where the time of slow traces went."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.local_cloud.services.insights import engine
from tradingbot_infra.operations.live.spans import MOST_SLOW, Part, Step, Traces, read_traces

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SERVICE = "tradingbot-ai-production-service"


def span(trace: str, number: str, parent: str, name: str, seconds: float, *, service: str = SERVICE, **attributes: str) -> str:
    return json.dumps(
        {
            "resource": {"attributes": {"service.name": service}},
            "traceId": trace,
            "spanId": number,
            "parentSpanId": parent,
            "name": name,
            "kind": "CLIENT" if attributes else "SERVER",
            "durationNano": int(seconds * 1e9),
            "attributes": attributes,
            "status": {"code": "UNSET"},
        }
    )


class Insights:
    """CloudWatch Logs over these lines, which runs queries as the local cloud does, and remembers them."""

    exceptions = SimpleNamespace(ResourceNotFoundException=LookupError, ClientError=OSError)

    def __init__(self, messages: Iterable[str]) -> None:
        at = int(NOW.timestamp() * 1000)
        # The last line is the newest.
        self.lines = [{"@timestamp": at - 1000 + number, "@message": message} for number, message in enumerate(messages)]
        self.asked: list[dict[str, Any]] = []

    def start_query(self, **asked: Any) -> dict[str, str]:
        self.asked.append(asked)
        return {"queryId": str(len(self.asked) - 1)}

    def get_query_results(self, *, queryId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        rows, _ = engine.run(self.asked[int(queryId)]["queryString"], self.lines, None)
        return {"status": "Complete", "results": rows}


def read_of(insights: Insights) -> Traces:
    return read_traces(session_over(logs=insights), SERVICE, now=NOW, slow_seconds=1.0)


def read(*messages: str) -> Traces:
    return read_of(Insights(messages))


SLOW = (
    span("t1", "a", "", "request", 2.0),
    span("t1", "b", "a", "order", 1.9),
    span("t1", "c", "b", "POST /order", 1.5, exchange="binance"),
    span("t1", "d", "b", "INSERT orders", 0.3, **{"db.system.name": "postgresql"}),
)


def test_each_part_has_the_time_that_no_span_below_it_has() -> None:
    found = read(*SLOW)
    assert (found.number, found.p95, found.slow) == (1, 2.0, 1)
    assert [(part.part, round(part.seconds, 6)) for part in found.parts] == [
        (Part.EXCHANGE, 1.5),
        (Part.DATABASE, 0.3),
        (Part.APPLICATION, 0.2),
    ]
    assert found.parts[0].share == pytest.approx(0.75)
    assert (found.parts[0].example, found.parts[0].span) == ("t1", "POST /order")


def test_fast_traces_count_as_traces_and_blame_no_part() -> None:
    found = read(span("t2", "a", "", "request", 0.9), span("t2", "b", "a", "GET /price", 0.8, exchange="binance"))
    assert (found.number, found.p95, found.slow, found.parts) == (1, 0.9, 0, ())


def test_children_that_run_at_the_same_time_leave_their_parent_nothing_and_no_negative_time() -> None:
    calls = [span("t3", f"c{number}", "a", "GET /price", 1.4, exchange="binance") for number in range(3)]
    found = read(span("t3", "a", "", "request", 1.5), *calls)
    assert [(part.part, part.share) for part in found.parts] == [(Part.EXCHANGE, 1.0), (Part.APPLICATION, 0.0)]


def test_a_call_of_an_ai_provider_is_known_by_its_model() -> None:
    found = read(span("t4", "a", "", "request", 9.0), span("t4", "b", "a", "POST /v1/messages", 8.0, model="m"))
    assert found.parts[0].part is Part.AI


def test_spans_of_other_services_other_forms_and_without_their_first_span_are_left_out() -> None:
    found = read(
        span("t5", "a", "", "request", 5.0, service="somebody-else"),
        "not json",
        "[]",
        '{"resource": null}',
        span("t6", "b", "a", "order", 5.0),
    )
    assert found == Traces(0, 0.0, 0)


def test_the_95th_percentile_is_of_whole_traces_and_each_step_has_its_own() -> None:
    traces = [(span(f"n{number}", "a", "", "request", number), span(f"n{number}", "b", "a", "wait", number * 2)) for number in range(101)]
    found = read(*(each for trace in traces for each in trace))
    assert (found.number, found.p95) == (101, 95.0)
    assert found.steps == (Step("wait", 101, 100.0, 190.0), Step("request", 101, 50.0, 95.0))


def test_a_first_span_without_a_parent_is_one_whether_its_parent_is_empty_or_missing() -> None:
    without = json.loads(span("t7", "a", "", "request", 3.0))
    del without["parentSpanId"]
    assert read(json.dumps(without), span("t8", "a", "", "request", 3.0)).slow == 2


def test_all_traces_are_counted_and_of_very_many_slow_ones_the_newest_are_read() -> None:
    def trace(number: int, part: str) -> tuple[str, str]:
        return span(f"n{number}", "a", "", "request", 2.0), span(f"n{number}", "b", "a", part, 1.9, exchange="binance")

    old = [each for number in range(150) for each in trace(number, "old")]
    new = [each for number in range(150, 150 + MOST_SLOW) for each in trace(number, "new")]
    found = read(*old, *new)
    assert (found.number, found.slow) == (250, MOST_SLOW)
    assert found.parts[0].span == "new"
    assert found.parts[0].seconds == pytest.approx(MOST_SLOW * 1.9)


def test_only_the_last_hour_of_the_log_of_spans_is_asked() -> None:
    insights = Insights(SLOW)
    read_of(insights)
    hour = {"logGroupName": "aws/spans", "startTime": int(NOW.timestamp()) - 3600, "endTime": int(NOW.timestamp())}
    assert [{name: asked[name] for name in hour} for asked in insights.asked] == [hour] * 4


def test_an_id_in_the_log_that_is_none_gets_into_no_query() -> None:
    insights = Insights((span('t9"] or 1 = 1 # ', "a", "", "request", 5.0), span("t10", "a", "", "request", 5.0)))
    found = read_of(insights)
    assert (found.slow, {part.example for part in found.parts}) == (2, {"t10"})
    assert not any("1 = 1" in asked["queryString"] for asked in insights.asked)


def test_a_service_without_spans_is_asked_for_once() -> None:
    insights = Insights(())
    assert read_of(insights) == Traces(0, 0.0, 0)
    assert len(insights.asked) == 1


def test_without_transaction_search_there_is_no_log_group_and_that_is_said() -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("start_query", "ResourceNotFoundException")
        with pytest.raises(NotAnswered, match="aws/spans: there is no such log group"):
            read_traces(session_over(logs=client), SERVICE, now=NOW, slow_seconds=1.0)
