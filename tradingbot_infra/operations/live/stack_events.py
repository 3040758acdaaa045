"""Why the last operation on a stack failed, by the stack's events."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackEventTypeDef

_CONSEQUENCE = "Resource creation cancelled"
"""What CloudFormation says of resources that it stopped because another failed; an update says "update" in place of "creation"."""


def failed_resources(session: Session, stack: str) -> tuple[str, ...]:
    """`LogicalId: reason` of each resource that made the last operation fail, the first failure first."""
    return tuple(reversed([*_failures(session, stack)]))


def _failures(session: Session, stack: str) -> Iterator[str]:
    for page in session.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:  # the newest first
            if _begins_an_operation(event):
                return
            reason = event.get("ResourceStatusReason", "")
            if event.get("ResourceStatus", "").endswith("_FAILED") and not _is_consequence(event, reason):
                yield f"{event.get('LogicalResourceId', '')}: {reason}"


def _is_consequence(event: "StackEventTypeDef", reason: str) -> bool:
    return event.get("PhysicalResourceId") == event["StackId"] or reason.replace("update", "creation").startswith(_CONSEQUENCE)


def _begins_an_operation(event: "StackEventTypeDef") -> bool:
    begun = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
    return event.get("PhysicalResourceId") == event["StackId"] and event.get("ResourceStatus") in begun
