"""Log events page by page: each once, none left out, in the order of their times."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

START = 1_800_000_000_000


def new_group(**streams: list[int]) -> str:
    """A log group whose streams have events at these milliseconds after START."""
    name = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=name)
    for stream, times in streams.items():
        call("logs", "CreateLogStream", logGroupName=name, logStreamName=stream)
        events = [{"timestamp": START + time, "message": f"{stream} {number} at {time}"} for number, time in enumerate(times)]
        if events:
            call("logs", "PutLogEvents", logGroupName=name, logStreamName=stream, logEvents=events)
    return name


def pages(group: str, **parameters: object) -> Iterator[list[dict[str, Any]]]:
    token: dict[str, str] = {}
    while True:
        answer = call("logs", "FilterLogEvents", logGroupName=group, **parameters, **token)
        yield answer["events"]
        if "nextToken" not in answer:
            return
        token = {"nextToken": answer["nextToken"]}


def messages(group: str, **parameters: object) -> list[str]:
    return [event["message"] for page in pages(group, **parameters) for event in page]


@settings(max_examples=40)
@given(
    streams=st.lists(st.lists(st.integers(0, 5), max_size=8).map(sorted), min_size=1, max_size=3),
    limit=st.integers(1, 7),
    start=st.integers(0, 6),
    end=st.integers(0, 7),
)
def test_pages_show_every_event_once_and_in_order(streams: list[list[int]], limit: int, start: int, end: int) -> None:
    group = new_group(**{f"s{number}": times for number, times in enumerate(streams)})
    bounds = {"startTime": START + start, "endTime": START + end}
    found = list(pages(group, limit=limit, **bounds))
    assert all(0 < len(page) <= limit for page in found) or found == [[]]
    whole = own("logs", "FilterLogEvents", logGroupName=group, **bounds)["events"]
    assert [event["message"] for page in found for event in page] == [event["message"] for event in whole]
    assert len(whole) == sum(start <= time <= end for times in streams for time in times)


def test_ministack_still_gives_no_token() -> None:
    answer = own("logs", "FilterLogEvents", logGroupName=new_group(s=[1, 2, 3]), limit=1)
    assert len(answer["events"]) == 1
    assert "nextToken" not in answer


ERRORS = '{ $.level = "ERROR" }'
MESSAGES = [
    '{"level": "ERROR", "number": 1}',
    '{"level": "INFO"}',
    "ERROR",
    '"level": "ERROR"',
    '["ERROR"]',
    "{}",
    '{"level": "ERRORS"}',
    '{"error": {"level": "ERROR"}}',
    '{"level":"ERROR","number":2}',
]


@pytest.mark.parametrize(("pattern", "matching"), [(ERRORS, [0, 8]), ('{$.level="INFO"}', [1]), ("", range(9)), ("  ", range(9))])
def test_a_pattern_narrows_every_page(pattern: str, matching: Iterable[int]) -> None:
    group = new_group(app=[])
    events = [{"timestamp": START + number, "message": message} for number, message in enumerate(MESSAGES)]
    call("logs", "PutLogEvents", logGroupName=group, logStreamName="app", logEvents=events)
    assert messages(group, filterPattern=pattern, limit=1) == [MESSAGES[number] for number in matching]
    assert len(own("logs", "FilterLogEvents", logGroupName=group, filterPattern=pattern)["events"]) == 9, "ministack applies it now"


def test_streams_are_found_by_the_beginning_of_their_names() -> None:
    group = new_group(**{"task/1": [1], "task/2": [2], "other": [3]})
    assert messages(group, logStreamNamePrefix="task/") == ["task/1 0 at 1", "task/2 0 at 2"]
    assert messages(group, logStreamNamePrefix="none") == []
    assert len(own("logs", "FilterLogEvents", logGroupName=group, logStreamNamePrefix="none")["events"]) == 3, "ministack applies it now"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"nextToken": "page two"}, "InvalidParameterException"),
        ({"logStreamNamePrefix": "s", "logStreamNames": ["s"]}, "InvalidParameterException"),
        ({"logGroupName": "none"}, "ResourceNotFoundException"),
    ],
)
def test_what_does_not_fit_is_refused(parameters: dict[str, Any], code: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("logs", "FilterLogEvents", **{"logGroupName": new_group(s=[1]), **parameters})
    assert raised.value.code == code
