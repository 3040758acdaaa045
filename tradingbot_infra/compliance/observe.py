"""How rules look at properties. A value that only CloudFormation will know is not assessed; it never passes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly, Resource

Condition = Callable[[Any], bool]


def at(properties: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """The value at a dotted path such as `NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp`; the default where it is absent.

    An intrinsic function on the way is the value: only CloudFormation knows what is inside.
    """
    value: Any = properties
    for part in path.split("."):
        if is_function(value):
            return value
        if not isinstance(value, Mapping) or part not in value:
            return default
        value = value[part]
    return value


def observe(resource: Resource, path: str, holds: Condition, expected: str, *, default: Any = None) -> Observation:
    """Whether the value at a path of the resource's properties fulfils a condition.

    `default` is what the service assumes where the property is absent. A reference or an intrinsic function there is not assessed.
    """
    return literal(f"Properties.{path}", at(resource.properties, path, default), holds, expected)


def literal(where: str, value: Any, holds: Condition, expected: str) -> Observation:
    """Whether a value fulfils a condition; not assessed where any part of it is left to CloudFormation."""
    return Observation(where, value, expected, Status.NOT_ASSESSED if is_unknown(value) else _passed(holds(value)))


def seen(where: str, observed: Any, holds: bool, expected: str) -> Observation:
    """An observation that the caller has decided, because everything needed was known."""
    return Observation(where, observed, expected, _passed(holds))


def not_assessed(where: str, observed: Any, expected: str) -> Observation:
    """An observation that cannot be decided from templates."""
    return Observation(where, observed, expected, Status.NOT_ASSESSED)


def refers(resource: Resource, path: str, assembly: Assembly, *types: str, expected: str) -> Observation:
    """Whether a property refers to a resource of one of these types.

    An absent property fails. A literal, or a reference to something other than a resource, such as a parameter, is not assessed.
    """
    value = at(resource.properties, path)
    where = f"Properties.{path}"
    target = assembly.referred(value)
    if target is not None:
        return seen(where, value, target.type in types, expected)
    return seen(where, value, False, expected) if value is None else not_assessed(where, value, expected)


def customer_key(resource: Resource, path: str, assembly: Assembly) -> Observation:
    """Whether a property names a customer managed KMS key: a key of these stacks, or a key of another by its ARN."""
    expected = "a customer managed KMS key"
    value = at(resource.properties, path)
    if isinstance(value, str) and ":key/" in value:
        return seen(f"Properties.{path}", value, True, expected)
    if isinstance(value, str) and "alias/aws/" in value:
        return seen(f"Properties.{path}", value, False, expected)
    return refers(resource, path, assembly, "AWS::KMS::Key", "AWS::KMS::Alias", expected=expected)


def declared(value: Any, resource_type: str, name_property: str, assembly: Assembly) -> Resource | None:
    """The resource of a type that a property names, by reference or by its own name; None when it is not in these stacks."""
    found = assembly.referred(value)
    if found is None and value is not None:
        found = next((each for each in assembly.of_type(resource_type) if each.properties.get(name_property) == value), None)
    return found if found is not None and found.type == resource_type else None


def whole_number(value: Any) -> int:
    """A number, or text that CloudFormation accepts as one; -1 for anything else."""
    return int(value) if str(value).isdecimal() else -1


def is_true(value: Any) -> bool:
    """True, or the text that CloudFormation accepts for it."""
    return value is True or value in ("true", "True")


def is_false(value: Any) -> bool:
    """False, or the text that CloudFormation accepts for it."""
    return value is False or value in ("false", "False")


def is_function(value: Any) -> bool:
    """An intrinsic function that could not be resolved from the templates."""
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def is_unknown(value: Any) -> bool:
    """Whether any part of a value is only known to CloudFormation: an intrinsic function, a reference, or a dynamic reference."""
    if isinstance(value, str):
        return "${" in value or "{{resolve:" in value
    if isinstance(value, Mapping):
        return is_function(value) or any(is_unknown(item) for item in value.values())
    return isinstance(value, Sequence) and any(is_unknown(item) for item in value)


def listed(value: Any) -> list[Any]:
    """A value that CloudFormation accepts alone or as a list, as a list; empty for None."""
    if value is None:
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _passed(holds: bool) -> Status:
    return Status.PASS if holds else Status.FAIL
