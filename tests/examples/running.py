"""The example as a process, as its Dockerfile starts it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any

from dockerfile_parse import DockerfileParser

from tests.conftest import PROJECT_ROOT

DIRECTORY = PROJECT_ROOT / "examples" / "api"
PATIENCE_SECONDS = 60.0
ADDRESS = "127.0.0.1"


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        found: int = probe.getsockname()[1]
    return found


def until(holds: Callable[[], object]) -> None:
    """Waits until this holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def command() -> list[str]:
    """The command of the Dockerfile, by the Python of the tests."""
    parser = DockerfileParser(path=str(DIRECTORY))
    python, *arguments = json.loads(parser.cmd)
    assert python == "python"
    return [sys.executable, *arguments]


@dataclass
class Example:
    """A running example: its port, its process, and the lines that it writes."""

    port: int
    process: "subprocess.Popen[str]"
    _lines: "Queue[str]" = field(default_factory=Queue)
    seen: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, body and headers of an answer."""
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=PATIENCE_SECONDS)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, body=text, headers={"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            content = response.read().decode()
            is_json = response.getheader("Content-Type", "").startswith("application/json")
            return response.status, json.loads(content) if is_json else content, dict(response.getheaders())
        finally:
            connection.close()

    def line(self, **wanted: object) -> dict[str, Any]:
        """The next line of the log that has these fields."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                text = self._lines.get(timeout=1)
            except Empty:
                continue
            line: dict[str, Any] = json.loads(text)
            if wanted.items() <= line.items():
                return line
        raise AssertionError(f"no line with {wanted} in {self.seen}")

    def end(self) -> int:
        """Sends SIGTERM, and waits for the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def read(self) -> None:
        """Keeps what the process writes, until it ends."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.seen.append(text)
            self._lines.put(text)


@contextmanager
def running(environment: Mapping[str, str], port: int) -> Iterator[Example]:
    """The example with these variables, once it listens or has ended."""
    process = subprocess.Popen(
        command(),
        cwd=DIRECTORY,
        env={**environment, "PORT": str(port), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    example = Example(port, process)
    reader = threading.Thread(target=example.read, daemon=True)
    reader.start()
    try:
        _wait(example)
        yield example
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()


def _wait(example: Example) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while example.process.poll() is None and time.monotonic() < deadline:
        try:
            if example.ask("GET", "/api/v1/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)


def of_this_machine(endpoint: str) -> dict[str, str]:
    """What boto3 needs besides, where a task asks its credentials endpoint."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local-cloud",
        "AWS_SECRET_ACCESS_KEY": "local-cloud",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": os.environ["PATH"],
    }
