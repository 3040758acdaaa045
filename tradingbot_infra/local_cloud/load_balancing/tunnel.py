"""WebSockets: once target and client have agreed on one, bytes pass in both directions as they are."""

import asyncio
from collections.abc import Callable

from aiohttp import ClientResponse, hdrs, web

from tradingbot_infra.local_cloud.load_balancing.pages import ExactResponse

HEADERS = {hdrs.CONNECTION: "Upgrade", hdrs.UPGRADE: "websocket"}
"""What asks a target for a WebSocket."""


class _Side:
    """What arrives at one side, in the form in which aiohttp hands over what follows an upgrade."""

    def __init__(self, other: asyncio.WriteTransport, seen: Callable[[], None], ended: asyncio.Event) -> None:
        self._other = other
        self._seen = seen
        self._ended = ended

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Passes bytes on."""
        self._seen()
        self._other.write(data)
        return False, b""

    def feed_eof(self) -> None:
        """Ends the tunnel."""
        self._ended.set()


def is_wanted(request: web.BaseRequest) -> bool:
    """Whether the client asks for a WebSocket."""
    options = {option.strip().lower() for option in request.headers.get(hdrs.CONNECTION, "").split(",")}
    return "upgrade" in options and request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"


async def joined(request: web.BaseRequest, answer: ClientResponse, idle_seconds: float) -> web.StreamResponse:
    """Passes bytes until either side ends or both are idle for too long."""
    connection, client = answer.connection, request.transport
    if connection is None or connection.protocol is None or connection.transport is None or client is None:
        raise ConnectionResetError
    target = connection.transport
    response = ExactResponse(status=answer.status, reason=answer.reason, headers=answer.headers)
    await response.prepare(request)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(idle_seconds) as deadline:

            def seen() -> None:
                deadline.reschedule(loop.time() + idle_seconds)

            connection.protocol.read_timeout = None
            connection.protocol.set_parser(_Side(client, seen, ended), None)
            request.protocol.set_parser(_Side(target, seen, ended))  # type: ignore[arg-type]  # it calls these two methods only
            await ended.wait()
    except TimeoutError:
        pass
    finally:
        target.close()
        client.close()
    return response
