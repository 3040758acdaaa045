"""Every policy statement of an assembly, whoever holds the policy."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class Statement:
    """One statement, with the resource that holds it; single values stand as lists."""

    holder: Resource
    effect: str
    actions: list[str]
    resources: list[str]
    principals: list[str]
    conditions: Mapping[str, Any]


def statements(assembly: Assembly) -> Iterator[Statement]:
    """From roles, managed and inline policies, and from the policies of keys, buckets, topics, repositories and log groups."""
    for resource in assembly.resources:
        for document in _documents(resource.properties):
            for body in document["Statement"]:
                yield Statement(
                    holder=resource,
                    effect=body["Effect"],
                    actions=_list(body["Action"]),
                    resources=_list(body.get("Resource", [])),
                    principals=_principals(body.get("Principal", {})),
                    conditions=body.get("Condition", {}),
                )


def _documents(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, str) and '"Statement"' in value:
        value = json.loads(value)
    if isinstance(value, Mapping):
        if isinstance(value.get("Statement"), list):
            yield value
        else:
            for item in value.values():
                yield from _documents(item)
    elif isinstance(value, list):
        for item in value:
            yield from _documents(item)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _principals(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [name for names in value.values() for name in _list(names)]
