"""What AWS does where a template is silent, and what this design has decided about it: table.json beside this module.

Each row names a property whose absence has a consequence for security, money or availability. `set` means that no template may leave it
to AWS; `accepted` means that AWS's default is what is wanted. A property that AWS adds later has no row: tests/aws_reference compares
today's schemas of CloudFormation with a recorded list, so that an update of cfn-lint asks for a decision.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from tradingbot_infra.compliance.observe import is_function

READ = "2026-11-29"
"""When the sources were read. AWS changes defaults: for awslogs in June 2025, for the rebalancing of ECS services in September 2025."""


@dataclass(frozen=True, kw_only=True)
class Default:
    """One property of one type. `path` goes through lists, and `Attributes[name]` is the pair with that Key.

    `unset` is what AWS does without it, according to `source`: by default CloudFormation's page of the type. `why` says to what it
    is set (a setting is in backticks), or why AWS's default is accepted. The row is about a resource only if each path in `when` has
    that value, and if `within` is given, about those objects at that path that exist.
    """

    path: str
    unset: str
    decision: Literal["set", "accepted"]
    why: str
    source: str
    within: str = ""
    when: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def values(self, properties: Mapping[str, Any]) -> list[Any]:
        """The property's value in each object that should have it, None where it is absent; empty if the row is not about any."""
        if any(value not in values_at(properties, path) for path, value in self.when.items()):
            return []
        if not self.within:
            return list(values_at(properties, self.path))
        objects = [each for each in values_at(properties, self.within) if each is not None]
        return [value for each in objects for value in values_at(each, self.path.removeprefix(f"{self.within}."))]


@cache
def defaults() -> Mapping[str, tuple[Default, ...]]:
    """The rows of each resource type."""
    table = json.loads(resources.files(__name__).joinpath("table.json").read_text(encoding="utf-8"))
    return {name: tuple(Default(**{"source": _page(name), **row}) for row in rows) for name, rows in table.items()}


@cache
def must_be_set() -> Mapping[str, tuple[Default, ...]]:
    """The rows that no template may leave to AWS, of each type that has any."""
    kept = {name: tuple(row for row in rows if row.decision == "set") for name, rows in defaults().items()}
    return {name: rows for name, rows in kept.items() if rows}


def values_at(value: Any, path: str) -> Iterator[Any]:
    """What a path leads to, once for each item of lists on the way; None where it is absent.

    What only CloudFormation knows is given back as it is.
    """
    if isinstance(value, list):
        for item in value:
            yield from values_at(item, path)
    elif is_function(value) or not isinstance(value, Mapping):
        yield value
    elif path in value or not path.partition(".")[2] or path.endswith("]"):
        yield _attribute(value, path) if path.endswith("]") else value.get(path)
    else:
        name, _, rest = path.partition(".")
        yield from values_at(value.get(name), rest)


def _attribute(properties: Mapping[str, Any], path: str) -> Any:
    name, _, key = path.removesuffix("]").partition("[")
    pairs = properties.get(name)
    if is_function(pairs) or any(is_function(pair) for pair in pairs or ()):
        return {"Fn::Any": pairs}
    return next((pair.get("Value") for pair in pairs or () if pair.get("Key") == key), None)


def _page(resource_type: str) -> str:
    return f'CloudFormation Template Reference, "{resource_type}"'
