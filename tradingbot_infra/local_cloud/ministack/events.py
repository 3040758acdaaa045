"""Statuses of stacks and resources, with the events that DescribeStackEvents shows."""

from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation.stacks import _add_event

_STACK_TYPE = "AWS::CloudFormation::Stack"


def enter(stack: dict[str, Any], status: str, reason: str = "") -> None:
    """Gives a stack a status, and says so in its events."""
    stack.update(StackStatus=status, StackStatusReason=reason)
    _add_event(stack["StackId"], stack["StackName"], stack["StackName"], _STACK_TYPE, status, reason, stack["StackId"])


def of_resource(stack: Mapping[str, Any], resource: Mapping[str, Any], status: str, reason: str = "") -> None:
    """Says in a stack's events what happens to one of its resources."""
    names = (resource["LogicalResourceId"], resource["ResourceType"])
    _add_event(stack["StackId"], stack["StackName"], *names, status, reason, resource["PhysicalResourceId"])
