"""StartQuery and GetQueryResults."""

import json
import time
import uuid
from typing import Any

import pytest

from tradingbot_infra.local_cloud import gateway  # noqa: F401 - the operations
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.usefixtures("account")


def asked(group: str, query: str, **more: Any) -> Any:
    now = int(time.time())
    given = {"logGroupName": group, "queryString": query, "startTime": now - 60, "endTime": now + 60, **more}
    return call("logs", "GetQueryResults", queryId=call("logs", "StartQuery", **given)["queryId"])


@pytest.fixture
def group() -> str:
    name = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=name)
    call("logs", "CreateLogStream", logGroupName=name, logStreamName="s")
    events = [{"timestamp": int(time.time() * 1000), "message": json.dumps({"ms": ms})} for ms in (5, 15, 25)]
    call("logs", "PutLogEvents", logGroupName=name, logStreamName="s", logEvents=events)
    return name


def test_an_answer_has_rows_and_how_much_was_read(group: str) -> None:
    found = asked(group, "filter ms > 10 | stats sum(ms) as total")
    assert found["status"] == "Complete"
    assert found["results"] == [[{"field": "total", "value": "40"}]]
    assert (found["statistics"]["recordsMatched"], found["statistics"]["recordsScanned"]) == (2.0, 3.0)


def test_a_group_may_be_named_by_its_arn(group: str) -> None:
    (described,) = call("logs", "DescribeLogGroups", logGroupNamePrefix=group)["logGroups"]
    now = int(time.time())
    given = {"logGroupIdentifiers": [described["arn"].removesuffix(":*")], "startTime": now - 60, "endTime": now + 60}
    started = call("logs", "StartQuery", queryString="stats count(*) as lines", **given)
    assert call("logs", "GetQueryResults", queryId=started["queryId"])["results"] == [[{"field": "lines", "value": "3"}]]


def test_lines_outside_of_the_time_are_not_read(group: str) -> None:
    now = int(time.time())
    assert asked(group, "fields ms", startTime=now - 600, endTime=now - 300)["results"] == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"logGroupName": "nothing"}, "ResourceNotFoundException"),
        ({"queryLanguage": "SQL"}, "InvalidParameterException"),
        ({"startTime": 2_000_000_000}, "InvalidParameterException"),
        ({"queryString": "explode"}, "MalformedQueryException"),
    ],
)
def test_what_cannot_be_asked_is_refused(group: str, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(LocalApiError) as refused:
        asked(group, "fields ms", **changed)
    assert refused.value.code == code
