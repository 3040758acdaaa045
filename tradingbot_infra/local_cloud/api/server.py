"""The service's side of a call: reads requests and writes answers, in the protocols query, ec2, json and those of `rest`."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from botocore.model import OperationModel

from tradingbot_infra.local_cloud.api import form, json_values, rest, xml
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.api.models import operation_model, service_model

_REST = ("rest-json", "rest-xml")


def operation_of(service: str, request: HttpRequest) -> str:
    """The name of the operation that a request asks for; empty when it names none."""
    if _protocol(service) in _REST:
        return rest.operation_of(service, request)
    if _protocol(service) == "json":
        return request.headers.get("x-amz-target", "").rpartition(".")[2]
    return _fields(request).get("Action", "")


def parameters_of(service: str, operation: str, request: HttpRequest) -> dict[str, Any]:
    """The parameters that the caller passed to boto3's method."""
    if _protocol(service) in _REST:
        return rest.parameters_of(service, operation, request)
    shape = operation_model(service, operation).input_shape
    if shape is None:
        return {}
    if _protocol(service) == "json":
        parameters: dict[str, Any] = json_values.read(shape, json.loads(request.body or b"{}"))
        return parameters
    return form.read(shape, _fields(request), ec2=_protocol(service) == "ec2")


def answered(service: str, operation: str, answer: Mapping[str, Any]) -> Response:
    """A successful response; without members that the model does not know, such as ResponseMetadata."""
    if _protocol(service) in _REST:
        return rest.answered(service, operation, answer)
    model = operation_model(service, operation)
    known = {} if model.output_shape is None else {k: v for k, v in answer.items() if k in model.output_shape.members}
    if _protocol(service) == "json":
        return _json_response(service, 200, known)
    return _xml_response(200, _as_xml(model, known, ec2=_protocol(service) == "ec2"))


def refused(service: str, error: LocalApiError) -> Response:
    """An error response."""
    if _protocol(service) == "rest-json":
        return _rest_error(error)
    if _protocol(service) == "json":
        return _json_response(service, error.status, {"__type": error.code, "message": error.message})
    if _protocol(service) == "ec2":
        root = ET.Element("Response")
        parent = _child(_child(root, "Errors"), "Error")
        _child(root, "RequestID", str(uuid.uuid4()))
    else:
        root = ET.Element("ErrorResponse")
        parent = _child(root, "Error")
        _child(parent, "Type", "Sender")
        _child(root, "RequestId", str(uuid.uuid4()))
    _child(parent, "Code", error.code)
    _child(parent, "Message", error.message)
    status, headers, body = _xml_response(error.status, root)
    return status, {**headers, **(rest.request_id() if _protocol(service) == "rest-xml" else {})}, body


def _protocol(service: str) -> str:
    protocol: str = service_model(service).resolved_protocol
    return protocol


def _json_response(service: str, status: int, content: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": f"application/x-amz-json-{service_model(service).metadata['jsonVersion']}"}
    return status, headers, json.dumps(content, default=_epoch_seconds).encode()


def _rest_error(error: LocalApiError) -> Response:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error.code}
    return error.status, headers, json.dumps({"message": error.message}).encode()


def _xml_response(status: int, root: ET.Element) -> Response:
    return status, {"Content-Type": "text/xml"}, ET.tostring(root, encoding="utf-8")


def _child(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = text
    return child


def _fields(request: HttpRequest) -> dict[str, str]:
    fields = {**request.query, **parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)}
    return {name: values[0] for name, values in fields.items()}


def _epoch_seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _as_xml(model: OperationModel, answer: Mapping[str, Any], *, ec2: bool) -> ET.Element:
    root = ET.Element(f"{model.name}Response")
    shape = model.output_shape
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper")
        xml.write(_child(root, wrapper) if wrapper else root, shape, answer)
    _child(root if ec2 else _child(root, "ResponseMetadata"), "requestId" if ec2 else "RequestId", str(uuid.uuid4()))
    return root
