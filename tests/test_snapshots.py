"""The templates as a reviewer reads them: production whole, every other environment as what differs from it.

`make accept` writes what stands now; the diff of these files is what a change does.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import Synthesize
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.templates import Assembly

STACKS = ("NetworkStack", "DataStack", "ServiceStack", "MonitoringStack")
OTHERS = [name for name in ENVIRONMENTS if name != "production"]


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One JSON file a test."""
    return snapshot.with_defaults(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("stack", STACKS)
def test_productions_template_is_the_accepted_one(stack: str, production: Assembly, snapshot_json: SnapshotAssertion) -> None:
    assert production.templates[stack] == snapshot_json


@pytest.mark.parametrize("name", OTHERS)
def test_an_environment_differs_from_production_only_as_accepted(
    name: str, synthesize: Synthesize, production: Assembly, snapshot_json: SnapshotAssertion
) -> None:
    # The environment's own name is in every name; that is no difference.
    theirs = json.loads(json.dumps(synthesize(name).templates).replace(name, "production"))
    assert differences(production.templates, theirs) == snapshot_json


def differences(before: Any, after: Any) -> dict[str, dict[str, Any]]:
    """What stands in one only, or has another value, by path."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return {
        path: {side: leaves[path] for side, leaves in (("production", old), ("here", new)) if path in leaves}
        for path in sorted(set(old) | set(new))
        if old.get(path, differences) != new.get(path, differences)
    }


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}/{key}")
    elif isinstance(value, list) and value and not all(isinstance(item, str) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}/{index}")
    else:
        yield path, value


def test_differences_see_what_is_added_changed_and_gone() -> None:
    before = {"same": 1, "changed": [{"x": 1}], "gone": "a"}
    after = {"same": 1, "changed": [{"x": 2}], "added": ["b"]}
    assert differences(before, after) == {
        "/added": {"here": ["b"]},
        "/changed/0/x": {"production": 1, "here": 2},
        "/gone": {"production": "a"},
    }
