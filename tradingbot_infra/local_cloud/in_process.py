"""Calls of the local cloud's APIs from inside its own process, in the words of boto3.

A CloudFormation handler runs in the server's event loop, so an HTTP request to its own server would wait for itself.
"""

import asyncio
import contextvars
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tradingbot_infra.local_cloud import gateway

_ANSWER_FROM_A_THREAD = frozenset({"application-autoscaling", "ecs", "elbv2", "rds"})


def call(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
    """The answer to one API call, as boto3's client would give it; blocks until it is there.

    Takes and raises what `gateway.ask` does.
    """
    answer = gateway.ask(service, operation, **parameters)
    return _finish_in_a_thread(answer) if service in _ANSWER_FROM_A_THREAD else _finish(answer)


def _finish(coroutine: Coroutine[Any, None, dict[str, Any]]) -> dict[str, Any]:
    """Drives a service's answer to its end without an event loop; the loop of the server is busy with us."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: dict[str, Any] = end.value
        return answer
    coroutine.close()
    raise RuntimeError("The service suspended; name it in _ANSWER_FROM_A_THREAD")


def _finish_in_a_thread(coroutine: Coroutine[Any, None, dict[str, Any]]) -> dict[str, Any]:
    """For services that wait for a worker thread or a socket: they need an event loop, and this thread's own may be running."""
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(context.run, asyncio.run, coroutine).result()
