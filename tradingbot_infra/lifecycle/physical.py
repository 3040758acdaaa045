"""A resource as it exists in an account, apart from its entry in a template."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tradingbot_infra.templates import Resource

Place = tuple[str, str]
"""Stack id and logical id."""


@dataclass(frozen=True)
class Physical:
    """One resource of the account. A replacement has the next `generation`.

    References in the properties of `resource` name the generation that they were read with, such as `${DataStack.Key#1.Arn}`.
    """

    resource: Resource
    generation: int = 0

    @property
    def place(self) -> Place:
        """Where the template has it."""
        return self.resource.stack, self.resource.logical_id

    @property
    def name(self) -> str:
        """What references call it."""
        return named(self.place, self.generation)

    @cached_property
    def uses(self) -> frozenset[str]:
        """The names of the resources that its properties refer to."""
        return frozenset(names_in(self.resource.properties))


def named(place: Place, generation: int) -> str:
    """The name of a generation of a resource."""
    return ".".join(place) + (f"#{generation}" if generation else "")


def names_in(value: Any) -> Iterator[str]:
    """The names of the resources that a value refers to."""
    for text in texts_in(value):
        yield from (match["name"] for match in _BOUND.finditer(text))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def bound(value: Any, stack: str, generations: Mapping[str, int]) -> Any:
    """A resolved value whose references within its own stack name the generation, by logical id."""
    if isinstance(value, str):
        return _OWN.sub(lambda match: _with_generation(match, stack, generations), value)
    if isinstance(value, Mapping):
        return {key: bound(item, stack, generations) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [bound(item, stack, generations) for item in value]
    return value


def _with_generation(match: re.Match[str], stack: str, generations: Mapping[str, int]) -> str:
    generation = generations.get(match["id"], 0)
    if match["stack"] != stack or not generation:
        return match[0]
    return f"${{{stack}.{match['id']}#{generation}{match['rest']}}}"


_BOUND = re.compile(r"\$\{(?P<name>\w+\.\w+(?:#\d+)?)(?:\.[\w.]+)?\}")
_OWN = re.compile(r"\$\{(?P<stack>\w+)\.(?P<id>\w+)(?P<rest>(?:\.[\w.]+)?)\}")
