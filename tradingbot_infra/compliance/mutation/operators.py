"""Every mutant of an assembly, and a fair choice among them."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from random import Random
from typing import Any

from tradingbot_infra.compliance.mutation.mutant import Body, Mutant, changed, shown
from tradingbot_infra.compliance.mutation.nodes import Node, nodes
from tradingbot_infra.compliance.mutation.values import SECRET, VALUE_OPERATORS
from tradingbot_infra.templates import Assembly, Resource

_UNKNOWN_TYPE = "AWS::Example::Unknown"
_ADDED = "Added"
_COPIED = frozenset({"flip a boolean", "widen an address", "weaken an enum", "zero a number", "open to everyone"})
"""Operators of which a copy of a resource gets the fault, beside the resource that stays as it is."""


def mutants(assembly: Assembly) -> Iterator[Mutant]:
    """Every mutant that the operators make of an assembly, in template order."""
    surroundings = _Surroundings(assembly)
    for resource in assembly.resources:
        yield from _of_values(resource, surroundings)
        yield from _of_resource(resource)
    for stack in assembly.templates:
        body = {"Type": _UNKNOWN_TYPE, "Properties": {"Name": "added"}}
        yield _mutant("add a resource of an unknown type", _UNKNOWN_TYPE, "", stack, _ADDED, body)


def choose(found: Iterator[Mutant], seed: int, count: int | None) -> list[Mutant]:
    """`count` mutants chosen by a seed, each kind of fault once before any kind twice; without a count each kind once."""
    random = Random(seed)  # noqa: S311 - a choice of tests
    kinds: dict[tuple[str, str, str], list[Mutant]] = {}
    for mutant in found:
        kinds.setdefault(mutant.kind, []).append(mutant)
    groups = list(kinds.values())
    random.shuffle(groups)
    for group in groups:
        random.shuffle(group)
    if count is None:
        return [group[0] for group in groups]
    rounds = (each for each in zip_longest(*groups))
    return [mutant for each in rounds for mutant in each if mutant is not None][:count]


class _Surroundings:
    """What an operator takes from other resources: ids of the same type, and values of the same property."""

    def __init__(self, assembly: Assembly) -> None:
        self._ids: dict[tuple[str, str], list[str]] = {}
        self._types: dict[tuple[str, str], str] = {}
        self._values: dict[tuple[str, str, str], list[Any]] = {}
        for resource in assembly.resources:
            self._ids.setdefault((resource.stack, resource.type), []).append(resource.logical_id)
            self._types[resource.stack, resource.logical_id] = resource.type
            for node in nodes(resource.body):
                if not isinstance(node.value, list | Mapping):
                    self._values.setdefault((resource.stack, resource.type, shown(node.place)), []).append(node.value)

    def neighbours(self, resource: Resource, node: Node) -> Iterator[Any]:
        """The first other value that the same property has in the stack."""
        values = self._values.get((resource.stack, resource.type, shown(node.place)), [])
        if not isinstance(node.value, list | Mapping):
            yield from [value for value in values if value != node.value][:1]

    def other_references(self, resource: Resource, node: Node) -> Iterator[Any]:
        """The reference to another resource of the type that a reference names."""
        if not isinstance(node.value, Mapping) or len(node.value) != 1:
            return
        function, argument = next(iter(node.value.items()))
        name = argument[0] if function == "Fn::GetAtt" and isinstance(argument, list) else argument
        if function not in ("Ref", "Fn::GetAtt") or not isinstance(name, str):
            return
        same = self._ids.get((resource.stack, self._types.get((resource.stack, name), "")), [])
        for other in [each for each in same if each != name][:1]:
            yield {function: other if function == "Ref" else [other, *argument[1:]]}


def _of_values(resource: Resource, surroundings: _Surroundings) -> Iterator[Mutant]:
    for node in nodes(resource.body):
        for operator, make in VALUE_OPERATORS.items():
            for value in make(node):
                yield _changed(resource, operator, node, value)
                if operator in _COPIED:
                    yield _copy(resource, operator, node, value)
        for value in surroundings.neighbours(resource, node):
            yield _changed(resource, "take another resource's value", node, value)
        for value in surroundings.other_references(resource, node):
            yield _changed(resource, "replace a reference by another of the type", node, value)


def _of_resource(resource: Resource) -> Iterator[Mutant]:
    body = resource.body
    yield _mutant("remove a resource", resource.type, "", resource.stack, resource.logical_id, None)
    yield _mutant(
        "make a resource conditional", resource.type, "Condition", resource.stack, resource.logical_id, {**body, "Condition": "Never"}
    )
    noted = {**body, "Metadata": {**body.get("Metadata", {}), "Note": SECRET}}
    yield _mutant("put a secret into text", resource.type, "Metadata", resource.stack, resource.logical_id, noted)
    yield _mutant("add a copy", resource.type, "", resource.stack, _ADDED, body)


def _changed(resource: Resource, operator: str, node: Node, value: Any) -> Mutant:
    body = changed(resource.body, node.place, value)
    return _mutant(operator, resource.type, shown(node.place), resource.stack, resource.logical_id, body)


def _copy(resource: Resource, operator: str, node: Node, value: Any) -> Mutant:
    body = changed(resource.body, node.place, value)
    return _mutant(f"add a copy and {operator}", resource.type, shown(node.place), resource.stack, _ADDED, body)


def _mutant(operator: str, resource_type: str, path: str, stack: str, logical_id: str, body: Body | None) -> Mutant:
    return Mutant(operator=operator, resource_type=resource_type, path=path, stack=stack, logical_id=logical_id, body=body)
