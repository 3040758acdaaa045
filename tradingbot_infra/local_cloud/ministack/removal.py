"""How a stack's resources are deleted: with the stack, and when its creation is rolled back.

Where ministack differs from CloudFormation: it goes on to delete what a resource needs that could not be deleted, and forgets a resource
that could not be deleted in a rollback. Here such a resource stays in the stack with all that it depends on, so that the next deletion
finds them. Sources: CloudFormation User Guide, "Troubleshooting CloudFormation" (Delete stack fails), "Choose how to handle failures when
provisioning resources"; CloudFormation Template Reference, "DeletionPolicy attribute".
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.services.cloudformation import _exports, stacks
from ministack.services.cloudformation.stacks import (
    _delete_resource,
    _resource_policy,
    _snapshot_resource,
    _topological_sort,
    _with_dependencies,
)

from tradingbot_infra.local_cloud.ministack import events

Stack = dict[str, Any]
"""ministack's record of a stack."""
_RETAINS = ("Retain", "RetainExceptOnCreate")
_SNAPSHOT = "Snapshot"


@dataclass
class Removal:
    """The deletion of resources of one stack, the last created first."""

    stack: Stack
    definitions: Mapping[str, Any]
    """The template's resources, as far as the stack has them."""
    of_creation: bool
    """Whether this rolls their creation back: RetainExceptOnCreate then keeps nothing, and no snapshot is taken."""
    kept: frozenset[str] = frozenset()
    """Logical ids to keep, whatever their policy says (RetainResources)."""
    failed: list[str] = field(default_factory=list)

    async def of(self, logical_ids: Iterable[str]) -> None:
        """Deletes these in this order; what cannot be deleted, and all that it needs, stays in the stack."""
        resources: dict[str, Any] = self.stack["_resources"]
        needed: set[str] = set()
        for logical_id in logical_ids:
            if logical_id in resources and logical_id not in needed and not await self._is_gone(logical_id):
                self.failed.append(logical_id)
                needed = _with_dependencies(self.failed, self.definitions, set(resources))

    @property
    def reason(self) -> str:
        """Why the stack's status is a failure, in CloudFormation's words; empty when everything is gone."""
        return f"The following resource(s) failed to delete: [{', '.join(sorted(self.failed))}]. " if self.failed else ""

    async def _is_gone(self, logical_id: str) -> bool:
        resource = self.stack["_resources"][logical_id]
        policy = self._policy(logical_id)
        if logical_id in self.kept or policy == "Retain" or (policy in _RETAINS and not self.of_creation):
            self._leaves(logical_id, "DELETE_SKIPPED")
            return True
        events.of_resource(self.stack, resource, "DELETE_IN_PROGRESS")
        try:
            await self._delete(logical_id, policy)
        except Exception as error:
            resource.update(ResourceStatus="DELETE_FAILED", ResourceStatusReason=str(error))
            events.of_resource(self.stack, resource, "DELETE_FAILED", str(error))
            return False
        self._leaves(logical_id, "DELETE_COMPLETE")
        return True

    async def _delete(self, logical_id: str, policy: str) -> None:
        resource = self.stack["_resources"][logical_id]
        kind, physical_id, properties = resource["ResourceType"], resource["PhysicalResourceId"], resource.get("Properties", {})
        if policy == _SNAPSHOT and not self.of_creation:
            _snapshot_resource(kind, physical_id, properties)
        arguments = (kind, physical_id, properties, self.stack["StackName"], logical_id)
        if stacks._runs_on_worker_thread(kind):  # noqa: SLF001 - replaced in that module
            await run_reentrant(_delete_resource, *arguments)
        else:
            _delete_resource(*arguments)

    def _policy(self, logical_id: str) -> str:
        stack, template = self.stack, self.stack.get("_template", {})
        scope = (stack["_resources"], stack.get("_resolved_params", {}), stack.get("_conditions", {}), template.get("Mappings", {}))
        definition = self.definitions.get(logical_id)
        # A resource that the template no longer declares was removed by an update, whose clean-up failed.
        return str(_resource_policy(definition, "DeletionPolicy", *scope, stack["StackName"], stack["StackId"]))

    def _leaves(self, logical_id: str, status: str) -> None:
        events.of_resource(self.stack, self.stack["_resources"].pop(logical_id), status)


async def delete_stack(stack: Stack, kept: frozenset[str]) -> None:
    """Deletes a stack with its resources; it ends DELETE_COMPLETE, or DELETE_FAILED with what could not be deleted."""
    events.enter(stack, "DELETE_IN_PROGRESS", "User Initiated")
    definitions = stack.get("_template", {}).get("Resources", {})
    removal = Removal(stack, definitions, of_creation=False, kept=kept)
    await removal.of(_last_first(stack, definitions))
    await asyncio.sleep(0)
    if removal.failed:
        events.enter(stack, "DELETE_FAILED", removal.reason)
        return
    for output in stack.get("Outputs", []):
        _exports.pop(output.get("ExportName"), None)
    events.enter(stack, "DELETE_COMPLETE")


def _last_first(stack: Stack, definitions: Mapping[str, Any]) -> list[str]:
    try:
        ordered = list(_topological_sort(definitions, stack.get("_conditions", {})))
    except ValueError:
        ordered = []
    return [*reversed([one for one in stack["_resources"] if one not in ordered]), *reversed(ordered)]
