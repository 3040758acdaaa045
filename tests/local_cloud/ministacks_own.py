"""ministack's answers without our operations before it, to see that these are still needed."""

import importlib
from collections.abc import Coroutine
from typing import Any

from tradingbot_infra.local_cloud.api import client
from tradingbot_infra.local_cloud.api.gateway import MINISTACK_MODULES


def own(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
    """ministack's answer to one call, for services that answer without waiting for a thread."""
    module = importlib.import_module(f"ministack.services.{MINISTACK_MODULES[service]}")
    request = client.written(service, operation, parameters)
    coroutine: Coroutine[Any, Any, Any] = module.handle_request(request.method, request.path, request.headers, request.body, request.query)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return client.read(service, operation, end.value)
    coroutine.close()
    raise AssertionError(f"{service} waited for something")
