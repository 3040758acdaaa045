"""Mutants: one resource of the templates with one fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.templates import Assembly

Place = tuple[str | int, ...]
"""Keys and positions from a resource's body to a value."""

Body = Mapping[str, Any]

REMOVED = object()
"""Stands for a value that the fault takes away."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One resource with one fault. `body` is what the template then declares; None where it declares the resource no more.

    `path` is where the change is, with `[]` for every item of a list, such as `Properties.Ingress[].CidrIp`.
    """

    operator: str
    resource_type: str
    path: str
    stack: str
    logical_id: str
    body: Body | None

    @property
    def kind(self) -> tuple[str, str, str]:
        """What makes mutants of different resources the same fault. No two policies are the same."""
        name = self.logical_id if "Statement" in self.path else self.resource_type
        return name, self.path, self.operator

    def applied_to(self, assembly: Assembly) -> Assembly:
        """The assembly with this fault."""
        template = assembly.templates[self.stack]
        declared = {**template["Resources"], self.logical_id: self.body}
        kept = {name: body for name, body in declared.items() if body is not None}
        return assembly.with_templates({**assembly.templates, self.stack: {**template, "Resources": kept}})


def changed(body: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place; REMOVED takes it away. Only what is on the way is copied."""
    if not place:
        return value
    first, *rest = place
    copy: Any = dict(body) if isinstance(body, Mapping) else list(body)
    if not rest and value is REMOVED:
        del copy[first]
    else:
        copy[first] = changed(copy[first] if rest else None, tuple(rest), value)
    return copy


def shown(place: Place) -> str:
    """A place as a path: `Properties.Rules[].Priority`."""
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
