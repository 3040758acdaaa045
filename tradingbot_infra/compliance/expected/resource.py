"""How a resource is stated, and where one differs from its statement."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tradingbot_infra.compliance.observe import is_unknown, not_assessed, seen
from tradingbot_infra.compliance.reading.filter_patterns import form_of
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

_WITHOUT_EFFECT = frozenset({"Tags", "AlarmDescription"})
"""Properties for people, compared where they are stated only: they change nothing of what a service does."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A reference to a resource of a type, by its name: `named` has the property and its value. `attribute` is empty for its Ref.

    `path` is its construct's, where several of the type have no name. `before` and `after` are text around it, as in an ARN or an address.
    """

    type: str
    attribute: str = ""
    named: tuple[str, str] | None = None
    path: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        which = f" named {self.named[1]}" if self.named else f" at {self.path}" if self.path else ""
        return f"{self.before}a reference to {' of '.join(part for part in (self.attribute, self.type) if part)}{which}{self.after}"

    def is_in(self, value: Any, assembly: Assembly) -> bool:
        """Whether a resolved value is this reference."""
        around = isinstance(value, str) and value.startswith(self.before) and value.endswith(self.after)
        text = value.removeprefix(self.before).removesuffix(self.after) if around else None
        target = assembly.referred(text)
        if target is None or target.type != self.type or (self.named and target.properties.get(self.named[0]) != self.named[1]):
            return False
        if self.path and target.path != f"{self.path}/Resource":
            return False
        return text == "${" + ".".join(part for part in (target.stack, target.logical_id, self.attribute) if part) + "}"


@dataclass(frozen=True)
class FilterPattern:
    """A filter pattern of CloudWatch Logs by what it means, however it is written."""

    text: str

    def __str__(self) -> str:
        return f"the filter pattern {self.text}"

    def is_in(self, value: Any, _: Assembly) -> bool:
        """Whether a value is a pattern that matches the same."""
        with suppress(ValueError):
            return isinstance(value, str) and form_of(value) == form_of(self.text)
        return False


_ALARM_IN_RULE = re.compile(r'ALARM\("(\$\{[^}"]+\})"\)')


@dataclass(frozen=True)
class AnyAlarm:
    """The rule of a composite alarm that rings while any of these alarms does, and nothing else decides."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " OR ".join(f"ALARM({name})" for name in self.names)

    def is_in(self, value: Any, assembly: Assembly) -> bool:
        """Whether a rule names each of them once, by references, joined by OR."""
        rule = str(value)
        parts = (rule[1:-1] if rule.startswith("(") and rule.endswith(")") else rule).split(" OR ")
        matches = [_ALARM_IN_RULE.fullmatch(part) for part in parts]
        targets = [assembly.referred(match[1].replace(".Arn}", "}")) if match else None for match in matches]
        return sorted(str(target and target.properties.get("AlarmName")) for target in targets) == sorted(self.names)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One resource of the design. `key` is the property that tells it from others of its type; None where there is one only."""

    type: str
    stack: str
    key: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.properties[self.key]) if self.key else self.type

    def names(self, resource: Resource) -> bool:
        """Whether a resource is meant to be this one."""
        return resource.type == self.type and (self.key is None or resource.properties.get(self.key) == self.properties[self.key])


def compared(resource: Resource, expected: Iterable[Expected], assembly: Assembly) -> Iterator[Observation]:
    """How a resource differs from its statement; for a stack, whether it has what is stated for it.

    A resource that no statement names is not assessed.
    """
    if resource.type == STACK_TYPE:
        yield from _present(resource, expected, assembly)
        return
    stated = next((each for each in expected if each.names(resource)), None)
    if stated is None:
        yield not_assessed("Properties", dict(resource.properties), "a resource that compliance/expected names")
        return
    different = tuple(_different("Properties", _effective(resource.properties, stated), stated.properties, assembly))
    yield from different
    if resource.stack != stated.stack:
        yield seen("Stack", resource.stack, False, stated.stack)
    elif not different:
        yield seen("Properties", f"{len(resource.properties)} properties", True, "the properties that compliance/expected states")


def _present(stack: Resource, expected: Iterable[Expected], assembly: Assembly) -> Iterator[Observation]:
    for stated in (each for each in expected if each.stack == stack.logical_id):
        found = [each.logical_id for each in assembly.of_type(stated.type) if each.stack == stated.stack and stated.names(each)]
        yield seen(f"Resources[{stated.name}]", found, len(found) == 1, "one resource with this name")


def _effective(properties: Mapping[str, Any], stated: Expected) -> Mapping[str, Any]:
    return {name: value for name, value in properties.items() if name not in _WITHOUT_EFFECT or name in stated.properties}


def _different(where: str, value: Any, wanted: Any, assembly: Assembly) -> Iterator[Observation]:
    if isinstance(wanted, Mapping) and isinstance(value, Mapping):
        for name in dict.fromkeys((*wanted, *value)):
            yield from _different(f"{where}.{name}", value.get(name), wanted.get(name), assembly)
    elif _is_list(wanted) and _is_list(value) and len(wanted) == len(value):
        for number, (item, expected) in enumerate(zip(value, wanted, strict=True)):
            yield from _different(f"{where}[{number}]", item, expected, assembly)
    elif isinstance(wanted, Reference | FilterPattern | AnyAlarm):
        if not wanted.is_in(value, assembly):
            yield seen(where, value, False, str(wanted))
    elif not _same(value, wanted):
        yield not_assessed(where, value, str(wanted)) if is_unknown(value) else seen(where, value, False, _shown(wanted))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _same(value: Any, wanted: Any) -> bool:
    """CloudFormation takes numbers and truth values as text too."""
    return bool(value == wanted) or (not isinstance(wanted, str | None) and str(value).lower() == str(wanted).lower())


def _shown(wanted: Any) -> str:
    return "absent" if wanted is None else str(wanted)
