"""The values of a resource's body at which a fault can be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.mutation.mutant import Body, Place
from tradingbot_infra.compliance.observe import is_function

_NOT_CHANGED = frozenset({"Type", "DependsOn", "Metadata"})


@dataclass(frozen=True)
class Node:
    """A value, and where it stands. An intrinsic function is one value, whatever is in it."""

    place: Place
    value: Any

    @property
    def name(self) -> str:
        """The property that holds it, directly or as an item of its list."""
        return next((part for part in reversed(self.place) if isinstance(part, str)), "")

    @property
    def in_policy(self) -> bool:
        """Whether it stands in a statement of a policy document."""
        return "Statement" in self.place

    @property
    def is_item(self) -> bool:
        """Whether it stands in a list."""
        return isinstance(self.place[-1], int)


def nodes(body: Body) -> Iterator[Node]:
    """Every value of a body below its attributes, in the template's order."""
    for attribute, value in body.items():
        if attribute not in _NOT_CHANGED:
            yield from _below((attribute,), value)


def _below(place: Place, value: Any) -> Iterator[Node]:
    yield Node(place, value)
    if isinstance(value, Mapping) and not is_function(value):
        for name, item in value.items():
            yield from _below((*place, name), item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _below((*place, number), item)
