"""Targets that answer as real programs do, well and badly."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEALTH = "/health"


@dataclass
class Backend:
    """A web server of this test: `seen` are the requests other than health checks, with their headers and bodies."""

    address: str
    port: int = 0
    name: str = ""
    health: int = 200
    seconds: float = 0.0
    connections: int = 0
    checks: list[str] = field(default_factory=list)
    seen: list[tuple[str, str, list[tuple[str, str]], bytes]] = field(default_factory=list)
    clients: set[str] = field(default_factory=set)
    proceed: threading.Event = field(default_factory=threading.Event)

    @property
    def target(self) -> dict[str, object]:
        """It as RegisterTargets names it."""
        return {"Id": self.address, "Port": self.port}


@contextmanager
def answering(name: str = "", address: str = "127.0.0.1", *, health: int = 200, waits: bool = False) -> Iterator[Backend]:
    """A web server that answers with its name; `waits` is whether it answers only once `proceed` is set."""
    backend = Backend(address, name=name, health=health)
    if not waits:
        backend.proceed.set()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            backend.connections += 1

        def do_GET(self) -> None:
            if self.path == HEALTH:
                backend.checks.append(self.headers["User-Agent"])
                self._say(backend.health, b"")
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            backend.clients.add(self.client_address[0])
            backend.seen.append((self.command, self.path, self.headers.items(), body))
            backend.proceed.wait(20)
            self._say(200, backend.name.encode("latin-1"))

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - the names in the base class

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
            """Says nothing."""

    with ThreadingHTTPServer((address, 0), Answer) as server:
        server.daemon_threads = True
        server.block_on_close = False
        backend.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield backend
        finally:
            backend.proceed.set()
            server.shutdown()


@contextmanager
def speaking(talk: Callable[[socket.socket, bytes], None]) -> Iterator[Backend]:
    """A server that passes health checks and says to every other request what `talk` makes of connection and request."""
    backend = Backend("127.0.0.1")

    def serve(connection: socket.socket) -> None:
        with connection:
            backend.connections += 1
            request = _head(connection)
            if f" {HEALTH} ".encode() in request:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            elif request:
                talk(connection, request)

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        backend.port = listening.getsockname()[1]
        threading.Thread(target=accept, daemon=True).start()
        yield backend
        listening.shutdown(socket.SHUT_RDWR)


def _head(connection: socket.socket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        part = connection.recv(65536)
        if not part:
            break
        found += part
    return found
