"""What load balancers and targets send each other over each connection, for flow logs.

The kernel counts. Linux tells packets and payload (tcp(7), TCP_INFO); elsewhere only the connections are known.
Everything here runs in the background.
"""

import asyncio
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from weakref import WeakSet

TELLS_NUMBERS = sys.platform == "linux"
"""Whether this system tells packets and bytes."""

_INFO = struct.Struct("=128xQII56xQ")
"""tcpi_bytes_received, tcpi_segs_out, tcpi_segs_in and tcpi_bytes_sent of Linux's `struct tcp_info`."""
_HEADER_BYTES = 40
"""IPv4 and TCP, without options."""


@dataclass(frozen=True)
class Flow:
    """One direction of a connection."""

    source: str
    source_port: int
    destination: str
    destination_port: int

    def back(self) -> "Flow":
        """The other direction."""
        return Flow(self.destination, self.destination_port, self.source, self.source_port)


@dataclass
class Traffic:
    """What a flow had in a capture window; times in seconds since the epoch."""

    start: float
    end: float
    packets: int = 0
    payload: int = 0

    @property
    def bytes(self) -> int:
        """With headers."""
        return self.payload + _HEADER_BYTES * self.packets


@dataclass(eq=False)
class Window:
    """What was sent since it was opened or last taken."""

    since: float = field(default_factory=time.time)
    seen: dict[Flow, Traffic] = field(default_factory=dict)

    def taken(self) -> dict[Flow, Traffic]:
        """Ends the capture window and begins the next one."""
        _sample_all()
        taken, self.seen, self.since = self.seen, {}, time.time()
        return taken

    def add(self, flow: Flow, opened: float, packets: int, payload: int) -> None:
        """Counts what a connection that was opened at this time sent in one direction."""
        traffic = self.seen.setdefault(flow, Traffic(max(self.since, opened), 0.0))
        traffic.end = time.time()
        traffic.packets += packets
        traffic.payload += payload


class CountedSocket(socket.socket):
    """A connection to a target."""

    def __init__(self, destination: tuple[str, int]) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.setblocking(False)
        self._destination = destination
        self._opened = time.time()
        self._counted = (0, 0, 0, 0)
        _open.add(self)

    def close(self) -> None:
        """Counts what is not counted yet."""
        self.sample()
        _open.discard(self)
        super().close()

    def sample(self) -> None:
        """Adds what was sent since the last time to every window."""
        with suppress(OSError):  # it is closed
            source, port = self.getsockname()
            flow = Flow(source, port, *self._destination)
            numbers = _numbers(self)
            sent, received, packets_out, packets_in = (now - before for now, before in zip(numbers, self._counted, strict=True))
            self._counted = numbers
            for window in _windows if packets_out or not TELLS_NUMBERS else ():
                window.add(flow, self._opened, packets_out, sent)
                window.add(flow.back(), self._opened, packets_in, received)


_open: WeakSet[CountedSocket] = WeakSet()
_windows: set[Window] = set()


@contextmanager
def counted() -> Iterator[Window]:
    """A window for the duration of the block."""
    _sample_all()
    window = Window()
    _windows.add(window)
    try:
        yield window
    finally:
        _windows.discard(window)


async def connected(source: str, address: str, port: int) -> CountedSocket:
    """A connection from an address of this machine, or from any where `source` is empty; raises OSError."""
    made = CountedSocket((address, port))
    try:
        if source:
            made.bind((source, 0))
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made


def _sample_all() -> None:
    for one in list(_open):
        one.sample()


def _numbers(connection: socket.socket) -> tuple[int, int, int, int]:
    """Payload sent and received, packets sent and received, since it was opened."""
    if sys.platform != "linux":
        return 0, 0, 0, 0
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
    received, packets_out, packets_in, sent = _INFO.unpack(told.ljust(_INFO.size, b"\0"))
    return sent, received, packets_out, packets_in
