"""What a creation that fails leaves, and how an update goes on from there.

ministack forgets the resource whose own creation failed, and what a stack is made of until it is complete.
Sources: CloudFormation User Guide, "Choose how to handle failures when provisioning resources", "Stack creation events".
"""

from collections.abc import Mapping
from typing import Any

from ministack.core.responses import now_iso
from ministack.services.cloudformation import _stacks, changesets, handlers, stacks
from ministack.services.cloudformation.stacks import (
    _delete_stack_async,
    _deploy_stack_async,
    _provision_keeping_seed,
    _roll_back_operation,
)

from tradingbot_infra.local_cloud.ministack import events, removal

_FAILED = "_failed_resources"
_STAYS = ("CREATE_FAILED", "ROLLBACK_FAILED", "UPDATE_FAILED")


class MadeButFailedError(Exception):
    """A resource exists, but its creation failed; `physical_id` is what to delete. The message is for people."""

    def __init__(self, physical_id: str, message: str) -> None:
        super().__init__(message)
        self.physical_id = physical_id


def install() -> None:
    """Makes ministack create, roll back and delete stacks as this module and `removal` say."""
    for module in (changesets, handlers, stacks):
        module._deploy_stack_async = _deployed  # noqa: SLF001 - each module calls it by a name of its own
    for other in (handlers, stacks):
        other._roll_back_operation = _rolled_back  # noqa: SLF001
        other._delete_stack_async = _deleted  # noqa: SLF001
    stacks._provision_keeping_seed = _provisioned  # noqa: SLF001


async def _deployed(name: str, stack_id: str, template: dict[str, Any], *rest: Any, **named: Any) -> None:
    stack = _stacks[name]
    created = not named.get("is_update")
    if created:
        stack["_unfinished"] = True
    await _start_over(stack, named.get("previous_stack") or {})
    await _deploy_stack_async(name, stack_id, template, *rest, **named)
    if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        stack.pop("_unfinished", None)
    elif stack.get("_unfinished") and stack["StackStatus"] in _STAYS:
        _keep_failed(stack)
        # So that a change set adds what is missing, and a deletion knows order and policies.
        stack["_template"] = _only(template, stack["_resources"])


def _only(template: Mapping[str, Any], resources: Mapping[str, Any]) -> dict[str, Any]:
    return {**template, "Resources": {name: one for name, one in template["Resources"].items() if name in resources}}


async def _start_over(stack: dict[str, Any], previous: dict[str, Any]) -> None:
    """Deletes what failed to be created, so that this operation creates it anew ("deleted upon the next stack operation")."""
    failed = [name for name, resource in stack["_resources"].items() if resource.get("ResourceStatus") == "CREATE_FAILED"]
    await removal.Removal(stack, stack.get("_template", {}).get("Resources", {}), of_creation=True).of(reversed(failed))
    for name in failed:
        previous.get("_resources", {}).pop(name, None)


def _provisioned(resource_type: str, logical_id: str, properties: Mapping[str, Any], name: str) -> Any:
    try:
        return _provision_keeping_seed(resource_type, logical_id, properties, name)
    except MadeButFailedError as error:
        _stacks[name].setdefault(_FAILED, {})[logical_id] = _failed(resource_type, logical_id, error.physical_id, properties)
        raise


def _failed(resource_type: str, logical_id: str, physical_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    names = {"LogicalResourceId": logical_id, "ResourceType": resource_type, "PhysicalResourceId": physical_id}
    return {**names, "ResourceStatus": "CREATE_FAILED", "Properties": properties, "Attributes": {}, "Timestamp": now_iso()}


def _keep_failed(stack: dict[str, Any]) -> list[str]:
    failed: dict[str, Any] = stack.pop(_FAILED, {})
    stack["_resources"].update(failed)
    return list(failed)


async def _rolled_back(name: str, stack_id: str, stack: dict[str, Any], operation: dict[str, Any], reason_override: str = "") -> None:
    if operation.get("is_update"):
        await _undo_update(name, stack_id, stack, operation, reason_override)
        return
    stack.pop("_failed_operation", None)
    events.enter(stack, "ROLLBACK_IN_PROGRESS", reason_override or _why(operation))
    imported = operation["imports"]
    undone = removal.Removal(stack, _definitions(operation), of_creation=True)
    made = [*operation["created"], *_keep_failed(stack)]
    await undone.of(one for one in reversed(made) if one not in imported)
    for one in imported:
        _release(stack, one)
    events.enter(stack, "ROLLBACK_FAILED" if undone.failed else "ROLLBACK_COMPLETE", undone.reason)


def _why(operation: Mapping[str, Any]) -> str:
    failed = operation["failed_logical_id"]
    return f"{f'The following resource(s) failed to create: [{failed}]. ' if failed else ''}Rollback requested by user."


def _definitions(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The resources of the template; RetainExceptOnCreate of the operation makes Retain count for nothing."""
    resources: dict[str, Any] = operation["template"]["Resources"]
    if not operation["retain_except_on_create"]:
        return resources
    return {name: {key: value for key, value in one.items() if key != "DeletionPolicy"} for name, one in resources.items()}


def _release(stack: dict[str, Any], logical_id: str) -> None:
    """An imported resource leaves the stack as it came."""
    resource = stack["_resources"].pop(logical_id, None)
    if resource is not None:
        events.of_resource(stack, resource, "IMPORT_ROLLBACK_COMPLETE")


async def _undo_update(name: str, stack_id: str, stack: dict[str, Any], operation: dict[str, Any], reason: str) -> None:
    failed = stack.pop(_FAILED, {})
    stack["_resources"].update(failed)
    await _roll_back_operation(name, stack_id, stack, {**operation, "created": [*operation["created"], *failed]}, reason)


async def _deleted(name: str, stack_id: str, retain_resources: frozenset[str] = frozenset(), force: bool = False) -> None:
    stack = _stacks.get(name)
    if stack is None or force:
        await _delete_stack_async(name, stack_id, retain_resources, force)
    else:
        await removal.delete_stack(stack, frozenset(retain_resources))
