"""What CloudWatch answers to PromQL, what it refuses, and a time that is longer than one question may read."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.operations.stubs import REGION, boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.failures import in_one_line, unread
from tradingbot_infra.operations.live.promql import LONGEST, Sample, query, query_range
from tradingbot_infra.operations.missing import NOT_AWS
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def vector(*series: tuple[dict[str, str], str]) -> dict[str, Any]:
    """An answer with these series."""
    result = [{"metric": labels, "value": [NOW.timestamp(), value]} for labels, value in series]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def ask(answer: dict[str, Any]) -> tuple[Sample, ...]:
    with boto3_client("promql") as (client, stubber):
        stubber.add_response("query", answer, {"query": "up", "time": "1795521600.000"})
        return query(session_over(promql=client), "up", NOW)


def test_each_series_is_a_sample_and_one_without_a_number_is_none() -> None:
    found = ask(vector(({"strategy": "a"}, "1.5"), ({"strategy": "b"}, "NaN"), ({"strategy": "c"}, "+Inf")))
    assert found == (Sample({"strategy": "a"}, 1.5),)


def test_a_scalar_is_a_sample_without_labels_and_nothing_is_nothing() -> None:
    assert ask({"status": "success", "data": {"resultType": "scalar", "result": [NOW.timestamp(), "3"]}}) == (Sample({}, 3.0),)
    assert ask(vector()) == ()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": "success"},
        {"status": "error"},
        {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "histogram": []}]}},
    ],
    ids=["empty", "no data", "error", "histogram"],
)
def test_an_answer_of_another_form_is_not_taken_for_one_without_series(answer: dict[str, Any]) -> None:
    with pytest.raises(NotAnswered, match=NOT_AWS):
        ask(answer)


def test_an_answer_that_may_be_cut_is_none() -> None:
    with pytest.raises(NotAnswered, match="returns 500 series at most, and this question has more: up"):
        ask(vector(*(({"n": str(number)}, "1") for number in range(500))))


Answer = tuple[int, bytes]


def run_against(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> tuple[Any, list[str], list[str]]:
    """The outcome of one question to a server with these answers, the last one again and again; its requests, and how they were signed."""
    asked: list[str] = []
    signed: list[str] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            signed.append(self.headers.get("Authorization", ""))
            status, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    try:
        return query(Session.of_account(region=REGION, profile=None), "up", NOW), asked, signed
    except (ClientError, NotAnswered) as error:
        return error, asked, signed
    finally:
        server.shutdown()
        server.server_close()


GOOD = json.dumps(vector(({}, "1"))).encode()


def test_a_question_is_signed_for_cloudwatch_and_goes_where_other_services_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked, signed = run_against(monkeypatch, (200, GOOD))
    assert found == (Sample({}, 1.0),)
    assert urlsplit(asked[0]).path == "/api/v1/query"
    assert parse_qs(urlsplit(asked[0]).query) == {"query": ["up"], "time": ["1795521600.000"]}
    assert f"/{REGION}/monitoring/aws4_request" in signed[0]


def test_what_the_engine_says_about_a_question_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"status": "error", "errorType": "bad_data", "error": "1:5: parse error"}).encode()
    error, asked, _ = run_against(monkeypatch, (400, body))
    assert str(error).endswith("(bad_data) when calling the Query operation: 1:5: parse error")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            (403, b'{"message": "User: x is not authorized to perform: cloudwatch:GetMetricData"}'),
            "these credentials may not do cloudwatch:GetMetricData",
        ),
        ((403, b"<html>"), "these credentials may not do Query"),
        ((404, b"no such path"), "the endpoint does not offer Query"),
        ((501, b""), "the endpoint does not offer Query"),
    ],
)
def test_a_refusal_is_a_reason_and_not_an_absence_of_series(monkeypatch: pytest.MonkeyPatch, answer: Answer, why: str) -> None:
    error, _, _ = run_against(monkeypatch, answer)
    found = unread(error)
    assert found is not None
    assert found.why == why


def test_a_server_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked, _ = run_against(monkeypatch, (503, b"{}"), (200, GOOD))
    assert found == (Sample({}, 1.0),)
    assert len(asked) == 2


def test_too_many_questions_are_told_as_for_any_other_service(monkeypatch: pytest.MonkeyPatch) -> None:
    error, _, _ = run_against(monkeypatch, (429, b"{}"))
    assert str(in_one_line(error)) == "AWS throttles Query even after several tries: wait a minute, then again"


def test_a_web_page_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    error, _, _ = run_against(monkeypatch, (200, b"{}"))
    assert str(error) == NOT_AWS


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(days=2)])
def test_a_month_is_asked_in_parts_of_which_none_is_longer_than_allowed_and_no_moment_counts_twice(back: timedelta) -> None:
    step, length = timedelta(minutes=1), timedelta(days=30)
    asked: list[tuple[float, float]] = []

    class Client:
        class meta:  # noqa: N801 - boto3's name
            class events:  # noqa: N801 - boto3's name
                @staticmethod
                def register(*_: object, **__: object) -> None:
                    """Nothing to register with."""

        @staticmethod
        def query_range(*, query: str, start: str, end: str, step: str) -> dict[str, Any]:
            first, last = float(start), float(end)
            asked.append((first, last))
            moments = [first + 60 * number for number in range(int((last - first) // 60) + 1)]
            result = [{"metric": {"query": query, "step": step}, "values": [[at, "1"] for at in moments]}]
            return {"status": "success", "data": {"resultType": "matrix", "result": result}}

    (series,) = query_range(session_over(promql=Client), "up", NOW - length, NOW, step, back=back)
    assert series.labels == {"query": "up", "step": "60"}
    moments = [at for at, _ in series.values]
    assert (moments[0], moments[-1]) == (NOW - length, NOW)
    assert len(moments) == len(set(moments)) == 30 * 24 * 60 + 1
    assert moments == sorted(moments)
    # What a range looks back before its first moment counts too.
    assert all(last - first + back.total_seconds() <= LONGEST.total_seconds() for first, last in asked)
    assert len(asked) > 4
