"""What a template of this design may hold: rows of the tables beside this module.

A row names a property and says which values are allowed. What no row names is not assessed, and that stops the synthesis.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tradingbot_infra.compliance.observe import at, is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState, any_of
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import settings
from tradingbot_infra.templates import Assembly, Resource

Check = Callable[[Any, Resource, Assembly], TriState]
"""Whether a value is allowed; None where the templates and settings do not decide it."""

Condition = Callable[[EnvironmentConfig], bool]
"""Whether the settings ask for something."""

Count = Callable[[EnvironmentConfig], int]
"""How many resources of a type the settings ask for."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One property, and which values it may have.

    `path` goes from the resource's properties to a value that is neither an object nor a list, with `[]` for each item of a list:
    `Rules[].Statement.RateBasedStatement.Limit`. With `.**` at its end it is everything from there on. A path that begins with `@`
    is an attribute of the resource, such as `@DeletionPolicy`. `expected` says what is allowed. `why` is for rows that allow
    anything: there is nothing to judge, or `rules` judge it. `required` says with which settings the property must be there: once in
    the resource, or in each item of the innermost list of its path, unless the row allows None. A list that must not be empty is required
    as `List[]`. A `whole` row judges the list or object at its path, not the values in it. `settings` are those that choose the value.
    """

    path: str
    expected: str
    check: Check
    why: str = ""
    rules: tuple[str, ...] = ()
    required: Condition | None = None
    whole: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AllowedType:
    """A type that templates may declare. `stacks` are those that may, each with the fewest resources that the settings ask for.

    `exact` means that there are no more than those either.
    """

    rows: tuple[Row, ...]
    stacks: Mapping[str, Count] = field(default_factory=dict)
    exact: bool = False


def allowed(*rows: Row, exact: bool = False, **stacks: Count) -> AllowedType:
    """A type with its rows, in the stacks named by keyword."""
    return AllowedType(rows=rows, stacks=stacks, exact=exact)


def always(_: EnvironmentConfig) -> bool:
    """With all settings."""
    return True


def required(*rows: Row, when: Condition = always) -> tuple[Row, ...]:
    """Rows of properties that must be there, with all settings or only some."""
    return tuple(replace(row, required=when) for row in rows)


def optional(_: EnvironmentConfig) -> int:
    """No resource of the type is required."""
    return 0


def one(_: EnvironmentConfig) -> int:
    """At least one, whatever the settings."""
    return 1


def free(why: str, *paths: str) -> tuple[Row, ...]:
    """Properties without anything to judge; `why` says so."""
    return tuple(Row(path=path, expected="any value", check=lambda *_: True, why=why) for path in paths)


def judged(rules: str | Sequence[str], *paths: str) -> tuple[Row, ...]:
    """Properties whose every value these rules judge."""
    named = (rules,) if isinstance(rules, str) else tuple(rules)
    return tuple(Row(path=path, expected="any value", check=lambda *_: True, rules=named) for path in paths)


def exactly(path: str, *values: object) -> Row:
    """One of these values."""

    def check(value: Any, *_: object) -> TriState:
        return True if any(_same(value, each) for each in values) else None if is_unknown(value) else False

    as_a_whole = any(isinstance(each, list | dict) for each in values)
    return Row(path=path, expected=" or ".join(map(str, values)), check=check, whole=as_a_whole)


def between(path: str, low: float, high: float) -> Row:
    """A number from `low` to `high`."""

    def check(value: Any, *_: object) -> TriState:
        if is_unknown(value):
            return None
        try:
            return low <= float(value) <= high
        except (TypeError, ValueError):
            return False

    return Row(path=path, expected=f"a number from {low} to {high}", check=check)


def matching(path: str, pattern: str, expected: str) -> Row:
    """Text that a pattern matches as a whole. References stand in it as `${Stack.LogicalId.Attribute}`."""
    compiled = re.compile(pattern)

    def check(value: Any, *_: object) -> TriState:
        if isinstance(value, str) and compiled.fullmatch(value):
            return True
        return None if is_unknown(value) else False

    return Row(path=path, expected=expected, check=check)


def refers_to(path: str, *types: str) -> Row:
    """A reference to a resource of these stacks, of one of these types."""

    def check(value: Any, _: Resource, assembly: Assembly) -> TriState:
        target = assembly.referred(value)
        return None if target is None and is_unknown(value) else target is not None and target.type in types

    return Row(path=path, expected=f"a reference to {' or '.join(types)} of these stacks", check=check)


def refers_to_the(path: str, *constructs: str) -> Row:
    """A reference to one of these resources, by their construct paths."""

    def check(value: Any, _: Resource, assembly: Assembly) -> TriState:
        target = assembly.referred(value)
        return None if target is None and is_unknown(value) else target is not None and target.path in constructs

    return Row(path=path, expected=f"a reference to {' or '.join(constructs)}", check=check)


def setting(path: str, name: str, *, scale: int = 1) -> Row:
    """What a setting chooses, by its flat name; numbers times `scale`."""
    row = chosen(path, lambda config: _scaled(value_of(config, name), scale), f"the value of setting {name}")
    return replace(row, settings=(name,))


def chosen(path: str, choice: Callable[[EnvironmentConfig], Any], expected: str) -> Row:
    """What the settings choose, None for nothing; not assessed for templates that were read without settings."""
    return follows(path, lambda _, config: (choice(config),), expected)


def follows(path: str, values_of: Callable[[Resource, EnvironmentConfig], Sequence[object]], expected: str) -> Row:
    """One of the values that the settings choose for this resource; not assessed for templates that were read without settings."""

    def check(value: Any, resource: Resource, assembly: Assembly) -> TriState:
        if assembly.config is None:
            return None
        same = any(_same(value, each) for each in values_of(resource, assembly.config))
        return True if same else None if is_unknown(value) else False

    return Row(path=path, expected=expected, check=check)


def whole(path: str, choice: Callable[[EnvironmentConfig], Any], expected: str) -> Row:
    """A list or an object that is, as a whole, what the settings choose, None for nothing."""
    return replace(chosen(path, choice, expected), whole=True)


def computed(path: str, check: Check, expected: str) -> Row:
    """What a function allows: the value at the path as a whole."""
    return Row(path=path, expected=expected, check=check, whole=True)


def tags(path: str = "Tags") -> Row:
    """The tags of the resource's stack and no others: a list of keys with values, or an object."""

    def check(value: Any, resource: Resource, assembly: Assembly) -> TriState:
        config = assembly.config
        place = next((each for each in config.stacks if each.id == resource.stack), None) if config else None
        if config is None or place is None or is_unknown(value):
            return None
        expected = config.tags_of(place.names)
        listing = [{"Key": key, "Value": expected[key]} for key in sorted(expected)]
        return sorted(value, key=lambda each: str(at(each, "Key"))) == listing if isinstance(value, list) else bool(value == expected)

    return Row(path=path, expected="the tags of the stack", check=check, whole=True)


