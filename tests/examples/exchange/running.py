"""The made-up exchange as a process."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.conftest import PROJECT_ROOT
from tests.examples.running import free_port

DIRECTORY = PROJECT_ROOT / "examples" / "exchange"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class FakeExchange:
    """A running exchange."""

    port: int

    @property
    def url(self) -> str:
        """What EXCHANGE_URL has."""
        return f"http://127.0.0.1:{self.port}"

    def switch(self, **faults: object) -> None:
        """Switches these faults on, and all others off."""
        assert self.ask("PUT", "/admin/faults", faults)[0] == 200

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, object]:
        """Status and JSON of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def exchange_running(period_seconds: float = 20) -> Iterator[FakeExchange]:
    """An exchange with a fresh account, once it answers; `period_seconds` is the length of a wave of prices."""
    exchange = FakeExchange(free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "fake_exchange"],
        cwd=DIRECTORY,
        env={
            "PATH": os.environ["PATH"],
            "PORT": str(exchange.port),
            "PRICE_PERIOD_SECONDS": str(period_seconds),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                exchange.ask("GET", "/admin/faults")
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield exchange
    finally:
        process.kill()
        process.wait()
