"""What a listener does with a request: the first rule whose conditions it meets, and that rule's action."""

import logging
import random
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import ClientSession, hdrs, web

from tradingbot_infra.local_cloud.load_balancing import (
    answers,
    conditions,
    forwarded_headers,
    forwarding,
    health_checks,
    pages,
    targets,
    upstream,
)
from tradingbot_infra.local_cloud.load_balancing.requests import Asked, Listening, host_name
from tradingbot_infra.local_cloud.ministack import load_balancers as records

_log = logging.getLogger(__name__)
_DEFAULT_IDLE_SECONDS = 60.0
_LONGEST_LINE = 16_384
"""Bytes of a request line or of one header ("Quotas for your Application Load Balancers")."""
_MOST_HEADERS = 1_000


def idle_seconds(balancer_arn: str) -> float:
    """The idle time-out, for clients and for targets.

    Never scaled: it is held against real programs, which answer as fast and keep idle connections as long as they do on AWS.
    """
    return float(records.balancer_attributes(balancer_arn).get("idle_timeout.timeout_seconds", _DEFAULT_IDLE_SECONDS))


class _Connection(web.RequestHandler):
    """A client's connection, which answers malformed requests as the load balancer does."""

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The page for an error; the connection is closed after it."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun") from exc
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s %s failed", request.method, request.path, exc_info=exc)
        page = pages.titled(status)
        page.force_close()
        return page


class Front(web.Server):
    """What answers on one port of a load balancer. `at` may be changed when another listener takes the port."""

    def __init__(self, at: Listening) -> None:
        super().__init__(self._answer, handler_cancellation=True)
        self.at = at
        self._sessions: dict[float, ClientSession] = {}

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=self._loop,
            keepalive_timeout=idle_seconds(self.at.balancer_arn),
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes None for none
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            max_headers=_MOST_HEADERS,
            auto_decompress=False,
        )

    async def close_connections(self) -> None:
        """Closes the connections to targets."""
        for session in self._sessions.values():
            await session.close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = Asked(request, self.at)
        if not request.raw_path.startswith("/") or hdrs.HOST not in request.headers:
            return pages.titled(400)
        if forwarded_headers.has_too_many_forwarders(asked):
            return pages.titled(463)
        rule = next((rule for rule in records.rules(self.at.listener_arn) if conditions.meets(asked, rule["Conditions"])), None)
        if rule is None or not rule["Actions"]:
            return pages.titled(503)
        return await self._done(asked, max(rule["Actions"], key=lambda action: int(action.get("Order", 1))))

    async def _done(self, asked: Asked, action: Mapping[str, Any]) -> web.StreamResponse:
        if action["Type"] == "fixed-response":
            return answers.fixed_response(action["FixedResponseConfig"])
        if action["Type"] == "redirect":
            return answers.redirect(asked, action["RedirectConfig"])
        target = targets.next_target(_group(action))
        if target is None:
            return pages.titled(503)
        if not health_checks.is_on_this_machine(target.name.address):
            return pages.titled(504)  # as for an address at which nothing accepts the connection
        with targets.serving(target):
            attributes, idle = records.balancer_attributes(self.at.balancer_arn), idle_seconds(self.at.balancer_arn)
            return await forwarding.forwarded(asked, target.name, self._session(idle), attributes, idle)

    def _session(self, idle: float) -> ClientSession:
        if idle not in self._sessions:
            self._sessions[idle] = upstream.session(idle, host_name(self.at.dns_name))
        return self._sessions[idle]


def _group(action: Mapping[str, Any]) -> str:
    """The target group that gets the request: the only one, or one of several by their weights."""
    weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
    weights = [int(one.get("Weight", 1)) for one in weighted]
    if not any(weights):
        return str(action.get("TargetGroupArn", ""))
    return str(random.choices(weighted, weights)[0]["TargetGroupArn"])  # noqa: S311 - no secret depends on it
