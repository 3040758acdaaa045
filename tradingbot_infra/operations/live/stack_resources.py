"""What CloudFormation holds for a stack, by type."""

from dataclasses import dataclass

from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class StackResource:
    """One resource. `physical_id` is its name, id or ARN, whichever `Ref` gives for its type."""

    logical_id: str
    physical_id: str
    type: str


def stack_resources(session: Session, stack: str) -> tuple[StackResource, ...]:
    """Every resource of a stack that stands, as its template declares them, whether or not somebody deleted one by hand.

    What a half-done deployment has not made yet has no id, and what it took away stays listed: both are left out
    (CloudFormation API, StackResourceSummary).
    """
    pages = session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return tuple(
        StackResource(item["LogicalResourceId"], item["PhysicalResourceId"], item["ResourceType"])
        for page in pages
        for item in page["StackResourceSummaries"]
        if item.get("PhysicalResourceId") and item["ResourceStatus"] != "DELETE_COMPLETE"
    )
