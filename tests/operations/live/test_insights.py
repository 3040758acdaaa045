"""Queries of Logs Insights: until when their answer is waited for, and what is said without one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.insights import run_query

UNTIL = datetime(2026, 11, 24, 12, 0, 0, 900_000, tzinfo=UTC)
SINCE = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
ASKED = {"logGroupName": "group", "startTime": 1795518000, "endTime": 1795521600, "queryString": "stats count(*) as lines"}
ROWS = [[{"field": "lines", "value": "3"}, {"field": "name", "value": "a"}], [{"field": "lines", "value": "1"}]]


def answered(*statuses: str, rows: Any = ()) -> tuple[Any, list[float]]:
    """What a query is after it had these statuses, one each time it is asked, and the times that were waited."""
    waited: list[float] = []
    with boto3_client("logs") as (client, stubber):
        stubber.add_response("start_query", {"queryId": "q"}, ASKED)
        for status in statuses:
            stubber.add_response("get_query_results", {"status": status, "results": list(rows)}, {"queryId": "q"})
        return run(client, waited), waited


def run(client: Any, waited: list[float] | None = None) -> Any:
    sleep = ([] if waited is None else waited).append
    return run_query(session_over(logs=client), "group", "stats count(*) as lines", since=SINCE, until=UNTIL, sleep=sleep)


def test_an_answer_is_waited_for_and_each_row_has_its_fields() -> None:
    rows, waited = answered("Scheduled", "Running", "Running", "Complete", rows=ROWS)
    assert rows == ({"lines": "3", "name": "a"}, {"lines": "1"})
    assert waited == [1.0] * 3


def test_a_query_without_a_row_is_an_answer() -> None:
    assert answered("Complete") == ((), [])


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Timeout"])
def test_a_query_that_ends_otherwise_is_no_answer_even_with_rows(status: str) -> None:
    with pytest.raises(NotAnswered, match=f"group: Logs Insights did not answer a query; its status is {status}; try again"):
        answered("Running", status, rows=ROWS)


def test_one_that_does_not_end_is_given_up_after_a_minute() -> None:
    with pytest.raises(NotAnswered, match="its status is Running"):
        answered(*["Running"] * 61)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ResourceNotFoundException", "group: there is no such log group in ap-southeast-2"),
        ("LimitExceededException", "group: too many queries of Logs Insights run in this account now; try again in a minute"),
    ],
)
def test_what_the_service_refuses_is_one_line(code: str, words: str) -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("start_query", code)
        with pytest.raises(NotAnswered, match=words):
            run(client)


def test_any_other_error_is_as_of_every_api() -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("start_query", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            run(client)
