"""The lines of a trace or an order, and ids that are none."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deployed import session_of
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.live.log_trails import of_order, of_trace
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.session import Session

GROUP = "/ecs/tradingbot-ai-production"
SINCE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TRACE = "68f1c2a40b7d4f1e9a35c1d2e3f40516"
HOSTILE = [
    "",
    " ",
    'x" || $.level = "ERROR',
    'x") || ($.level = "*',
    "*",
    ".*",
    "%x%",
    "x' y",
    "a\\",
    "a\nb",
    "{a}",
    "$.id",
    "a|b",
    "a/b",
    "é",
    "a" * 65,
    "order-1\n",
]
"""What a filter pattern would read as more than an id, and what is too long."""


def events(*messages: object) -> dict[str, Any]:
    shown = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return {"events": [{"eventId": str(at), "timestamp": at, "logStreamName": "s", "message": message} for at, message in enumerate(shown)]}


def pattern_of(order: str, *messages: object) -> str:
    """The pattern for an order when these lines name it."""
    with boto3_client("logs") as (client, stubber):
        asked = {"logGroupName": GROUP, "startTime": int(SINCE.timestamp()) * 1000}
        stubber.add_response("filter_log_events", events(*messages), {**asked, "filterPattern": f'{{ ($.client_order_id = "{order}") }}'})
        return of_order(session_over(logs=client), GROUP, order, since=SINCE)


def test_a_trace_is_one_condition() -> None:
    assert of_trace(TRACE) == f'{{ ($.trace_id = "{TRACE}") }}'


def test_an_order_leads_to_the_traces_and_requests_that_name_it_each_once() -> None:
    found = pattern_of(
        "order-1",
        {"client_order_id": "order-1", "trace_id": "t1", "request_id": "r1"},
        {"client_order_id": "order-1", "trace_id": "t1", "request_id": "r2"},
    )
    assert found == ('{ ($.client_order_id = "order-1") || ($.trace_id = "t1") || ($.request_id = "r1") || ($.request_id = "r2") }')


def test_an_unknown_order_leads_nowhere_else() -> None:
    assert pattern_of("order-1") == '{ ($.client_order_id = "order-1") }'


@pytest.mark.parametrize(
    "line",
    ["no json", "[1]", '"text"', "null", {}, {"trace_id": None}, {"trace_id": {"a": 1}}, *({"request_id": each} for each in HOSTILE)],
    ids=str,
)
def test_what_a_line_has_in_place_of_an_id_does_not_get_into_the_pattern(line: object) -> None:
    assert pattern_of("order-1", line) == '{ ($.client_order_id = "order-1") }'


def test_of_very_many_requests_the_pattern_takes_as_many_as_fit() -> None:
    found = pattern_of("o" * 64, *({"client_order_id": "o" * 64, "request_id": f"{number:036}"} for number in range(100)))
    conditions = [f'($.client_order_id = "{"o" * 64}")', *(f'($.request_id = "{number:036}")' for number in range(100))]
    most = max(number for number in range(101) if len("{ " + " || ".join(conditions[:number]) + " }") <= 1024)
    assert found == "{ " + " || ".join(conditions[:most]) + " }"
    assert most > 10


@pytest.mark.parametrize("identifier", HOSTILE)
def test_what_is_no_id_is_refused_in_one_line_and_nothing_is_asked(identifier: str) -> None:
    with pytest.raises(UserError) as of_a_trace:
        of_trace(identifier)
    with pytest.raises(UserError) as of_an_order:
        of_order(session_over(), GROUP, identifier, since=SINCE)
    for error in (of_a_trace, of_an_order):
        assert str(error.value).endswith(": is no id; allowed: up to 64 letters, digits and _.:-")
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 200


@given(st.text(max_size=70))
def test_whatever_the_text_a_pattern_has_one_condition_or_there_is_none(identifier: str) -> None:
    try:
        found = of_trace(identifier)
    except UserError:
        return
    assert found == f'{{ ($.trace_id = "{identifier}") }}'
    assert not set(identifier) & set("\"'\\*%|(){}$ /\n")


def test_without_the_log_group_it_is_said_that_nothing_is_deployed() -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("filter_log_events", "ResourceNotFoundException")
        with pytest.raises(NotAnswered, match=f"{GROUP}: there is no such log group"):
            of_order(session_over(logs=client), GROUP, "order-1", since=SINCE)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A local cloud with a log of two orders, one of them in a trace."""
    with running(tmp_path_factory.mktemp("log-trails")) as cloud:
        made = session_of(cloud)
        made.logs.create_log_group(logGroupName=GROUP)
        made.logs.create_log_stream(logGroupName=GROUP, logStreamName="task")
        written = [
            {"message": "SIGNAL taken", "trace_id": TRACE, "request_id": "r1"},
            {"message": "ORDER filled", "client_order_id": "order-1", "trace_id": TRACE, "request_id": "r1"},
            {"message": "request", "request_id": "r1"},
            {"message": "ORDER filled", "client_order_id": "order-10", "request_id": "r10"},
            {"message": "request", "request_id": "r10"},
            {"message": "heartbeat"},
        ]
        now = int(time.time() * 1000)
        log_events: Any = [{"timestamp": now + at, "message": json.dumps(line)} for at, line in enumerate(written)]
        made.logs.put_log_events(logGroupName=GROUP, logStreamName="task", logEvents=log_events)
        yield made


@pytest.mark.local_cloud
@pytest.mark.parametrize(
    ("order", "messages"),
    [
        ("order-1", ["SIGNAL taken", "ORDER filled", "request"]),
        ("order-10", ["ORDER filled", "request"]),
        ("order", []),
        ("order-2", []),
    ],
)
def test_the_lines_of_an_order_are_those_of_its_requests_and_no_other_orders(session: Session, order: str, messages: list[str]) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    pattern = of_order(session, GROUP, order, since=since)
    assert [json.loads(line.message)["message"] for line in lines(session, Wanted(GROUP, (pattern,)), since=since)] == messages


@pytest.mark.local_cloud
@pytest.mark.parametrize(("trace", "number"), [(TRACE, 2), (TRACE[:-1], 0), ("0" * 32, 0)])
def test_the_lines_of_a_trace_are_those_with_exactly_its_id(session: Session, trace: str, number: int) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert len(list(lines(session, Wanted(GROUP, (of_trace(trace),)), since=since))) == number
