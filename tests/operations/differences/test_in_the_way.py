"""Stacks that take no deployment, and what to do."""

import pytest

from tradingbot_infra.operations.differences.in_the_way import in_the_way
from tradingbot_infra.operations.live.stacks import LiveStack
from tradingbot_infra.operations.printed_commands import CommandTarget, rendered

TARGET = CommandTarget("staging", "ap-southeast-2", None, None, ())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("CREATE_COMPLETE", None),
        ("UPDATE_ROLLBACK_COMPLETE", None),
        ("REVIEW_IN_PROGRESS", None),
        ("UPDATE_IN_PROGRESS", "wait until CloudFormation is done"),
        ("ROLLBACK_COMPLETE", "its first deployment failed: `tradingbot repair --env staging`"),
        ("DELETE_FAILED", "`tradingbot destroy --env staging` goes on"),
        ("UPDATE_ROLLBACK_FAILED", "cloudformation continue-update-rollback --stack-name tradingbot-ai-staging-data`"),
    ],
)
def test_a_state_that_takes_no_deployment_is_named_with_its_way_out(status: str, words: str | None) -> None:
    stack = LiveStack("DataStack", "data", "tradingbot-ai-staging-data", "ap-southeast-2", status, "", {})
    said = [rendered(line, TARGET) for line in in_the_way([stack])]
    assert said == [] if words is None else words in said[0]
