"""Answers that put several facts together, where only CloudFormation knows some of them: True, False, or None for undecided."""

from collections.abc import Iterable
from typing import Any

from tradingbot_infra.compliance.observe import is_function, is_unknown, listed, not_assessed, seen
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

Answer = bool | None


def all_of(answers: Iterable[Answer]) -> Answer:
    """False as soon as one is False, whatever the others would be; undecided where one is."""
    found = set(answers)
    return False if False in found else None if None in found else True


def any_of(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is True, whatever the others would be; undecided where one is."""
    return negated(all_of(negated(answer) for answer in answers))


def negated(answer: Answer) -> Answer:
    """The opposite; what is undecided stays so."""
    return None if answer is None else not answer


def answered(where: str, observed: Any, answer: Answer, expected: str) -> Observation:
    """The observation that an answer makes; not assessed where it is undecided."""
    return not_assessed(where, observed, expected) if answer is None else seen(where, observed, answer, expected)


def is_literally(value: Any, wanted: str) -> Answer:
    """Whether a value is a certain word; undecided for what only CloudFormation knows."""
    return None if is_unknown(value) else bool(value == wanted)


def is_given(value: Any, assembly: Assembly) -> Answer:
    """Whether a property has a value, which may well be a reference; undecided for a parameter, which may be empty."""
    if value in (None, "", "${AWS::NoValue}"):
        return False
    if is_function(value):
        return None
    is_reference = isinstance(value, str) and value.startswith("${") and value.find("}") == len(value) - 1
    return None if is_reference and not value.startswith("${AWS::") and assembly.referred(value) is None else True


def is_reference_to(value: Any, resource: Resource, assembly: Assembly) -> Answer:
    """Whether a value refers to a resource. A literal never does: it names what stands outside of these stacks."""
    target = assembly.referred(value)
    if target is not None:
        return target == resource
    return None if is_unknown(value) else False


def names(values: Any, resource: Resource, assembly: Assembly) -> Answer:
    """Whether a resource is among references, given alone or as a list."""
    return any_of(is_reference_to(value, resource, assembly) for value in listed(values))


def unresolved(resource: Resource, path: str, assembly: Assembly, *types: str) -> Iterable[Observation]:
    """Not assessed where a resource does not say, in these templates, what it belongs to: then nobody judges it there."""
    value = resource.properties.get(path)
    target = assembly.referred(value)
    if target is None or target.type not in types:
        yield not_assessed(f"Properties.{path}", value, f"a reference to {' or '.join(types)} of these stacks")
