"""Takes note of requests while a trail of their account logs. What is not needed for events is not kept."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.messages import Handler, HttpRequest, Response
from tradingbot_infra.local_cloud.ministack import callers, scopes, trails
from tradingbot_infra.local_cloud.services.trails import delivery
from tradingbot_infra.local_cloud.services.trails.events import Seen

_LARGEST_BODY = 256 * 1024
"""Bytes; of a larger body nothing is kept: it is an object of S3 or the code of a function."""


def recorded(name: str, handler: Handler, ask: Ask) -> Handler:
    """A handler of ministack's registry, whose requests trails see.

    A trail sees the call that starts it, stops it or deletes it. Calls from inside the server are not requests: those of a stack's
    resources, and those that stand for what AWS does itself.
    """

    async def answered(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, list[str]]) -> Response:
        before = trails.that_log()
        response = await handler(method, path, headers, body, query)
        watching = {trail["TrailARN"]: trail for trail in (*trails.that_log(), *before)}
        if watching:
            request = HttpRequest(method, path, headers, _kept(body), query)
            seen = _seen(name, request, response)
            for trail in watching.values():
                delivery.note(trail, seen, ask)
        return response

    return answered


def _seen(name: str, request: HttpRequest, response: Response) -> Seen:
    account, region = scopes.current()
    status, headers, content = response
    # A later step adds headers to the response, and takes its own copy of nothing.
    kept = status, dict(headers), _kept(content.encode() if isinstance(content, str) else content)
    identity = callers.user_identity(request.headers, request.query)
    return Seen(name, request, kept, identity, account, region, scopes.address(), datetime.now(UTC))


def _kept(body: bytes) -> bytes:
    return body if isinstance(body, bytes) and len(body) <= _LARGEST_BODY else b""
