"""ministack's answers without our operations before it, to see that these are still needed."""

from collections.abc import Coroutine
from typing import Any

from tradingbot_infra.local_cloud.api import client
from tradingbot_infra.local_cloud.api.messages import Response
from tradingbot_infra.local_cloud.ministack.services import handler


def own(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
    """ministack's answer to one call, for services that answer without waiting for a thread."""
    answer = client.written(service, operation, parameters).sent_to(handler(service))
    assert isinstance(answer, Coroutine)
    response: Response
    try:
        answer.send(None)
    except StopIteration as end:
        response = end.value
        return client.read(service, operation, response)
    answer.close()
    raise AssertionError(f"{service} waited for something")
