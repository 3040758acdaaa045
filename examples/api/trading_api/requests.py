"""A middleware that gives each request an id, and the log a line for it."""

import logging
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trading_api.log import request_id

_LOG = logging.getLogger(__name__)
_LONGEST_ID = 128


class RequestLog:
    """Takes the id that the load balancer gave (X-Amzn-Trace-Id), and answers it as X-Request-Id."""

    def __init__(self, app: ASGIApp, *, quiet: str) -> None:
        self._app = app
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        current = Headers(scope=scope).get("x-amzn-trace-id", "")[:_LONGEST_ID] or uuid.uuid4().hex
        token, started, status = request_id.set(current), time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = current
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            self._log(scope, status, (time.perf_counter() - started) * 1000)
            request_id.reset(token)

    def _log(self, scope: Scope, status: int, milliseconds: float) -> None:
        if scope["path"] == self._quiet and status < 400:
            return  # the load balancer and ECS ask all day
        extra = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "duration_ms": round(milliseconds, 1),
            "client": scope["client"][0] if scope.get("client") else None,
        }
        _LOG.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra=extra)
