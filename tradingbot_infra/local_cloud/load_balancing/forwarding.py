"""Sends a request to a target and its answer back, both as they come ("Troubleshoot your Application Load Balancers").

What goes wrong before the answer begins is 502 or 504; after it began, the client's connection is closed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientError, ClientResponse, ClientSession, ServerTimeoutError, hdrs, web
from multidict import CIMultiDict
from yarl import URL

from tradingbot_infra.local_cloud.load_balancing import forwarded_headers, pages, tunnel
from tradingbot_infra.local_cloud.load_balancing.pages import ExactResponse
from tradingbot_infra.local_cloud.load_balancing.requests import Asked
from tradingbot_infra.local_cloud.load_balancing.targets import Name

_UPGRADED = 101
_FOR_ONE_CONNECTION = ("connection", "keep-alive", "proxy-connection", "trailer", "transfer-encoding", "upgrade")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Body:
    """What the client sends, for as long as it does not pause for longer than the idle time-out."""

    def __init__(self, request: web.BaseRequest, idle_seconds: float) -> None:
        self.paused = False
        self._request = request
        self._idle_seconds = idle_seconds

    async def parts(self) -> AsyncIterator[bytes]:
        """Its parts as they arrive."""
        yield b""  # makes aiohttp send the header without waiting for the first part
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    part = await self._request.content.readany()
            except TimeoutError:
                self.paused = True
                raise
            if not part:
                return
            yield part


async def forwarded(
    asked: Asked, name: Name, session: ClientSession, attributes: Mapping[str, str], idle_seconds: float
) -> web.StreamResponse:
    """The target's answer, or the load balancer's when there is none."""
    request = asked.request
    body = _Body(request, idle_seconds) if request.body_exists else None
    if body and request.headers.get(hdrs.EXPECT, "").lower() == "100-continue":
        _write(request, _CONTINUE)
    url = URL(f"http://{name.address}:{name.port}{request.raw_path}", encoded=True)
    headers = forwarded_headers.for_target(asked, attributes)
    if tunnel.is_wanted(request):
        headers.update(tunnel.HEADERS)
    try:
        answer = await session.request(request.method, url, headers=headers, data=body.parts() if body else None, allow_redirects=False)
    except ServerTimeoutError:
        return pages.titled(504)
    except (ClientError, OSError, ValueError):
        return pages.titled(408 if body and body.paused else 502)
    async with answer:
        if answer.status == _UPGRADED:
            return await tunnel.joined(request, answer, idle_seconds)
        return await _returned(request, answer)


async def _returned(request: web.BaseRequest, answer: ClientResponse) -> web.StreamResponse:
    response = ExactResponse(status=answer.status, reason=answer.reason, headers=_headers(answer))
    await response.prepare(request)
    try:
        async for part in answer.content.iter_any():
            await response.write(part)
    except (ClientError, TimeoutError):
        if request.transport is not None:
            request.transport.close()
    return response


def _headers(answer: ClientResponse) -> "CIMultiDict[str]":
    named = {name.strip().lower() for name in answer.headers.get(hdrs.CONNECTION, "").split(",")}
    return CIMultiDict((name, value) for name, value in answer.headers.items() if name.lower() not in {*_FOR_ONE_CONNECTION, *named})


def _write(request: web.BaseRequest, words: bytes) -> None:
    if request.transport is not None:
        request.transport.write(words)
