"""What a stack's events say of its past: whether it was ever complete, and what it created."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackEventTypeDef

_STACK_TYPE = "AWS::CloudFormation::Stack"
_BEGINNINGS = ("REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
_COMPLETE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)


@dataclass(frozen=True)
class History:
    """The events of one stack. CloudFormation keeps them for 90 days ("View CloudFormation stack events")."""

    events: tuple["StackEventTypeDef", ...]

    @cached_property
    def never_complete(self) -> bool:
        """Whether the events show the stack's beginning, and no state since in which it was complete.

        Without its beginning the stack may have been complete earlier, so it counts as such.
        """
        own = {event["ResourceStatus"] for event in self.events if _is_of_stack(event)}
        return bool(own.intersection(_BEGINNINGS)) and not own.intersection(_COMPLETE)

    @cached_property
    def created(self) -> tuple[StackResource, ...]:
        """What the stack created, whether it still exists or not, and nothing that it imported."""
        made = {_resource(event) for event in self.events if event["ResourceStatus"] == "CREATE_COMPLETE" and not _is_of_stack(event)}
        imported = {_resource(event) for event in self.events if event["ResourceStatus"].startswith("IMPORT_")}
        return tuple(sorted(made - imported, key=lambda one: (one.type, one.physical_id)))


def read_history(session: Session, stack_id: str) -> History:
    """The events of a stack, also of a deleted one, by its ARN."""
    pages = session.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    return History(tuple(event for page in pages for event in page["StackEvents"]))


def any_complete(histories: Iterable[History]) -> bool:
    """Whether one of these stacks was ever complete, or may have been."""
    return any(not history.never_complete for history in histories)


def _is_of_stack(event: "StackEventTypeDef") -> bool:
    return event["ResourceType"] == _STACK_TYPE and event.get("PhysicalResourceId") == event["StackId"]


def _resource(event: "StackEventTypeDef") -> StackResource:
    return StackResource(event["LogicalResourceId"], event.get("PhysicalResourceId", ""), event["ResourceType"])
