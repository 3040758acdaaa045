"""Work that goes on between requests, on an event loop in a thread of its own: tasks, health checks, the load balancer.

The server's own event loop answers requests and runs CloudFormation handlers, which block it for moments; this work does not
wait for them. Nothing that a request waits for may call an API from here: its CloudFormation handler may be blocking the server.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from tradingbot_infra.local_cloud.api.ask import Ask

T = TypeVar("T")

_logger = logging.getLogger("background")
_kept: set[asyncio.Task[None]] = set()
_server: asyncio.AbstractEventLoop | None = None


def remember_server() -> None:
    """Makes the main thread's event loop, if this is it, the server's: there `from_here` calls the APIs."""
    global _server
    if threading.current_thread() is threading.main_thread() and (_server is None or _server.is_closed()):
        with suppress(RuntimeError):  # no event loop runs in a process that only calls operations
            _server = asyncio.get_running_loop()


def spawn(work: Coroutine[Any, Any, T]) -> "Future[T]":
    """Starts work, in the account and region of the caller, from any thread."""
    return asyncio.run_coroutine_threadsafe(work, _loop())


async def result(work: Coroutine[Any, Any, T]) -> T:
    """The result of work, for a request that waits for it."""
    return await asyncio.wrap_future(spawn(work))


def keep(work: Coroutine[Any, Any, None]) -> None:
    """Starts work from other background work, and keeps it until it ends; a mistake of ours reaches the server's log."""
    task = asyncio.create_task(work)
    _kept.add(task)
    task.add_done_callback(_finished)


def _finished(task: asyncio.Task[None]) -> None:
    _kept.discard(task)
    if not task.cancelled() and task.exception() is not None:
        _logger.error("Work in the background failed", exc_info=task.exception())


def from_here(ask: Ask) -> Ask:
    """`ask` for use in the background: the server answers on its own event loop, one request after the other."""

    async def asked(service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
        if _server is None or _server.is_closed():
            return await ask(service, operation, **parameters)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_asked(ask, service, operation, parameters), _server))

    return asked


def on_server(function: Callable[..., None], *arguments: object) -> None:
    """Calls a function soon where requests are answered, in the account and region of the caller, without waiting for it."""
    if _server is None or _server.is_closed():
        function(*arguments)
    else:
        _server.call_soon_threadsafe(function, *arguments)


async def _asked(ask: Ask, service: str, operation: str, parameters: dict[str, object]) -> dict[str, Any]:
    return await ask(service, operation, **parameters)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="background", daemon=True).start()
    return loop
