"""Requests and answers of the protocols rest-json and rest-xml, which say in method and path what they ask for."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from botocore.model import OperationModel, Shape, StructureShape

from tradingbot_infra.local_cloud.api import json_values, xml
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.api.models import FROM_TEXT, operation_model, service_model

_LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class _Route:
    """How a request asks for an operation."""

    operation: str
    method: str
    path: re.Pattern[str]
    fixed: int
    """How much of the path is no label."""
    query: Mapping[str, str | None]
    """Names that the query must have, with their value where it is fixed."""
    headers: frozenset[str]

    def fits(self, request: HttpRequest, path: str) -> bool:
        return (
            request.method == self.method
            and self.path.fullmatch(path) is not None
            and all(name in request.query and value in (None, request.query[name][0]) for name, value in self.query.items())
            and self.headers <= request.headers.keys()
        )


def operation_of(service: str, request: HttpRequest) -> str:
    """The name of the operation that the request asks for; empty when no operation of the model fits."""
    path = request.path.rstrip("/") or "/"
    return next((route.operation for route in _routes(service) if route.fits(request, path)), "")


def parameters_of(service: str, operation: str, request: HttpRequest) -> dict[str, Any]:
    """The parameters that the caller passed to boto3's method: from path, query, headers and body."""
    model = operation_model(service, operation)
    shape = model.input_shape
    if shape is None:
        return {}
    labels = labels_of(service, operation, request.path)
    found = {name: _from_outside(member, request, labels) for name, member in shape.members.items() if _location(member)}
    return {**{name: value for name, value in found.items() if value is not None}, **_from_body(shape, request, xml=_is_xml(service))}


def answered(service: str, operation: str, answer: Mapping[str, Any]) -> Response:
    """A successful response. Members that belong into headers are left out: no operation of ours has any that boto3 needs."""
    shape = operation_model(service, operation).output_shape
    known = {} if shape is None else {k: v for k, v in answer.items() if k in shape.members and not _location(shape.members[k])}
    if _is_xml(service):
        return 200, {"Content-Type": "application/xml", **request_id()}, _xml_body(shape, known)
    content = {} if shape is None else json_values.write(shape, known)
    return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()


def request_id() -> dict[str, str]:
    """The header by which S3 Control names a request; ministack adds those of the other services."""
    return {"x-amz-request-id": str(uuid.uuid4())}


@cache
def _routes(service: str) -> list[_Route]:
    """Every operation; one that demands more precedes one that a request for it fits too."""
    routes = [_route(operation_model(service, name)) for name in service_model(service).operation_names]
    return sorted(routes, key=lambda route: (route.fixed, len(route.query) + len(route.headers)), reverse=True)


def _route(model: OperationModel) -> _Route:
    path, _, query = model.http["requestUri"].partition("?")
    named = {name: value or None for name, _, value in (part.partition("=") for part in query.split("&") if part)}
    named.pop("x-id", None)  # only newer SDKs send it
    return _Route(
        model.name,
        model.http["method"],
        _pattern(model),
        len(_LABEL.sub("", path)),
        {**named, **dict.fromkeys(_required(model, "querystring"))},
        frozenset(name.lower() for name in _required(model, "header")),
    )


def _required(model: OperationModel, location: str) -> list[str]:
    """The names of the required parameters that a request has in this place."""
    shape = model.input_shape
    members = [] if shape is None else [shape.members[name] for name in shape.required_members]
    return [str(member.serialization["name"]) for member in members if _location(member) == location]


def _pattern(model: OperationModel) -> re.Pattern[str]:
    """The path as a regular expression with a group for each label. The last one may hold slashes, as those of ARNs do."""
    path = model.http["requestUri"].partition("?")[0].rstrip("/") or "/"
    parts = _LABEL.split(path)
    expression = re.escape(parts[0])
    for number in range(1, len(parts), 3):
        is_last = number + 3 >= len(parts) and not parts[number + 2]
        expression += f"(?P<{parts[number]}>{'.+' if is_last else '[^/]+'})" + re.escape(parts[number + 2])
    return re.compile(expression)


def labels_of(service: str, operation: str, path: str) -> dict[str, str]:
    """What the path says, by the names that the labels have on the wire."""
    pattern = next(route.path for route in _routes(service) if route.operation == operation)
    match = pattern.fullmatch(path.rstrip("/") or "/")
    return {} if match is None else {name: unquote(value) for name, value in match.groupdict().items()}


def _location(member: Shape) -> str:
    return str(member.serialization.get("location", ""))


def _from_outside(member: Shape, request: HttpRequest, labels: Mapping[str, str]) -> Any:
    """A parameter that is not in the body; None where the request has none."""
    name = member.serialization["name"]
    if _location(member) == "uri":
        return labels.get(name)
    if _location(member) == "header":
        return request.headers.get(name.lower())
    values = request.query.get(name)
    if values is None:
        return None
    return values if member.type_name == "list" else FROM_TEXT.get(member.type_name, str)(values[0])


def _from_body(shape: StructureShape, request: HttpRequest, *, xml: bool) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    if not request.body:
        return {}
    if payload:
        return {payload: _parsed(shape.members[payload], request.body, is_xml=xml)}
    body = _parsed(shape, request.body, is_xml=xml)
    return {name: value for name, value in body.items() if not _location(shape.members[name])}


def _parsed(shape: Shape, body: bytes, *, is_xml: bool) -> Any:
    return xml.read(shape, ET.fromstring(body)) if is_xml else json_values.read(shape, json.loads(body))  # noqa: S314 - of our own clients


def _is_xml(service: str) -> bool:
    return bool(service_model(service).resolved_protocol == "rest-xml")


def _xml_body(shape: StructureShape | None, answer: Mapping[str, Any]) -> bytes:
    payload = shape.serialization.get("payload") if shape is not None else None
    if shape is None or (payload and payload not in answer):
        return b""
    inner = shape.members[payload] if payload else shape
    assert isinstance(inner, StructureShape)  # noqa: S101 - the payloads of our operations are structures
    root = ET.Element(str(inner.serialization.get("name", inner.name)))
    xml.write(root, inner, answer[payload] if payload else answer)
    written: bytes = ET.tostring(root, encoding="utf-8")
    return written
