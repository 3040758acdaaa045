"""Of a stack that is half deployed, only what exists is told."""

from datetime import UTC, datetime

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.stacks import StackResource, stack_resources

KIND = "AWS::Logs::LogGroup"


def resource(name: str, status: str, **identifier: str) -> dict[str, object]:
    """One resource as CloudFormation lists it."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return {"LogicalResourceId": name, "ResourceType": KIND, "ResourceStatus": status, "LastUpdatedTimestamp": at, **identifier}


def test_what_is_not_made_yet_and_what_was_taken_away_is_left_out() -> None:
    listed = [
        resource("Made", "CREATE_COMPLETE", PhysicalResourceId="/made"),
        resource("Changing", "UPDATE_IN_PROGRESS", PhysicalResourceId="/changing"),
        resource("Starting", "CREATE_IN_PROGRESS"),
        resource("Refused", "CREATE_FAILED", PhysicalResourceId=""),
        resource("Gone", "DELETE_COMPLETE", PhysicalResourceId="/gone"),
        resource("Kept", "DELETE_FAILED", PhysicalResourceId="/kept"),
    ]
    with boto3_client("cloudformation") as (client, stubber):
        stubber.add_response("list_stack_resources", {"StackResourceSummaries": listed}, {"StackName": "service"})
        found = stack_resources(session_over(cloudformation=client), "service")
    assert found == tuple(StackResource(name, f"/{name.lower()}", KIND) for name in ("Made", "Changing", "Kept"))
