"""Orders that were not placed, by the reason in the application's log."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.deployed import session_of
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.live.refusals import OVER, read_refusals
from tradingbot_infra.operations.session import Session

NAMES = load_config("production").names
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def read(*messages: str) -> dict[str, int]:
    """The reasons in these lines, which CloudWatch Logs is asked for since three hours."""
    found: Any = [
        {"eventId": str(number), "timestamp": number, "logStreamName": "s", "message": message} for number, message in enumerate(messages)
    ]
    with boto3_client("logs") as (client, stubber):
        since = int((NOW - OVER).timestamp()) * 1000
        asked = {"logGroupName": NAMES.container_log_group, "startTime": since, "filterPattern": r"%ORDER\srefused%"}
        stubber.add_response("filter_log_events", {"events": found}, asked)
        return dict(read_refusals(session_over(logs=client), NAMES, now=NOW))


def refused(message: str) -> str:
    return json.dumps({"level": "WARNING", "message": message, "symbol": "BTCUSDT"})


def test_reasons_are_counted_the_most_frequent_first() -> None:
    found = read(*[refused("ORDER refused: too-large")] * 2, refused("ORDER refused: exposure"), *["ORDER refused: exposure"] * 2)
    assert list(found.items()) == [("exposure", 3), ("too-large", 2)]


@pytest.mark.parametrize("line", ["ORDER refused", refused("ORDER refused"), refused("ORDER refused: "), refused("ORDER refused: <b>")])
def test_a_refusal_without_a_reason_that_can_be_read_counts(line: str) -> None:
    assert read(line) == {"no reason": 1}


def test_a_reason_is_short_and_plain_whatever_the_line_has() -> None:
    assert read(f"ORDER refused: {'x' * 500}") == {"x" * 60: 1}
    assert read(refused("ORDER refused: limit\x1b[31m hidden")) == {"limit": 1}


def test_without_a_refusal_there_is_none() -> None:
    assert read() == {}
    assert read("ORDER placed", "an order was refused") == {}


def test_without_a_log_group_it_is_said() -> None:
    with boto3_client("logs") as (client, stubber):
        stubber.add_client_error("filter_log_events", "ResourceNotFoundException")
        with pytest.raises(NotAnswered, match="there is no such log group"):
            read_refusals(session_over(logs=client), NAMES, now=NOW)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with running(tmp_path_factory.mktemp("refusals")) as cloud:
        yield session_of(cloud)


@pytest.mark.local_cloud
def test_the_pattern_finds_plain_lines_and_json_and_only_of_the_last_hours(session: Session) -> None:
    group = NAMES.container_log_group
    session.logs.create_log_group(logGroupName=group)
    session.logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(time.time() * 1000)
    old = now - int(OVER.total_seconds() * 1000) - 60_000
    lines: Any = [(old, "ORDER refused: old"), (now, "ORDER refused: plain"), (now, refused("ORDER refused: json")), (now, "ORDER filled")]
    session.logs.put_log_events(
        logGroupName=group, logStreamName="s", logEvents=[{"timestamp": at, "message": message} for at, message in lines]
    )
    assert dict(read_refusals(session, NAMES, now=datetime.now(UTC))) == {"plain": 1, "json": 1}
