"""The lock that keeps a change from replacing or deleting a stateful resource by accident.

CloudFormation replaces a resource when its logical id or a create-only property changes. A database or a key that is replaced
loses what it holds. A network resource that is replaced leaves other stacks with the old id: references between stacks are weak,
and the CDK CLI deploys no stack whose template did not change. The lock lists the stateful resources of each environment, so that
such a change fails a test before it reaches an account.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tradingbot_infra.design.stateful import STATEFUL_TYPES
from tradingbot_infra.templates import Assembly

LOCK_FILE = "stateful-resources.lock.json"
"""In the project's folder; `make lock` writes it."""

_REGENERATES = MappingProxyType({"AWS::SecretsManager::Secret": frozenset({"GenerateSecretString"})})
"""Properties whose change keeps the resource but overwrites its value."""

Lock = Mapping[str, Mapping[str, Any]]
"""`Stack.LogicalId` to type, deletion policy and replacement-triggering properties."""

CreateOnly = Callable[[str], frozenset[str]]
"""The create-only properties of a resource type, from CloudFormation's own schema."""


def lock_of(assembly: Assembly, create_only: CreateOnly) -> dict[str, dict[str, Any]]:
    """The lock of one environment as its templates are now."""
    entries: dict[str, dict[str, Any]] = {}
    for resource in assembly.of_type(*STATEFUL_TYPES):
        decisive = create_only(resource.type) | _REGENERATES.get(resource.type, frozenset())
        entries[f"{resource.stack}.{resource.logical_id}"] = {
            "type": resource.type,
            "deletion_policy": resource.body.get("DeletionPolicy", "Delete"),
            "properties": {name: value for name, value in sorted(resource.properties.items()) if name in decisive},
        }
    return dict(sorted(entries.items()))


def violations(environment: str, locked: Lock, current: Lock) -> Iterator[str]:
    """What a deployment of `current` would do to what is `locked`, one sentence each; empty when nothing changes."""
    for name in sorted(set(locked) | set(current)):
        if name not in current:
            yield f"{environment}: {name} ({locked[name]['type']}) is missing: a deployment would delete it"
        elif name not in locked:
            yield f"{environment}: {name} ({current[name]['type']}) is new and not locked yet"
        elif locked[name] != current[name]:
            yield from _differences(f"{environment}: {name} ({locked[name]['type']})", locked[name], current[name])


def _differences(resource: str, locked: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    if locked["type"] != current["type"]:
        yield f"{resource} becomes {current['type']}: a deployment would replace it"
    if locked["deletion_policy"] != current["deletion_policy"]:
        yield f"{resource} goes from {locked['deletion_policy']} to {current['deletion_policy']} when its stack is deleted"
    before, after = locked["properties"], current["properties"]
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            effect = "overwrite its value" if name in _REGENERATES.get(locked["type"], ()) else "replace it"
            yield f"{resource}: {name} changes from {before.get(name)!r} to {after.get(name)!r}: a deployment would {effect}"
