"""Servers that really listen on this machine, and answer as the API does."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PATH = "/api/v1/health"
HOST = "api.example.com"


class _Handler(BaseHTTPRequestHandler):
    """200 on the health path for whoever names an agent, 503 elsewhere."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == PATH and self.headers["User-Agent"] else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server, which speaks TLS with a context."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that refuses our certificate is no news
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def self_signed(directory: Path) -> Path:
    """A certificate of HOST that nobody else has signed, and its key, in one file."""
    words = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}")
    files = ("-keyout", str(directory / "key"), "-out", str(directory / "certificate"))
    subprocess.run(["openssl", *words, *names, *files], check=True, capture_output=True)  # noqa: S607 - whichever openssl there is
    both = directory / "both"
    both.write_text((directory / "key").read_text() + (directory / "certificate").read_text(), encoding="utf-8")
    return both