def in_subnets(path: str, name: str) -> Row:
    """A subnet of these stacks, with an address range that a setting lists."""

    def check(value: Any, _: Resource, assembly: Assembly) -> TriState:
        subnet = assembly.referred(value)
        if subnet is None or assembly.config is None:
            return None
        return subnet.type == "AWS::EC2::Subnet" and subnet.properties.get("CidrBlock") in listed(value_of(assembly.config, name))

    return Row(path=path, expected=f"a subnet of setting {name}", check=check)


def kept() -> tuple[Row, ...]:
    """How a resource with data is kept: setting retain_data decides it."""
    kept = {"@DeletionPolicy": "RetainExceptOnCreate", "@UpdateReplacePolicy": "Retain"}
    return required(*(_if_retained(path, value) for path, value in kept.items()))


def snapshotted() -> tuple[Row, ...]:
    """How a database or a cache is kept: by a last snapshot, unless setting retain_data is false."""
    return required(*(_if_retained(path, "Snapshot") for path in ("@DeletionPolicy", "@UpdateReplacePolicy")))


def _if_retained(path: str, value: str) -> Row:
    return chosen(path, lambda config: value if config.retention.retain_data else "Delete", f"{value} if retain_data is true, else Delete")


def either(path: str, *rows: Row) -> Row:
    """What any one of several rows allows; their own paths do not count."""

    def check(value: Any, resource: Resource, assembly: Assembly) -> TriState:
        return any_of(row.check(value, resource, assembly) for row in rows)

    return Row(path=path, expected=" or ".join(row.expected for row in rows), check=check)


def value_of(config: EnvironmentConfig, name: str) -> Any:
    """A setting's value by its flat name."""
    section = settings()[name].section
    return getattr(getattr(config, section) if section else config, name)


def _scaled(value: Any, scale: int) -> Any:
    return value * scale if scale != 1 else value


def _same(value: Any, expected: object) -> bool:
    """CloudFormation takes numbers and truth values as text too."""
    if value is None or expected is None:
        return value is expected
    return bool(value == expected) or str(value).lower() == str(expected).lower()
