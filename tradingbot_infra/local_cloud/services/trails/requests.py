"""Which operation of which service a request asks for, and with which parameters, in whatever protocol."""

import json
import re
from typing import Any

from botocore.exceptions import UnknownServiceError

from tradingbot_infra.local_cloud.api import rest, server
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.api.models import service_model
from tradingbot_infra.local_cloud.ministack.services import REGISTRY_NAMES

_BOTO_NAMES = {name: service for service, name in REGISTRY_NAMES.items()}
_RPC = re.compile(r"/operation/(\w+)$")


def service_of(name: str) -> str | None:
    """boto3's name of a service of ministack's registry; None for what is no API of AWS."""
    service = _BOTO_NAMES.get(name, name)
    try:
        service_model(service)
    except UnknownServiceError:
        return None
    return service


def source_of(service: str) -> str:
    """CloudTrail's `eventSource`."""
    metadata = service_model(service).metadata
    return f"{metadata.get('signingName', metadata['endpointPrefix'])}.amazonaws.com"


def operation_of(service: str, request: HttpRequest) -> str:
    """The API's name of the operation; empty where the request names none that the service has."""
    target, rpc = request.headers.get("x-amz-target", ""), _RPC.search(request.path)
    if rpc is not None:
        target = rpc[1]
    name = target.rpartition(".")[2] or server.operation_of(service, request)
    return name if name in service_model(service).operation_names else ""


def parameters_of(service: str, operation: str, request: HttpRequest) -> dict[str, Any]:
    """What the caller passed, as far as it is in the path, a form, or JSON; the headers and bodies of S3 are not read."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return server.parameters_of(service, operation, request)
    is_rest = str(service_model(service).resolved_protocol).startswith("rest-")
    return {**_json(request.body), **(rest.labels_of(service, operation, request.path) if is_rest else {})}


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
