"""Three-valued logic: True, False, or None where only CloudFormation knows."""

from collections.abc import Iterable
from typing import Any

from tradingbot_infra.compliance.observe import is_function, is_unknown, listed, not_assessed, seen
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

TriState = bool | None


def all_of(values: Iterable[TriState]) -> TriState:
    """False as soon as one is False, whatever the others would be; undecided where one is."""
    found = set(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[TriState]) -> TriState:
    """True as soon as one is True, whatever the others would be; undecided where one is."""
    return negated(all_of(negated(value) for value in values))


def negated(value: TriState) -> TriState:
    """The opposite; undecided stays undecided."""
    return None if value is None else not value


def decided(where: str, observed: Any, value: TriState, expected: str) -> Observation:
    """The observation of a decision; not assessed where it is undecided."""
    return not_assessed(where, observed, expected) if value is None else seen(where, observed, value, expected)


def is_literally(value: Any, wanted: str) -> TriState:
    """Whether a value is a certain text; undecided for what only CloudFormation knows."""
    return None if is_unknown(value) else bool(value == wanted)


def is_given(value: Any, assembly: Assembly) -> TriState:
    """Whether a property has a value, a reference included; undecided for a parameter, which may be empty."""
    if value in (None, "", "${AWS::NoValue}"):
        return False
    if is_function(value):
        return None
    is_reference = isinstance(value, str) and value.startswith("${") and value.find("}") == len(value) - 1
    return None if is_reference and not value.startswith("${AWS::") and assembly.referred(value) is None else True


def is_reference_to(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    """Whether a value refers to a resource. A literal never does: it names something outside of these stacks."""
    target = assembly.referred(value)
    if target is not None:
        return target == resource
    return None if is_unknown(value) else False


def names(values: Any, resource: Resource, assembly: Assembly) -> TriState:
    """Whether a resource is among references, given alone or as a list."""
    return any_of(is_reference_to(value, resource, assembly) for value in listed(values))


def unresolved(resource: Resource, path: str, assembly: Assembly, *types: str) -> Iterable[Observation]:
    """Not assessed where these templates do not show what a resource belongs to, because it is then not judged there."""
    value = resource.properties.get(path)
    target = assembly.referred(value)
    if target is None or target.type not in types:
        yield not_assessed(f"Properties.{path}", value, f"a reference to {' or '.join(types)} of these stacks")
