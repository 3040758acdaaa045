"""Scheduled queries, as a stack makes them: they run, and what they answer is in S3."""

import asyncio
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services.insights import scheduled

QUERY = "AWS::Logs::ScheduledQuery"
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def bucket() -> str:
    name = f"b{uuid.uuid4().hex}"
    call("s3", "CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"})
    return name


@pytest.fixture
def group() -> str:
    name = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=name)
    call("logs", "CreateLogStream", logGroupName=name, logStreamName="s")
    events = [{"timestamp": int((time.time() - 5) * 1000), "message": json.dumps({"what": what})} for what in ("order", "order", "signal")]
    call("logs", "PutLogEvents", logGroupName=name, logStreamName="s", logEvents=events)
    return name


def properties(group: str, bucket: str, *actions: str, **more: Any) -> dict[str, Any]:
    """Of a daily query whose role may do these."""
    name = uuid.uuid4().hex
    arn = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    call("iam", "PutRolePolicy", RoleName=name, PolicyName="p", PolicyDocument=json.dumps(allowed))
    return {
        "Name": name,
        "QueryLanguage": "CWLI",
        "QueryString": "stats count(*) as lines by what | sort lines desc",
        "LogGroupIdentifiers": [group],
        "ScheduleExpression": "cron(10 0 * * ? *)",
        "Timezone": "UTC",
        "StartTimeOffset": "600",
        "ExecutionRoleArn": arn,
        "DestinationConfiguration": {"S3Configuration": {"DestinationIdentifier": f"s3://{bucket}/daily/", "RoleArn": arn}},
        **more,
    }


def run(arn: str) -> list[dict[str, Any]]:
    """Runs it once, and shows its history."""
    asyncio.run(scheduled.run(gateway.ask, scheduled._queries[arn], datetime.now(UTC)))  # noqa: SLF001 - instead of a day's wait
    now = int(time.time() * 1000)
    found: list[dict[str, Any]] = call("logs", "GetScheduledQueryHistory", identifier=arn, startTime=now - 60_000, endTime=now + 60_000)[
        "triggerHistory"
    ]
    return found


def test_its_answer_becomes_an_object_below_the_prefix(group: str, bucket: str) -> None:
    arn, attributes = create(QUERY, properties(group, bucket, "logs:StartQuery", "logs:GetQueryResults", "s3:PutObject"))
    assert attributes == {"ScheduledQueryArn": arn}
    (entry,) = run(arn)
    assert entry["executionStatus"] == "Complete"
    (key,) = [each["Key"] for each in call("s3", "ListObjectsV2", Bucket=bucket)["Contents"]]
    assert key.startswith("daily/")
    place = entry["destinations"][0]["destinationIdentifier"]
    assert place == f"s3://{bucket}/{key}"
    assert call("logs", "GetQueryResults", queryId=entry["queryId"])["results"][0][0] == {"field": "what", "value": "order"}


@pytest.mark.parametrize("missing", ["logs:StartQuery", "logs:GetQueryResults", "s3:PutObject"])
def test_without_a_right_of_its_role_it_fails_and_says_why(group: str, bucket: str, missing: str) -> None:
    actions = [action for action in ("logs:StartQuery", "logs:GetQueryResults", "s3:PutObject") if action != missing]
    arn, _ = create(QUERY, properties(group, bucket, *actions))
    (entry,) = run(arn)
    assert entry["executionStatus"] == "Failed"
    assert f"not authorized to perform: {missing}" in entry["errorMessage"]
    assert "Contents" not in call("s3", "ListObjectsV2", Bucket=bucket)


def test_it_keeps_its_arn_when_it_changes_and_is_gone_when_it_is_deleted(group: str, bucket: str) -> None:
    old = properties(group, bucket, "logs:*")
    arn, _ = create(QUERY, old)
    assert update(QUERY, arn, old, {**old, "QueryString": "limit 5", "State": "DISABLED"}) == arn
    shown = call("logs", "GetScheduledQuery", identifier=arn)
    assert (shown["queryString"], shown["state"], shown["name"]) == ("limit 5", "DISABLED", old["Name"])
    assert [each["name"] for each in call("logs", "ListScheduledQueries")["scheduledQueries"]] == [old["Name"]]
    delete(QUERY, arn, old)
    delete(QUERY, arn, old)
    with pytest.raises(LocalApiError, match="There is no scheduled query"):
        call("logs", "GetScheduledQuery", identifier=arn)


@pytest.mark.parametrize(
    "changed",
    [
        {"ScheduleExpression": "rate(1 day)"},
        {"ScheduleExpression": "cron(0 25 * * ? *)"},
        {"QueryString": "explode"},
        {"QueryLanguage": "SQL"},
    ],
)
def test_what_cannot_be_run_is_refused_when_it_is_made(group: str, bucket: str, changed: dict[str, Any]) -> None:
    with pytest.raises(LocalApiError):
        create(QUERY, properties(group, bucket, "logs:*", **changed))


def test_a_name_is_taken_once(group: str, bucket: str) -> None:
    given = properties(group, bucket, "logs:*")
    create(QUERY, given)
    with pytest.raises(LocalApiError, match="already exists"):
        create(QUERY, given)
