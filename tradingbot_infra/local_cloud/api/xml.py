"""Answers as the elements of XML, as the protocols query, ec2 and rest-xml read them, and requests of rest-xml."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, Shape, StructureShape

from tradingbot_infra.local_cloud.api.models import FROM_TEXT


def write(parent: ET.Element, shape: StructureShape, answer: Mapping[str, Any]) -> None:
    """Adds an element below `parent` for every member that the answer has."""
    for name, member in shape.members.items():
        if answer.get(name) is not None:
            _member(parent, name, member, answer[name])


def read(shape: Shape, element: ET.Element) -> Any:
    """What an element of a request means, whatever its namespace; structures of scalars, which is all that our operations take."""
    if isinstance(shape, StructureShape):
        found = {child.tag.rpartition("}")[2]: child for child in element}
        named = {name: found.get(str(member.serialization.get("name", name))) for name, member in shape.members.items()}
        return {name: read(shape.members[name], child) for name, child in named.items() if child is not None}
    return FROM_TEXT.get(shape.type_name, str)(element.text or "")


def _member(parent: ET.Element, name: str, shape: Shape, value: Any) -> None:
    tag = str(shape.serialization.get("name", name))
    if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
        for item in value:
            _element(parent, str(shape.member.serialization.get("name", tag)), shape.member, item)
        return
    _element(parent, tag, shape, value)


def _element(parent: ET.Element, tag: str, shape: Shape, value: Any) -> None:
    element = ET.SubElement(parent, tag)
    if isinstance(shape, StructureShape):
        write(element, shape, value)
    elif isinstance(shape, ListShape):
        for item in value:
            _element(element, str(shape.member.serialization.get("name", "member")), shape.member, item)
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            pair = ET.SubElement(element, "entry")
            _element(pair, str(shape.key.serialization.get("name", "key")), shape.key, key)
            _element(pair, str(shape.value.serialization.get("name", "value")), shape.value, item)
    else:
        element.text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
