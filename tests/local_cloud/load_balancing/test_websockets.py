"""A WebSocket through the load balancer."""

import asyncio

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError, web

from tests.local_cloud.load_balancing.backends import HEALTH, Backend
from tests.local_cloud.load_balancing.balancers import Balancer

pytestmark = pytest.mark.local_cloud


async def healthy(_: web.Request) -> web.Response:
    return web.Response()


async def talking(request: web.Request) -> web.StreamResponse:
    if "X-No" in request.headers:
        return web.Response(status=403, text="no")
    socket = web.WebSocketResponse(protocols=["prices"])
    await socket.prepare(request)
    await socket.send_str("hello")
    async for message in socket:
        await (socket.send_bytes(message.data[::-1]) if message.type == WSMsgType.BINARY else socket.close(code=4001, message=b"enough"))
    return socket


async def with_server() -> tuple[web.AppRunner, Backend]:
    app = web.Application()
    app.add_routes([web.get(HEALTH, healthy), web.get("/ws", talking)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, Backend("127.0.0.1", runner.addresses[0][1])


def test_bytes_pass_both_ways_and_closing_codes_and_refusals_too(balancer: Balancer) -> None:
    async def talk() -> None:
        runner, backend = await with_server()
        await asyncio.to_thread(balancer.register, backend)
        async with ClientSession() as client:
            async with client.ws_connect(f"http://{balancer.address}/ws", protocols=["prices"]) as socket:
                assert socket.protocol == "prices"
                assert (await socket.receive(20)).data == "hello"
                big = bytes(range(256)) * 4096
                await socket.send_bytes(big)
                assert (await socket.receive(20)).data == big[::-1]
                await socket.ping()
                await socket.send_str("end")
                closing = await socket.receive(20)
                assert (closing.type, closing.data) == (WSMsgType.CLOSE, 4001)
            with pytest.raises(WSServerHandshakeError) as raised:
                await client.ws_connect(f"http://{balancer.address}/ws", headers={"X-No": "1"})
            assert raised.value.status == 403
        await runner.cleanup()

    asyncio.run(talk())


def test_an_idle_websocket_is_closed(balancer: Balancer) -> None:
    balancer.set_attributes(idle_timeout__timeout_seconds=1)

    async def wait() -> None:
        runner, backend = await with_server()
        await asyncio.to_thread(balancer.register, backend)
        async with ClientSession() as client, client.ws_connect(f"http://{balancer.address}/ws") as socket:
            assert (await socket.receive(20)).data == "hello"
            assert (await socket.receive(20)).type in (WSMsgType.CLOSED, WSMsgType.CLOSE)
        await runner.cleanup()

    asyncio.run(wait())
