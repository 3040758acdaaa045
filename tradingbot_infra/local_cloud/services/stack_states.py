"""CloudFormation's operations that change a stack, refused in the states in which CloudFormation refuses them.

ministack starts them, or begins a stack anew. The words are those that people report for AWS; the states are those of the CloudFormation
User Guide, "Stack status codes" and "Choose how to handle failures when provisioning resources".
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import stacks
from tradingbot_infra.local_cloud.services.operation import Call, Operation

_FREE = ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")
"""States of a stack whose name a creation may take."""
_NEVER_UPDATED = ("DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED")
_PAUSED = ("CREATE_FAILED", "UPDATE_FAILED")
"""States of a stack that failed with its rollback disabled; it can be updated with the rollback disabled again."""
_CHANGING = "_IN_PROGRESS"
_IN_REVIEW = "REVIEW_IN_PROGRESS"
_INVALID = "ValidationError"


async def create_stack(call: Call) -> dict[str, Any]:
    """CreateStack, only for a name that no stack has."""
    stack = stacks.stack(call.parameters["StackName"])
    if stack and stack["StackStatus"] not in _FREE[:1]:
        raise LocalApiError("AlreadyExistsException", f"Stack [{stack['StackName']}] already exists")
    return await call.as_asked()


async def create_change_set(call: Call) -> dict[str, Any]:
    """CreateChangeSet: type CREATE only for a name that no stack has or that waits for its review, all others only where it may change."""
    stack = stacks.stack(call.parameters["StackName"])
    if stack and call.parameters.get("ChangeSetType") == "CREATE":
        _require_free(stack, call.parameters["ChangeSetName"])
    elif stack:
        _require_changeable(stack)
    return await call.as_asked()


async def execute_change_set(call: Call) -> dict[str, Any]:
    """ExecuteChangeSet, only where the stack may change, and with the rollback disabled where it failed so."""
    stack = stacks.stack_of_change_set(call.parameters["ChangeSetName"], call.parameters.get("StackName", ""))
    if stack:
        _require_changeable(stack)
        _require_paused_again(stack, call.parameters)
    return await call.as_asked()


async def update_stack(call: Call) -> dict[str, Any]:
    """UpdateStack, in the same states as ExecuteChangeSet."""
    stack = stacks.stack(call.parameters["StackName"])
    if stack:
        _require_changeable(stack)
        _require_paused_again(stack, call.parameters)
    return await call.as_asked()


async def delete_stack(call: Call) -> dict[str, Any]:
    """DeleteStack, not during an update."""
    stack = stacks.stack(call.parameters["StackName"])
    if stack and stack["StackStatus"].startswith("UPDATE_") and stack["StackStatus"].endswith(_CHANGING):
        raise LocalApiError(_INVALID, f"Stack [{stack['StackId']}] cannot be deleted while in status {stack['StackStatus']}")
    return await call.as_asked()


def _require_free(stack: Mapping[str, Any], change_set: str) -> None:
    if stack["StackStatus"] not in _FREE:
        raise LocalApiError(
            _INVALID, f"Stack [{stack['StackName']}] already exists and cannot be created again with the changeSet [{change_set}]."
        )


def _require_changeable(stack: Mapping[str, Any]) -> None:
    status = stack["StackStatus"]
    if status in _NEVER_UPDATED or (status.endswith(_CHANGING) and status != _IN_REVIEW):
        raise LocalApiError(_INVALID, f"Stack:{stack['StackId']} is in {status} state and can not be updated.")


def _require_paused_again(stack: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    if stack["StackStatus"] in _PAUSED and not parameters.get("DisableRollback"):
        state = f"This stack is currently in a non-terminal [{stack['StackStatus']}] state. "
        way_on = "To update the stack from this state, please use the disable-rollback parameter with update-stack API. "
        raise LocalApiError(_INVALID, f"{state}{way_on}To rollback to the last known good state, use the rollback-stack API")


OPERATIONS: Mapping[str, Operation] = {
    "CreateChangeSet": create_change_set,
    "CreateStack": create_stack,
    "DeleteStack": delete_stack,
    "ExecuteChangeSet": execute_change_set,
    "UpdateStack": update_stack,
}
