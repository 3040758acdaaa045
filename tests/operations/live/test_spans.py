"""Spans as X-Ray keeps them, and where the time of slow traces went."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.spans import Part, Traces, read_traces

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


def read(*messages: str) -> Traces:
    events: list[dict[str, Any]] = [
        {"eventId": str(number), "timestamp": int(NOW.timestamp() * 1000) - 1000, "logStreamName": "default", "message": message}
        for number, message in enumerate(messages)
    ]
    with boto3_client("logs") as (client, stubber):
        start = int(NOW.timestamp() - 3600) * 1000
        asked = {"logGroupName": "aws/spans", "startTime": start, "filterPattern": ""}
        stubber.add_response("filter_log_events", {"events": events}, asked)
        return read_traces(session_over(logs=client), SERVICE, now=NOW, slow_seconds=1.0)


SLOW = (
    span("t1", "a", "", "request", 2.0),
    span("t1", "b", "a", "order", 1.9),
    span("t1", "c", "b", "POST /order", 1.5, exchange="binance"),
    span("t1", "d", "b", "INSERT orders", 0.3, **{"db.system.name": "postgresql"}),
)


def test_each_part_has_the_time_that_no_span_below_it_has() -> None:
    found = read(*SLOW)
    assert (found.durations, found.slow) == ((2.0,), 1)
    assert [(part.part, round(part.seconds, 6)) for part in found.parts] == [
        (Part.EXCHANGE, 1.5),
        (Part.DATABASE, 0.3),
        (Part.APPLICATION, 0.2),
    ]
    assert found.parts[0].share == pytest.approx(0.75)
    assert (found.parts[0].example, found.parts[0].span) == ("t1", "POST /order")


def test_fast_traces_count_as_traces_and_blame_no_part() -> None:
    found = read(span("t2", "a", "", "request", 0.9), span("t2", "b", "a", "GET /price", 0.8, exchange="binance"))
    assert (found.durations, found.slow, found.parts) == ((0.9,), 0, ())


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
    assert found == Traces((), 0, ())


def test_the_95th_percentile_is_of_whole_traces() -> None:
    found = read(*(span(f"n{number}", "a", "", "request", number / 100) for number in range(100)))
    assert found.p95 == 0.95


def test_without_transaction_search_there_is_no_log_group_and_that_is_said() -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("filter_log_events", "ResourceNotFoundException")
        with pytest.raises(NotAnswered, match="aws/spans: there is no such log group"):
            read_traces(session_over(logs=client), SERVICE, now=NOW, slow_seconds=1.0)
