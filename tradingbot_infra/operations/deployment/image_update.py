"""An update of the service's stack that changes nothing but the image, through CloudFormation itself.

`cdk deploy` would bring along whatever else the checkout changes, and needs a checkout that can be synthesized. A rollback at night must
do neither: the deployed template stays, and every parameter but one keeps its value.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tradingbot_infra.design.image_choice import PARAMETER
from tradingbot_infra.operations.live.stacks import LiveStack
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudformation.literals import CapabilityType
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef

_CAPABILITIES: "tuple[CapabilityType, ...]" = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
"""Those with which the CDK CLI deploys the same template."""
_SECONDS = 3.0
"""Between two looks at the stack."""


@dataclass(frozen=True)
class Event:
    """What CloudFormation did to one resource, or to the stack."""

    at: datetime
    resource: str
    status: str
    reason: str

    @property
    def line(self) -> str:
        """For people."""
        return f"{self.at:%H:%M:%S} {self.resource} {self.status}{f': {self.reason}' if self.reason else ''}"


def update_image(session: Session, stack: LiveStack, tag: str) -> None:
    """Starts the update. No role is named: CloudFormation takes that of the last operation (CloudFormation API, UpdateStack, RoleARN).

    Raises botocore's ClientError where the stack cannot change, or where these credentials may not change it.
    """
    kept: list[ParameterTypeDef] = [{"ParameterKey": name, "UsePreviousValue": True} for name in stack.parameters if name != PARAMETER]
    session.cloudformation.update_stack(
        StackName=stack.name,
        UsePreviousTemplate=True,
        Parameters=[*kept, {"ParameterKey": PARAMETER, "ParameterValue": tag}],
        Capabilities=_CAPABILITIES,
        ClientRequestToken=f"rollback-{uuid.uuid4()}",
    )


def newest_event(session: Session, stack: str) -> str:
    """The id of the newest event of a stack: what comes after it is of a later operation."""
    return session.cloudformation.describe_stack_events(StackName=stack)["StackEvents"][0]["EventId"]


def follow(session: Session, stack: str, since: str, show: Callable[[Event], None]) -> str:
    """Shows every event after that with id `since`, until the stack's operation has ended; returns the status then."""
    while True:
        # Status first: no event of the operation comes after its end.
        status: str = session.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        found = [*_after(session, stack, since)]
        for event in reversed(found):
            show(_shown(event))
        since = found[0]["EventId"] if found else since
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(_SECONDS)


def _after(session: Session, stack: str, since: str) -> "Iterator[StackEventTypeDef]":
    """The newest first."""
    for page in session.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:
            if event["EventId"] == since:
                return
            yield event


def _shown(event: "StackEventTypeDef") -> Event:
    return Event(
        event["Timestamp"], event.get("LogicalResourceId", ""), event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
    )
