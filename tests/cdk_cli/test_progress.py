"""How far stacks are, and why a run failed, from what the CDK CLI printed."""

from collections.abc import Iterator

import pytest

from tradingbot_infra.cdk_cli.failure import reasons
from tradingbot_infra.cdk_cli.lines import meaning_of
from tradingbot_infra.cdk_cli.progress import StackProgress, State, Tracker

DEPLOYMENT = """\
✨  Synthesis time: 19.77s

NetworkStack (shop-network): deploying... [1/2]
shop-network | 0/3 | 4:19:16 PM | CREATE_IN_PROGRESS | AWS::CloudFormation::Stack | shop-network 
shop-network | 1/3 | 4:19:17 PM | CREATE_COMPLETE | AWS::EC2::VPC | NetworkStack/Vpc (Vpc8378EB38) 
shop-network | 3/3 | 4:19:19 PM | CREATE_COMPLETE | AWS::CloudFormation::Stack | shop-network 

 ✅  NetworkStack (shop-network)
 ✅  DataStack (shop-data) (no changes)
"""  # noqa: W291 - as the CLI prints it

FAILURE = """\
ServiceStack (shop-service): deploying... [1/2]
shop-service | 1/3 | 4:19:17 PM | CREATE_FAILED | AWS::ECS::Service | ServiceStack/Api (Api8378EB38) Tasks did not start
shop-service | 1/3 | 4:19:17 PM | CREATE_FAILED | AWS::WAFv2::WebACL | ServiceStack/Acl (Acl8378EB38) Resource creation cancelled
shop-service | 1/3 | 4:19:18 PM | ROLLBACK_IN_PROGRESS | AWS::CloudFormation::Stack | shop-service The following resource(s) failed
shop-service | 2/3 | 4:19:19 PM | DELETE_COMPLETE | AWS::WAFv2::WebACL | ServiceStack/Acl (Acl8378EB38) 

Failed resources:
shop-service | 4:19:17 PM | CREATE_FAILED | AWS::ECS::Service | ServiceStack/Api (Api8378EB38) Tasks did not start
❌  ServiceStack (shop-service) failed: ToolkitError: The stack named shop-service failed creation
"""  # noqa: W291 - as the CLI prints it


@pytest.fixture
def tracker() -> Tracker:
    """With a clock that goes on by a second each time it is read."""
    seconds: Iterator[float] = iter(range(100))
    return Tracker(clock=lambda: next(seconds))


def read(tracker: Tracker, text: str) -> list[StackProgress]:
    return [moved for line in text.splitlines() if (moved := tracker.read(meaning_of(line)))]


def test_a_stack_begins_moves_and_ends_and_one_without_a_change_ends_at_once(tracker: Tracker) -> None:
    *moves, ended, unchanged = read(tracker, DEPLOYMENT)
    assert [(one.stack, one.done, one.total) for one in moves] == [
        ("shop-network", 0, None),
        ("shop-network", 0, 3),
        ("shop-network", 1, 3),
        ("shop-network", 3, 3),
    ]
    assert (ended.state, ended.done, ended.seconds) == (State.COMPLETE, 3, 8)
    assert unchanged == StackProgress("shop-data", State.UNCHANGED)
    assert tracker.fail() == ()


def test_what_had_not_ended_when_the_cli_fails_has_failed(tracker: Tracker) -> None:
    read(tracker, FAILURE)
    (failed,) = tracker.fail()
    assert (failed.stack, failed.state) == ("shop-service", State.FAILED)


def test_a_failed_resource_is_named_once_with_its_reason(tracker: Tracker) -> None:
    read(tracker, FAILURE)
    assert reasons(tracker, FAILURE.splitlines()) == [
        "ServiceStack/Api (AWS::ECS::Service) in shop-service is CREATE_FAILED: Tasks did not start",
        "❌  ServiceStack (shop-service) failed: ToolkitError: The stack named shop-service failed creation",
    ]


def test_before_the_first_stack_everything_is_shown(tracker: Tracker) -> None:
    found = [f"FATAL {number}" for number in range(40)]
    assert reasons(tracker, [*found, "", "Synthesis finished with errors"]) == [*found, "Synthesis finished with errors"]


def test_without_a_failed_resource_the_end_is_shown(tracker: Tracker) -> None:
    read(tracker, DEPLOYMENT)
    assert reasons(tracker, [f"line {number}" for number in range(40)]) == [f"line {number}" for number in range(25, 40)]
