"""A fact of the design, and how it is looked up in resolved templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class Fact:
    """`sentence` holds when `count` resources of `type` whose properties match `where` exist, and each matches `has`."""

    sentence: str
    type: str
    has: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1

    def __str__(self) -> str:
        return self.sentence

    def check(self, assembly: Assembly) -> None:
        """Fails with what was found instead."""
        found = [resource for resource in assembly.of_type(self.type) if _matches(resource, self.where)]
        assert len(found) == self.count, f"{self.sentence}: {len(found)} of {self.count} found"
        for resource in found:
            assert {path: lookup(resource.properties, path) for path in self.has} == dict(self.has), (
                f"{self.sentence}: {resource.logical_id}"
            )


def lookup(properties: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; `Key=name` picks the item of a list whose Key (or Name, ParameterKey) is that name."""
    value: Any = properties
    for part in path.split("/"):
        if isinstance(value, list):
            key, _, name = part.partition("=")
            value = next((item for item in value if item.get(key) == name), {}) if name else value[int(part)]
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _matches(resource: Resource, where: Mapping[str, Any]) -> bool:
    return all(lookup(resource.properties, path) == value for path, value in where.items())
