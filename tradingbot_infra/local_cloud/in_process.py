"""Calls of the local cloud's APIs from inside its own process, with boto3's names.

A CloudFormation handler runs in the server's event loop, so an HTTP request to its own server would wait for itself.
"""

import asyncio
import contextvars
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.api.models import coerced

_ANSWER_FROM_A_THREAD = frozenset({"application-autoscaling", "ecs", "elasticache", "elbv2", "rds"})


def call(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
    """The answer to one API call, as boto3's client would return it. Blocks until it is there.

    Takes and raises what `gateway.ask` does, and also takes a template's properties, in which numbers and booleans may be text.
    """
    answer = gateway.ask(service, operation, **coerced(service, operation, parameters))
    return _finish_in_a_thread(answer) if service in _ANSWER_FROM_A_THREAD else _finish(answer)


def _finish(coroutine: Coroutine[Any, None, dict[str, Any]]) -> dict[str, Any]:
    """Runs a service's coroutine to its end without an event loop: the server's loop is running the caller."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: dict[str, Any] = end.value
        return answer
    coroutine.close()
    raise RuntimeError("The service suspended; name it in _ANSWER_FROM_A_THREAD")


def _finish_in_a_thread(coroutine: Coroutine[Any, None, dict[str, Any]]) -> dict[str, Any]:
    """For services that wait for a worker thread or a socket: they need an event loop, and that of this thread may be running."""
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(context.run, asyncio.run, coroutine).result()
