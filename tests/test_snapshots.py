"""The templates as a reviewer reads them: production's whole, every other environment's as its difference from the nearest environment.

`make accept` accepts the templates as they are now; the diff of these files is the effect of a change.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.types import SerializableData

from scripts.resource_schemas import settable_properties
from tests.conftest import Synthesize
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.templates import Assembly

PRODUCTION, *OTHERS = ENVIRONMENTS

EVERY_OPTION = {
    "nat_type": "instance",
    "enable_vpc_endpoints": True,
    "image_tag": "v1",
    "alarm_emails": "desk@example.com",
    "ecr_pull_accounts": "111111111111",
    "domain_name": "api.example.com",
    "deployment_strategy": "canary",
    "deployment_gate_minutes": 60,
    "deployment_check_paths": "/api/v1/orders",
    "hosted_zone_id": "Z0000000000000",
    "certificate_arn": "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000",
    "github_repository": "acme/infra",
    "github_owner_id": "11",
    "github_repository_id": "22",
    "account_security": "ours",
    "guardduty_runtime_monitoring": True,
    "unused_access_days": 90,
    "security_contact_name": "Kim",
    "security_contact_title": "On call",
    "security_contact_email": "security@example.com",
    "security_contact_phone": "+61 2 0000 0000",
    "managed_grafana": True,
}
"""Settings that add resources to production's."""

Path = tuple[str | int, ...]
"""The keys and list indexes that lead to a value; `(STACK, SECTION, NAME)` leads to one resource, output or parameter."""

ENVIRONMENT = "{environment}"
"""Replaces the environment's own name, which is in every name and is no difference."""

REMOVED = "removed"


class DifferenceExtension(JSONSnapshotExtension):
    """One JSON file a test: a line for everything that is removed or changed, and the whole of what is added."""

    def serialize(self, data: SerializableData, **_: Any) -> str:
        return "{\n" + ",\n".join(f"  {json.dumps(path)}: {_lines(entry)}" for path, entry in data.items()) + "\n}\n"


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One JSON file a name."""
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


def test_productions_template_is_the_accepted_one(production: Assembly, snapshot_json: SnapshotAssertion) -> None:
    assert [stack for stack, template in production.templates.items() if template != snapshot_json(name=stack)] == []


def test_what_cloudformation_offers_beside_what_is_set_is_accepted(synthesize: Synthesize, snapshot_json: SnapshotAssertion) -> None:
    """A name that an update of cfn-lint, or a new resource, adds here asks for a decision: a row in compliance/defaults/table.json, or none
    because its absence has no consequence for security, money or availability."""
    assemblies = [*map(synthesize, ENVIRONMENTS), synthesize("production", **EVERY_OPTION)]
    objects = {found for assembly in assemblies for each in assembly.resources for found in _objects(each.type, (), dict(each.properties))}
    offered = {" ".join((name, *path)): settable_properties(name, path) for name, path in objects if not name.startswith("Custom::")}
    assert {where: sorted(names) for where, names in sorted(offered.items()) if names} == snapshot_json(name="offered")


@pytest.mark.parametrize("name", OTHERS)
def test_an_environment_differs_from_the_nearest_one_only_as_accepted(
    name: str, synthesize: Synthesize, snapshot: SnapshotAssertion
) -> None:
    base = nearest(name)
    found = differences(nameless(synthesize(base), base), nameless(synthesize(name), name))
    assert {"nearest environment": base, **readable(found)} == snapshot(extension_class=DifferenceExtension)


@pytest.mark.parametrize("name", OTHERS)
def test_an_environment_is_the_nearest_one_and_the_difference(name: str, synthesize: Synthesize) -> None:
    """Therefore no value of any template can change without a change of a snapshot."""
    base, theirs = nameless(synthesize(nearest(name)), nearest(name)), nameless(synthesize(name), name)
    found = differences(base, theirs)
    assert text(rebuilt(base, found)) == text(theirs)
    assert len(readable(found)) == len(found), "two paths look alike"
    assert ENVIRONMENT not in text(synthesize(name).templates), "the name cannot be left out without loss"


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_any_changed_value_is_a_difference(production: Assembly, data: st.DataObject) -> None:
    changed = deepcopy(dict(production.templates))
    path = data.draw(st.sampled_from(list(_leaves(changed))))
    parent = _at(changed, path[:-1])
    parent[path[-1]] = data.draw(VALUES.filter(lambda value: text(value) != text(parent[path[-1]])))
    found = differences(production.templates, changed)
    assert found
    assert all(at[: len(path)] == path or path[: len(at)] == at for at in found), "and nothing else is"


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from(["", "1", REMOVED]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["0", "1", "a", "a/b"]), inner, max_size=3),
)


@given(VALUES, VALUES)
def test_a_difference_and_the_first_value_are_the_second(before: Any, after: Any) -> None:
    found = differences(before, after)
    assert text(rebuilt(before, found)) == text(after)
    assert (found == {}) == (text(before) == text(after))


def test_a_resource_that_is_removed_or_added_is_one_entry() -> None:
    kept = {"Type": "AWS::B", "same": 1, "changed": [{"x": 1}], "no more": 2}
    before = {"Stack": {"Resources": {"Old": {"Type": "AWS::A", "a": 1, "b": 2}, "Kept": kept}}}
    after = {"Stack": {"Resources": {"Kept": {"Type": "AWS::B", "same": 1, "changed": [{"x": True}]}, "New": {"Type": "AWS::C"}}}}
    assert readable(differences(before, after)) == {
        "Stack/Resources/Kept/changed/0/x": {"old": 1, "new": True},
        "Stack/Resources/Kept/no more": REMOVED,
        "Stack/Resources/New (AWS::C)": {"added": {"Type": "AWS::C"}},
        "Stack/Resources/Old (AWS::A)": REMOVED,
    }


def nearest(name: str) -> str:
    """The environment with the fewest other settings, of those before this one in config/environments.py."""
    earlier = list(ENVIRONMENTS)[: list(ENVIRONMENTS).index(name)]
    mine = ENVIRONMENTS[name]
    return min(earlier, key=lambda other: sum(ENVIRONMENTS[other][setting] != value for setting, value in mine.items()))


def nameless(assembly: Assembly, name: str) -> Any:
    """Templates without the name of their environment."""
    return json.loads(text(assembly.templates).replace(name, ENVIRONMENT))


def text(value: Any) -> str:
    """A value as JSON, in which 1, 1.0, true and "1" are four values."""
    return json.dumps(value, sort_keys=True)


@dataclass(frozen=True)
class Removed:
    """A value, of which the new templates have nothing."""

    value: Any


def differences(before: Any, after: Any, path: Path = ()) -> dict[Path, Any]:
    """What differs, by path: Removed, {"added": value} or {"old": value, "new": value}."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys: Sequence[str | int] = sorted({*before, *after})
        pairs = [(key, before.get(key, _NOTHING), after.get(key, _NOTHING)) for key in keys]
    elif _is_list(before) and _is_list(after):
        pairs = [(index, old, new) for index, (old, new) in enumerate(zip_longest(before, after, fillvalue=_NOTHING))]
    else:
        return {} if text(before) == text(after) else {path: {"old": before, "new": after}}
    found: dict[Path, Any] = {}
    for key, old, new in pairs:
        if old is _NOTHING:
            found[*path, key] = {"added": new}
        elif new is _NOTHING:
            found[*path, key] = Removed(old)
        else:
            found |= differences(old, new, (*path, key))
    return found


