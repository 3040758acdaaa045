"""A middleware that gives each request an id, a span, a count, and the log a line for it."""

import logging
import os
import re
import time
import uuid
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trading_api.log import request_id
from trading_api.metrics.trading import TradingMetrics, known_method
from trading_api.telemetry.spans import SERVER, span
from trading_api.telemetry.users import ActiveUsers

_LOG = logging.getLogger(__name__)
_LONGEST_ID = 128


class RequestLog:
    """Takes the id that the load balancer gave (X-Amzn-Trace-Id), and answers it as X-Request-Id.

    What a caller says of a trace is not believed: it must neither force tracing nor learn ids.
    """

    def __init__(self, app: ASGIApp, *, quiet: str, metrics: TradingMetrics, routes: Mapping[object, str]) -> None:
        self._app = app
        self._routes = routes
        self._quiet = quiet
        self._metrics = metrics
        self._users = ActiveUsers()
        metrics.users = self._users.count
        self._untraced = _untraced(os.environ.get("OTEL_PYTHON_FASTAPI_EXCLUDED_URLS", ""), quiet)

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

        method = known_method(scope["method"])
        begins = self._untraced.search(scope["path"]) is None
        with span("request", SERVER, begins=begins, http__request__method=method) as serving:
            try:
                await self._app(scope, receive, answer)
            finally:
                route = self._count(scope, status)
                serving.rename(f"{method} {route}")
                serving.set(http__route=route, http__response__status_code=status)
                if status >= 500:
                    serving.fail(str(status))
                self._log(scope, status, (time.perf_counter() - started) * 1000)
                request_id.reset(token)

    def _count(self, scope: Scope, status: int) -> str:
        """Counts a request, and tells its route: the template, never what a caller put into it."""
        route = self._routes.get(scope.get("endpoint"), "other")
        if scope["path"] != self._quiet:
            self._metrics.request(route, scope["method"], status)
            if scope.get("client"):
                self._users.seen(scope["client"][0])
        return route

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


def _untraced(excluded: str, quiet: str) -> re.Pattern[str]:
    """The paths that are not traced, as OpenTelemetry writes them: patterns with commas between them."""
    parts = [part.strip() for part in excluded.split(",") if part.strip()] or [re.escape(quiet)]
    try:
        return re.compile("|".join(f"(?:{part})" for part in parts))
    except re.error:
        _LOG.warning("OTEL_PYTHON_FASTAPI_EXCLUDED_URLS is no pattern: only the health check is left out")
        return re.compile(re.escape(quiet))
