"""What CloudFormation's resource schemas say about replacement (CloudFormation CLI User Guide, "Resource type schema").

schemas.json is written by `make lock` from the schemas that cfn-lint ships, for the types of this design.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

SCHEMAS_FILE = Path(__file__).with_name("schemas.json")

MODIFIED_IN_PLACE = MappingProxyType(
    {
        "AWS::RDS::DBInstance": frozenset(
            {"AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ", "PreferredMaintenanceWindow"}
        ),
        "AWS::ElastiCache::ReplicationGroup": frozenset({"AuthToken"}),
    }
)
"""Properties that a schema calls conditionally create-only, and that the service modifies in place (RDS API Reference,
"ModifyDBInstance"; ElastiCache API Reference, "ModifyReplicationGroup")."""


@dataclass(frozen=True)
class Schema:
    """Paths of properties, such as `EncryptionConfiguration/KmsKey` and `Rules/*/Name`.

    A change of one in `create_only` replaces the resource, of one in `conditional` in some cases only. `deletes_first` is true for a
    type whose old resource is deleted before the new one is created.
    """

    create_only: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    deletes_first: bool = False


def schema_of(resource_type: str) -> Schema:
    """The schema of a type; an empty one for a custom resource, which decides by itself."""
    return _schemas().get(resource_type, Schema())


def create_only(resource_type: str) -> frozenset[str]:
    """The top-level properties whose change replaces the resource."""
    return frozenset(path.partition("/")[0] for path in schema_of(resource_type).create_only)


def changed_paths(paths: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the paths whose values differ."""
    return tuple(path for path in paths if value_at(old, path) != value_at(new, path))


def value_at(properties: Mapping[str, Any], path: str) -> Any:
    """The value at a path, a list of them where the path has `*`; None where there is none."""
    return _at(properties, path.split("/"))


def _at(value: Any, steps: list[str]) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if step == "*":
        return [_at(item, rest) for item in value] if isinstance(value, list) else None
    return _at(value.get(step), rest) if isinstance(value, Mapping) else None


@cache
def _schemas() -> Mapping[str, Schema]:
    table: dict[str, dict[str, Any]] = json.loads(SCHEMAS_FILE.read_text(encoding="utf-8"))
    return {
        name: Schema(tuple(row.get("create_only", ())), _conditional(name, row), row.get("deletes_first", False))
        for name, row in table.items()
    }


def _conditional(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(path for path in row.get("conditional", ()) if path not in MODIFIED_IN_PLACE.get(name, ()))