def readable(found: Mapping[Path, Any]) -> dict[str, Any]:
    """A difference as its snapshot has it: a path is text, and a resource is named with its type."""
    return {_label(path, entry): REMOVED if isinstance(entry, Removed) else entry for path, entry in found.items()}


def rebuilt(before: Any, found: Mapping[Path, Any]) -> Any:
    """The value that differs from `before` by what is found. Removed ends of lists are removed from their last item on."""
    whole = {"whole": deepcopy(before)}
    for path, entry in [*found.items()][::-1]:
        if isinstance(entry, Removed):
            del _at(whole, ("whole", *path[:-1]))[path[-1]]
    for path, entry in found.items():
        *parents, key = ("whole", *path)
        parent = _at(whole, tuple(parents))
        if isinstance(entry, Removed):
            continue
        if isinstance(parent, list) and "added" in entry:
            parent.append(entry["added"])
        else:
            parent[key] = entry["added"] if "added" in entry else entry["new"]
    return whole["whole"]


_NOTHING = object()


def _is_list(value: Any) -> bool:
    """Whether a list is compared by item. A list of texts, such as actions of a policy, reads better whole."""
    return isinstance(value, list) and not (value and all(isinstance(item, str) for item in value))


def _label(path: Path, entry: Any) -> str:
    name = "/".join(str(key).replace("~", "~0").replace("/", "~1") for key in path)
    body = entry.value if isinstance(entry, Removed) else entry.get("added")
    return f"{name} ({body['Type']})" if len(path) == 3 and isinstance(body, Mapping) and "Type" in body else name


def _lines(entry: Any) -> str:
    return json.dumps(entry, indent=2).replace("\n", "\n  ") if isinstance(entry, Mapping) and "added" in entry else json.dumps(entry)


def _objects(name: str, path: tuple[str, ...], value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A type with the path of each object in a value; lists are passed through."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(name, path, item)
    elif isinstance(value, Mapping):
        yield name, path
        for key, item in value.items():
            yield from _objects(name, (*path, key), item)


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value
