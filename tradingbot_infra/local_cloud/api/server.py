"""The service's end of the wire: requests read and answers written by botocore's model of the service.

The protocols are those of the services that `local_cloud.services` speaks for: query, ec2 and json.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from botocore.model import OperationModel, Shape

from tradingbot_infra.local_cloud.api import form, xml
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.api.models import operation_model, service_model

_XML = {"Content-Type": "text/xml"}


def operation_of(service: str, request: HttpRequest) -> str:
    """The name of the operation that a request asks for; empty when it names none."""
    if _speaks_json(service):
        return request.headers.get("x-amz-target", "").rpartition(".")[2]
    return _fields(request).get("Action", "")


def parameters_of(service: str, operation: str, request: HttpRequest) -> dict[str, Any]:
    """What the caller passed to boto3's method."""
    shape = operation_model(service, operation).input_shape
    if shape is None:
        return {}
    if _speaks_json(service):
        parameters: dict[str, Any] = _from_json(shape, json.loads(request.body or b"{}"))
        return parameters
    return form.read(shape, _fields(request), ec2=service_model(service).resolved_protocol == "ec2")


def answered(service: str, operation: str, answer: Mapping[str, Any]) -> Response:
    """A successful response; what the model does not know of the answer, as ResponseMetadata, is left out."""
    model = operation_model(service, operation)
    known = {} if model.output_shape is None else {k: v for k, v in answer.items() if k in model.output_shape.members}
    if _speaks_json(service):
        return 200, _json_headers(service), json.dumps(known, default=_epoch_seconds).encode()
    return 200, dict(_XML), _as_xml(model, known, ec2=service_model(service).resolved_protocol == "ec2")


def refused(service: str, error: LocalApiError) -> Response:
    """An error response."""
    if _speaks_json(service):
        return error.status, _json_headers(service), json.dumps({"__type": error.code, "message": error.message}).encode()
    if service_model(service).resolved_protocol == "ec2":
        root = ET.Element("Response")
        parent = ET.SubElement(ET.SubElement(root, "Errors"), "Error")
        ET.SubElement(root, "RequestID").text = str(uuid.uuid4())
    else:
        root = ET.Element("ErrorResponse")
        parent = ET.SubElement(root, "Error")
        ET.SubElement(parent, "Type").text = "Sender"
        ET.SubElement(root, "RequestId").text = str(uuid.uuid4())
    ET.SubElement(parent, "Code").text = error.code
    ET.SubElement(parent, "Message").text = error.message
    return error.status, dict(_XML), ET.tostring(root)


def _speaks_json(service: str) -> bool:
    return service_model(service).resolved_protocol == "json"


def _json_headers(service: str) -> dict[str, str]:
    return {"Content-Type": f"application/x-amz-json-{service_model(service).metadata['jsonVersion']}"}


def _fields(request: HttpRequest) -> dict[str, str]:
    fields = {**request.query, **parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)}
    return {name: values[0] for name, values in fields.items()}


def _from_json(shape: Shape, value: Any) -> Any:
    """The value with its times as datetimes, which JSON gives as seconds."""
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(float(value), UTC)
    if shape.type_name == "structure":
        members = shape.members  # type: ignore[attr-defined]  # a StructureShape, by its type name
        return {name: _from_json(members[name], item) for name, item in value.items() if name in members}
    if shape.type_name == "list":
        return [_from_json(shape.member, item) for item in value]  # type: ignore[attr-defined]  # a ListShape
    return value


def _epoch_seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _as_xml(model: OperationModel, answer: Mapping[str, Any], *, ec2: bool) -> bytes:
    root = ET.Element(f"{model.name}Response")
    shape = model.output_shape
    parent = root
    if shape is not None and "resultWrapper" in shape.serialization:
        parent = ET.SubElement(root, shape.serialization["resultWrapper"])
    if shape is not None:
        xml.write(parent, shape, answer)
    if ec2:
        ET.SubElement(root, "requestId").text = str(uuid.uuid4())
    else:
        ET.SubElement(ET.SubElement(root, "ResponseMetadata"), "RequestId").text = str(uuid.uuid4())
    written: bytes = ET.tostring(root, encoding="utf-8")
    return written
