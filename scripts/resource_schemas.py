"""CloudFormation's own resource schemas, as cfn-lint ships them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # ships no types

REGION = "ap-southeast-2"


@cache
def schema_of(resource_type: str) -> Mapping[str, Any]:
    """The schema of a type in ap-southeast-2."""
    schema: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource_type).schema
    return schema


def create_only_properties(resource_type: str) -> frozenset[str]:
    """The top-level properties whose change replaces the resource."""
    return frozenset(pointer.split("/")[2] for pointer in schema_of(resource_type).get("createOnlyProperties", []))


@cache
def settable_properties(resource_type: str, path: tuple[str, ...] = ()) -> frozenset[str]:
    """The names that a template may set in the object at a path of a resource's properties; empty where it is no object.

    Lists are passed through: `("Rules", "Action")` is what the action of each rule may have.
    """
    schema = schema_of(resource_type)
    read_only = {pointer.removeprefix("/properties/") for pointer in schema.get("readOnlyProperties", [])}
    nodes: list[Mapping[str, Any]] = [schema]
    for part in path:
        nodes = [found for node in nodes if part in node["properties"] for found in _objects(schema, node["properties"][part])]
    return frozenset(name for node in nodes for name in node["properties"] if "/".join([*path, name]) not in read_only)


def _objects(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects with properties that a node of a schema is, by reference, as items of a list, or as one of several forms."""
    if "$ref" in node:
        target: Any = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        yield from _objects(schema, target)
        return
    if "properties" in node:
        yield node
    forms = [form for key in ("oneOf", "anyOf", "allOf") for form in node.get(key, [])]
    for form in [*forms, *([node["items"]] if "items" in node else [])]:
        yield from _objects(schema, form)


def replacement_rules(resource_types: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the schemas say about replacement, by type (tradingbot_infra/lifecycle/schemas.py)."""
    return {name: rules for name in sorted(set(resource_types)) if (rules := _replacement(name))}


def _replacement(resource_type: str) -> dict[str, Any]:
    if not resource_type.startswith("AWS::"):
        return {}
    schema = schema_of(resource_type)
    rules: dict[str, Any] = {
        "create_only": _paths(schema.get("createOnlyProperties", [])),
        "conditional": _paths(schema.get("conditionalCreateOnlyProperties", [])),
        "deletes_first": schema.get("replacementStrategy") == "delete_then_create",
    }
    return {key: value for key, value in rules.items() if value}


def _paths(pointers: Iterable[str]) -> list[str]:
    return sorted(pointer.removeprefix("/properties/") for pointer in pointers)
