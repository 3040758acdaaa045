"""What connections sent is counted once, in the window in which it was sent."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from tradingbot_infra.local_cloud.load_balancing.flows import TELLS_NUMBERS, CountedSocket, Flow, Window, connected, counted

pytestmark = [pytest.mark.local_cloud, pytest.mark.skipif(not TELLS_NUMBERS, reason="only Linux tells the numbers")]

SOURCE = "127.0.0.2"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def pair(listening: socket.socket) -> tuple[CountedSocket, socket.socket]:
    """A connection from SOURCE, and its other end."""
    made = asyncio.run(connected(SOURCE, *listening.getsockname()))
    other, _ = listening.accept()
    return made, other


def send(one: socket.socket, other: socket.socket, size: int) -> None:
    """Sends this many bytes, and waits until they have arrived."""
    one.sendall(b"x" * size)
    while size:
        size -= len(other.recv(size))


def payloads(window: Window) -> list[int]:
    """The payload in either direction: what we sent and what we got."""
    taken = window.taken()
    sent = next((flow for flow in taken if flow.source == SOURCE), None)
    return [] if sent is None else [taken[sent].payload, taken[sent.back()].payload]


def test_each_window_has_what_was_sent_in_it(listening: socket.socket) -> None:
    one, other = pair(listening)
    with one, other, counted() as first:
        send(one, other, 1000)
        with counted() as second:
            send(other, one, 500)
            assert payloads(second) == [0, 500]
        assert payloads(first) == [1000, 500]
        send(one, other, 70)
        assert payloads(first) == [70, 0]
        assert payloads(first) == []


def test_what_was_sent_before_the_end_of_a_connection_counts(listening: socket.socket) -> None:
    with counted() as window:
        one, other = pair(listening)
        source, port = one.getsockname()
        with one, other:
            send(one, other, 10)
        (flow, traffic), _ = window.taken().items()
        assert flow == Flow(source, port, *listening.getsockname())
        assert (traffic.payload, traffic.bytes) == (10, 10 + 40 * traffic.packets)
        assert traffic.packets >= 3  # of the handshake two, and the data


def test_a_connection_that_is_refused_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = gone.getsockname()
    with counted() as window, pytest.raises(ConnectionRefusedError):
        asyncio.run(connected(SOURCE, *address))
    assert all(flow.source == SOURCE or flow.destination == SOURCE for flow in window.taken())
