"""What ministack's CloudFormation does around its resource handlers."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import _stacks, changesets, engine, handlers, stacks
from ministack.services.cloudformation.engine import _resolve_refs
from ministack.services.cloudformation.provisioners import _delete_predecessor

_STACK_OUTPUT = "Fn::GetStackOutput"


def stack(name_or_id: str) -> Mapping[str, Any] | None:
    """The record of a stack; None when there is none, or only deleted ones of this name."""
    found: Mapping[str, Any] | None = handlers._resolve_stack(name_or_id)  # noqa: SLF001
    return found if found and found["StackStatus"] != "DELETE_COMPLETE" else None


def stack_of_change_set(name_or_id: str, stack_name_or_id: str) -> Mapping[str, Any] | None:
    """The record of the stack that a change set is for; None when there is no such change set."""
    named = stack(stack_name_or_id) or {}
    _, change_set = changesets._find_change_set(name_or_id, named.get("StackName", ""))  # noqa: SLF001
    return stack(change_set["StackId"]) if change_set else None


def delete_after_update(delete: Callable[..., None], *arguments: object) -> None:
    """Calls `delete(*arguments)` in the cleanup phase of a stack update, so that a rollback still finds the old resource."""
    _delete_predecessor(delete, *arguments)


def provision_on_worker_threads(types: Collection[str]) -> None:
    """Makes resources of these types on threads of their own, as ministack does for types whose handlers wait.

    Their handlers may wait for work that calls APIs: the server goes on answering, and creates nothing else of the stack meanwhile.
    """
    of_ministack = stacks._runs_on_worker_thread  # noqa: SLF001 - it decides this by a function, not by a registry
    stacks._runs_on_worker_thread = lambda name: name in types or of_ministack(name)  # noqa: SLF001


def read_stack_outputs_of_any_region() -> None:
    """Makes Fn::GetStackOutput look where its `Region` and `RoleArn` say, which ministack ignores.

    A role stands for its account; whether it may be assumed is not checked. Source: "Fn::GetStackOutput" (AWS CloudFormation
    Template Reference).
    """
    for module in (changesets, engine, handlers, stacks):
        module._resolve_refs = _resolved  # noqa: SLF001 - each module calls it by a name of its own


def _resolved(value: Any, *scope: object) -> Any:
    """The value with its intrinsic functions resolved; ministack's function calls this one for every part of a value."""
    if not (isinstance(value, dict) and _STACK_OUTPUT in value):
        return _resolve_refs(value, *scope)
    return _stack_output({name: str(_resolve_refs(part, *scope)) for name, part in value[_STACK_OUTPUT].items()})


def _stack_output(wanted: Mapping[str, str]) -> str:
    region = wanted.get("Region") or get_region()
    account = wanted["RoleArn"].split(":")[4] if wanted.get("RoleArn") else get_account_id()
    name, output = wanted["StackName"], wanted["OutputName"]
    stack = _stacks.get_scoped(account, region, name)
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        raise ValueError(f"{_STACK_OUTPUT}: Stack with id {name} does not exist in {region}")
    for found in stack.get("Outputs", []):
        if found["OutputKey"] == output:
            return str(found["OutputValue"])
    raise ValueError(f"{_STACK_OUTPUT}: Stack {name} in {region} has no output {output}")
