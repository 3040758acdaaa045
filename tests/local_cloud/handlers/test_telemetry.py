"""Transaction search, as a stack switches it on. Each test has an account of its own."""

import json

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

SEARCH = "AWS::XRay::TransactionSearchConfig"

pytestmark = pytest.mark.usefixtures("account")


def allow(**statement: object) -> None:
    """A policy of CloudWatch Logs that lets X-Ray write, changed by `statement`."""
    given = {"Effect": "Allow", "Principal": {"Service": "xray.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": "*", **statement}
    call("logs", "PutResourcePolicy", policyName="spans", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [given]}))


def test_spans_go_to_the_log_once_a_stack_says_so_and_back_when_it_is_deleted(account: str) -> None:
    allow()
    made, attributes = create(SEARCH, {"IndexingPercentage": "2"})
    assert (made, attributes) == (account, {"AccountId": account})
    assert call("xray", "GetTraceSegmentDestination")["Destination"] == "CloudWatchLogs"
    assert [group["logGroupName"] for group in call("logs", "DescribeLogGroups", logGroupNamePrefix="aws/")["logGroups"]] == ["aws/spans"]
    assert update(SEARCH, made, {"IndexingPercentage": 2}, {"IndexingPercentage": 3}) == made
    (rule,) = call("xray", "GetIndexingRules")["IndexingRules"]
    assert rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 3
    delete(SEARCH, made, {})
    assert call("xray", "GetTraceSegmentDestination")["Destination"] == "XRay"


def test_where_it_is_on_already_the_stack_fails() -> None:
    allow()
    call("xray", "UpdateTraceSegmentDestination", Destination="CloudWatchLogs")
    with pytest.raises(LocalApiError, match="already exists"):
        create(SEARCH, {})


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Resource": "arn:aws:logs:ap-southeast-2:111111111111:log-group:aws/spans:*"},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}},
    ],
    ids=["denied", "another service", "another account's group", "for another account"],
)
def test_without_a_policy_that_lets_xray_write_the_stack_fails(statement: dict[str, object]) -> None:
    allow(**statement)
    with pytest.raises(LocalApiError, match="does not have permission to call PutLogEvents on the aws/spans Log Group"):
        create(SEARCH, {"IndexingPercentage": 1})
    assert call("xray", "GetTraceSegmentDestination")["Destination"] == "XRay"


@pytest.mark.parametrize("percent", [-1, 101])
def test_an_indexed_share_is_a_percentage(percent: int) -> None:
    allow()
    with pytest.raises(LocalApiError, match="from 0 to 100"):
        create(SEARCH, {"IndexingPercentage": percent})
