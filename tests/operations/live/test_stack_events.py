"""Of a stack's events, what made its last operation fail."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.stack_events import failed_resources

STACK = "arn:aws:cloudformation:ap-southeast-2:000000000000:stack/data/1"
BEGAN = datetime(2026, 11, 29, tzinfo=UTC)
DONE = ("data", STACK, "UPDATE_ROLLBACK_COMPLETE", "")
ROLLING_BACK = ("data", STACK, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Database].")
USER = ("data", STACK, "UPDATE_IN_PROGRESS", "User Initiated")
DATABASE = ("Database", "postgres", "UPDATE_FAILED", "no such class")
OLD = ("Vault", "vault", "CREATE_FAILED", "exists")


def failures(*events: tuple[str, str, str, str]) -> tuple[str, ...]:
    """The answer for these events, the newest first."""
    described: list[dict[str, Any]] = [
        {
            "StackId": STACK,
            "EventId": str(number),
            "StackName": "data",
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id,
            "Timestamp": BEGAN - timedelta(seconds=number),
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }
        for number, (logical_id, physical_id, status, reason) in enumerate(events)
    ]
    with boto3_client("cloudformation") as (cloudformation, stubber):
        stubber.add_response("describe_stack_events", {"StackEvents": described})
        return failed_resources(session_over(cloudformation=cloudformation), "data")


def test_only_the_last_operation_counts() -> None:
    assert failures(DONE, ROLLING_BACK, DATABASE, USER, OLD, USER) == ("Database: no such class",)


def test_the_first_failure_comes_first_and_what_was_cancelled_is_left_out() -> None:
    redis = ("Redis", "", "CREATE_FAILED", "no such node")
    cancelled = ("Plan", "", "CREATE_FAILED", "Resource creation cancelled")
    stopped = ("Key", "k", "UPDATE_FAILED", "Resource update cancelled")
    assert failures(DONE, stopped, cancelled, redis, DATABASE, USER) == ("Database: no such class", "Redis: no such node")


def test_the_stack_itself_is_no_resource() -> None:
    assert failures(("data", STACK, "ROLLBACK_FAILED", "The following resource(s) failed to delete: [Database]."), USER) == ()
