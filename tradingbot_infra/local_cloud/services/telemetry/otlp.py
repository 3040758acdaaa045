"""What a request to an OTLP endpoint says: protobuf or JSON, compressed or not. Source: OpenTelemetry, "OTLP/HTTP".

The limit of a request's size is CloudWatch's for metrics ("Send metrics with OpenTelemetry": 1 MB, uncompressed); AWS's pages name none
for traces, so the same holds.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response

M = TypeVar("M", bound=Message)

PROTOBUF, JSON = "application/x-protobuf", "application/json"
_MOST_BYTES = 1_000_000
_UNSUPPORTED_MEDIA = 415
_TOO_LARGE = 413
_HEXADECIMAL = frozenset({"traceId", "spanId", "parentSpanId"})
"""Fields that OTLP's JSON has in hexadecimal, where JSON of protobuf has Base64."""


def read(request: HttpRequest, message: Callable[[], M]) -> M:
    """The message that a request carries.

    Raises:
        LocalApiError: it is of another type, compressed in another way, larger than a megabyte, or cannot be read.
    """
    kind = _type(request)
    if kind not in (PROTOBUF, JSON):
        raise LocalApiError("UnsupportedMediaType", f"Content-Type must be {PROTOBUF} or {JSON}", _UNSUPPORTED_MEDIA)
    body = _uncompressed(request)
    if len(body) > _MOST_BYTES:
        raise LocalApiError("RequestEntityTooLarge", f"The request has {len(body)} bytes; at most {_MOST_BYTES} are taken", _TOO_LARGE)
    found = message()
    try:
        if kind == PROTOBUF:
            found.ParseFromString(body)
        else:
            json_format.ParseDict(_with_base64(json.loads(body)), found, ignore_unknown_fields=True)
    except (DecodeError, json_format.ParseError, ValueError) as error:
        raise LocalApiError("ValidationException", f"The request cannot be read as {kind}: {error}") from error
    return found


def answered(request: HttpRequest) -> Response:
    """Everything was taken: an empty answer of the request's own type."""
    kind = _type(request)
    return 200, {"Content-Type": kind}, b"{}" if kind == JSON else b""


def _type(request: HttpRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _uncompressed(request: HttpRequest) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return request.body
    if encoding != "gzip":
        raise LocalApiError("UnsupportedMediaType", "Content-Encoding must be gzip or none", _UNSUPPORTED_MEDIA)
    try:
        return gzip.decompress(request.body)
    except (OSError, EOFError, zlib.error) as error:
        raise LocalApiError("ValidationException", f"The request is not compressed as it says: {error}") from error


def _with_base64(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_base64(each) for each in value]
    if isinstance(value, dict):
        return {name: _base64(each) if name in _HEXADECIMAL else _with_base64(each) for name, each in value.items()}
    return value


def _base64(text: str) -> str:
    return base64.b64encode(bytes.fromhex(text)).decode()
