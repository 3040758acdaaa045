"""The form of a CloudFormation handler, and when a change replaces the resource."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.stacks import delete_after_update

Properties = Mapping[str, Any]
"""A resource's `Properties` with every intrinsic function resolved."""
Attributes = dict[str, Any]
"""What Fn::GetAtt returns."""
Created = tuple[str, Attributes]
"""The physical id, which Ref returns, and the attributes."""
Handler = dict[str, Any]
"""An entry of ministack's registry: functions under "create", "update" and "delete", and flags."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """How resources of one CloudFormation type are created, changed and deleted.

    `create` takes the properties and a generated name, for types whose physical id is one. `change` takes physical id, old and new
    properties, when only properties in `in_place` differ; without it `create` is called again. Any other difference replaces the
    resource, as on AWS. `delete` takes physical id and properties and must succeed when the resource no longer exists.
    """

    create: Callable[[Properties, str], Created]
    delete: Callable[[str, Properties], None]
    change: Callable[[str, Properties, Properties], Created] | None = None
    in_place: frozenset[str] = frozenset()

    def handler(self) -> Handler:
        """The registry entry, in the protocol of ministack 1.5.33 (provisioners.py, _update_resource)."""
        return {"create": self._create, "update": self._update, "update_with_logical_id": True, "delete": self.delete}

    def _create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        return self.create(properties, f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12]}")

    def _update(self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        in_place = bool(self.in_place) and changed(old, new) <= self.in_place
        if in_place and self.change is not None:
            return self.change(physical_id, old, new)
        created = self._create(logical_id or physical_id, new, stack_name)
        if not in_place:
            delete_after_update(self.delete, physical_id, old)
        return created


def changed(old: Properties, new: Properties) -> set[str]:
    """The names of the properties that differ."""
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def given(properties: Properties, *names: str) -> dict[str, Any]:
    """The named properties that the template sets, for APIs whose parameters have the same names."""
    return {name: properties[name] for name in names if name in properties}


def camel_case(value: Any) -> Any:
    """Template case to API case: every name begins with a small letter, as the names of log options already do.

    `HookDetails` is JSON of the user's own.
    """
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: item if name == "HookDetails" else camel_case(item) for name, item in value.items()}
    return [camel_case(item) for item in value] if isinstance(value, list) else value


def is_true(value: object) -> bool:
    """A template's boolean, which may be the string "true"."""
    return str(value).lower() == "true"


@contextmanager
def ignoring(*codes: str) -> Iterator[None]:
    """Suppresses LocalApiErrors with one of these codes: deleting what no longer exists succeeds."""
    try:
        yield
    except LocalApiError as error:
        if error.code not in codes:
            raise
