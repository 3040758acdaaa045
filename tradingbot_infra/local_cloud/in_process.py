"""Calls of ministack's service APIs from inside its own process, in the words of boto3.

A CloudFormation handler runs in the server's event loop, so an HTTP request to its own server would wait for itself.
"""

import asyncio
import contextvars
import importlib
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from botocore.awsrequest import HeadersDict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

MINISTACK_MODULES: Mapping[str, str] = {
    "backup": "backup",
    "ec2": "ec2",
    "ecs": "ecs",
    "secretsmanager": "secretsmanager",
    "wafv2": "waf",
}
"""boto3's service name -> the module below `ministack.services` that answers it."""

_ANSWERS_FROM_A_THREAD = frozenset({"ecs"})

_Response = tuple[int, Mapping[str, str], bytes | str]


class LocalApiError(Exception):
    """An error answer of the local cloud's API: `code` and `message` are those a boto3 ClientError would carry."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code
        self.message = message


def call(service: str, operation: str, **parameters: object) -> dict[str, Any]:
    """The answer to one API call, as boto3's client would give it.

    `service` and `operation` are boto3's and the API's names ("ec2", "AllocateAddress"); `parameters` are validated
    against botocore's model. Account and region are those of the request being served.

    Raises:
        LocalApiError: the API answered with an error.
        botocore.exceptions.ParamValidationError: the parameters do not fit the model.
        KeyError: the service is not in MINISTACK_MODULES.
    """
    module = importlib.import_module(f"ministack.services.{MINISTACK_MODULES[service]}")
    model = _model(service)
    operation_model = model.operation_model(operation)
    request = create_serializer(model.resolved_protocol).serialize_to_request(dict(parameters), operation_model)
    body, query = request["body"], request["query_string"]
    answer = module.handle_request(
        request["method"],
        request["url_path"],
        {name.lower(): value for name, value in request["headers"].items()},
        urlencode(body).encode() if isinstance(body, dict) else body,
        parse_qs(query if isinstance(query, str) else urlencode(query)),
    )
    status, headers, content = _finish_in_a_thread(answer) if service in _ANSWERS_FROM_A_THREAD else _finish(answer)
    response = {
        "status_code": status,
        "headers": HeadersDict(headers),
        "body": content.encode() if isinstance(content, str) else content,
    }
    parser = create_parser(model.resolved_protocol)
    parsed: dict[str, Any] = parser.parse(
        response,
        operation_model.output_shape,  # type: ignore[arg-type]  # the stubs forget that it may be None
    )
    if status >= 300 or "Error" in parsed:
        error = parsed.get("Error", {})
        raise LocalApiError(operation, error.get("Code", str(status)), error.get("Message", ""))
    return parsed


def _finish(coroutine: Coroutine[Any, None, _Response]) -> _Response:
    """Drives a service's answer to its end without an event loop; the loop of the server is busy with us."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: _Response = end.value
        return answer
    coroutine.close()
    raise RuntimeError("The service suspended; name it in _ANSWERS_FROM_A_THREAD")


def _finish_in_a_thread(coroutine: Coroutine[Any, None, _Response]) -> _Response:
    """For services that hop to a worker thread: they need an event loop, and this thread's own may be running."""
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(context.run, asyncio.run, coroutine).result()


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service_name=service)
