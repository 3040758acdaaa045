"""Parameters from the fields of a form, `Filter.1.Value.2=...`, as the protocols query and ec2 write them."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from tradingbot_infra.local_cloud.api.models import FROM_TEXT

_Node = str | dict[str, Any]

_SCALARS: Mapping[str, Callable[[str], object]] = {**FROM_TEXT, "blob": base64.b64decode, "timestamp": datetime.fromisoformat}


def read(shape: Shape, fields: Mapping[str, str], *, ec2: bool) -> dict[str, Any]:
    """The parameters of an operation whose input has this shape; unknown fields are left out."""
    found: dict[str, Any] = _value(shape, _tree(fields), ec2)
    return found


def _tree(fields: Mapping[str, str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in fields.items():
        *path, last = name.split(".")
        node = root
        for step in path:
            node = node.setdefault(step, {})
        node[last] = value
    return root


def _value(shape: Shape, node: _Node, ec2: bool) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(shape, node, ec2)
    if isinstance(shape, ListShape):
        return _list(shape, node, ec2)
    if isinstance(shape, MapShape):
        return _map(shape, node, ec2)
    assert isinstance(node, str), shape.name  # noqa: S101 - the protocol writes a scalar as one field
    return _SCALARS.get(shape.type_name, str)(node)


def _structure(shape: StructureShape, node: _Node, ec2: bool) -> dict[str, Any]:
    if isinstance(node, str):
        return {}
    children = {name: node.get(_field_name(name, member, ec2)) for name, member in shape.members.items()}
    return {name: _value(shape.members[name], child, ec2) for name, child in children.items() if child is not None}


def _field_name(name: str, member: Shape, ec2: bool) -> str:
    if ec2 and "queryName" in member.serialization:
        return str(member.serialization["queryName"])
    if isinstance(member, ListShape) and member.serialization.get("flattened"):
        name = member.member.serialization.get("name", name)
    given = str(member.serialization.get("name", name))
    return given[:1].upper() + given[1:] if ec2 else given


def _list(shape: ListShape, node: _Node, ec2: bool) -> list[Any]:
    if not ec2 and not shape.serialization.get("flattened") and isinstance(node, dict):
        node = node.get(shape.member.serialization.get("name", "member"), {})
    return [_value(shape.member, item, ec2) for item in _in_order(node)]


def _map(shape: MapShape, node: _Node, ec2: bool) -> dict[Any, Any]:
    if not shape.serialization.get("flattened") and isinstance(node, dict):
        node = node.get("entry", {})
    key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
    return {_value(shape.key, pair[key], ec2): _value(shape.value, pair[value], ec2) for pair in _in_order(node)}


def _in_order(node: _Node) -> list[Any]:
    if isinstance(node, str):
        return []
    return [node[number] for number in sorted(node, key=int)]
