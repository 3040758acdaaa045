"""What AccountSecurityStack declares, for rules that judge the account by it.

Such a rule is about the stack: a detector that is missing has no resource of its own that could fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.observe import Condition, observe, seen
from tradingbot_infra.compliance.rule import Observation, Rule
from tradingbot_infra.config.settings import flat
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

STACK = "AccountSecurityStack"

LEFT_OUT = ("off", "none", None, False)
"""Values of settings that leave a part of the stack out."""

EXISTING = "existing"
"""Value of settings by which the account has a part already."""

Look = Callable[[Resource, Assembly], Iterator[Observation]]
"""Looks at a resource of the stack."""


def account_rule(
    identifier: str, resource_type: str, *, title: str, fix: str, setting: str | None = None, together: bool = False
) -> Callable[[Look], Rule]:
    """Declares a rule of the account over each resource of a type in the stack, which a setting may leave out.

    `together` is for a rule over all of them: it looks once, at the first. The rule says nothing where the stack is not deployed from
    here, or where the setting says that the account has the resource already.
    """

    def declare(look: Look) -> Rule:
        def of_stack(stack: Resource, assembly: Assembly) -> Iterator[Observation]:
            choice = _choice(setting, assembly)
            if stack.logical_id != STACK or choice == EXISTING:
                return
            if choice in LEFT_OUT:
                yield seen(f"setting {setting}", choice, False, f"a value with which the stack has {resource_type}")
                return
            found = in_stack(assembly, resource_type)
            yield seen(resource_type, [each.logical_id for each in found], bool(found), "a resource of the stack")
            for each in found[:1] if together else found:
                yield from (replace(observed, property=f"{each.logical_id}.{observed.property}") for observed in look(each, assembly))

        return Rule(id=identifier, title=title, types=(STACK_TYPE,), fix=fix, look=of_stack, setting=setting)

    return declare


def in_stack(assembly: Assembly, *types: str) -> tuple[Resource, ...]:
    """The resources of these types that the stack declares."""
    return tuple(resource for resource in assembly.of_type(*types) if resource.stack == STACK)


def of(resource: Resource, path: str, holds: Condition, expected: str, *, default: Any = None) -> Observation:
    """An observation of a resource that another one names, so that it says whose property it is."""
    found = observe(resource, path, holds, expected, default=default)
    return replace(found, property=f"{resource.logical_id}.{found.property}")


def _choice(setting: str | None, assembly: Assembly) -> object:
    """What a setting says of a part; that it is there, without a setting or for templates that were read without settings."""
    return flat(assembly.config)[setting] if setting and assembly.config else True
