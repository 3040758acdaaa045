"""The life of one Prometheus server, and what is written to it and asked of it."""

import http.client
import json
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import cramjam

from tradingbot_infra.local_cloud.data_stores.processes import Program, forget_directory, give, new_directory
from tradingbot_infra.local_cloud.prometheus.errors import PrometheusError, QueryError
from tradingbot_infra.local_cloud.prometheus.messages import write_request
from tradingbot_infra.local_cloud.prometheus.samples import Sample

QUERY_SECONDS = 20
"""How long CloudWatch lets a query take (CloudWatch User Guide, "PromQL limits and restrictions")."""

_HOST = "127.0.0.1"
_START_SECONDS = 30.0
_POLL_SECONDS = 0.05
_TIMEOUT_SECONDS = 60.0
_STARTS = 3
"""How often a start is tried: another program may take the free port meanwhile."""
_BATCH = 5000
"""Samples of one remote write."""
_CONFIGURATION = "storage:\n  tsdb:\n    out_of_order_time_window: 30d\n"
_RETENTION = "456d"
"""Fifteen months, as CloudWatch keeps metrics."""
_NO_CONTENT = 204


@dataclass(frozen=True)
class Series:
    """One series of an answer. Points are seconds since the epoch and values; what is a histogram has none."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float:
        """The newest value."""
        return self.points[-1][1]


def missing() -> str:
    """One line on what to install before `PrometheusServer` can start; empty when it is there."""
    return (
        ""
        if _program()
        else "Metrics need Prometheus: `apt-get install prometheus` on Debian and Ubuntu, `brew install prometheus` on macOS"
    )


class PrometheusServer:
    """A Prometheus on a free port of this machine, which ends with this process in whatever way that ends. For any thread."""

    def __init__(self) -> None:
        """Starts it, empty, and waits until it answers.

        Raises:
            PrometheusError: it is not installed, ended, or does not answer in time.
        """
        program = _program()
        if program is None:
            raise PrometheusError(missing())
        self.directory = new_directory("prometheus")
        configuration = self.directory / "prometheus.yml"
        configuration.write_text(_CONFIGURATION, encoding="utf-8")
        give(configuration)
        # Whoever else took the port meanwhile does not answer below this path.
        self._prefix = f"/{secrets.token_hex(8)}"
        for _ in range(_STARTS):
            self.port = free_port()
            self._program = Program(self._command(program, configuration), directory=self.directory, log=self.directory / "log")
            if self._starts():
                return
        words = self._program.last_words
        self.remove()
        raise PrometheusError(f"Prometheus does not start: {words}")

    @property
    def address(self) -> str:
        """Its URL."""
        return f"http://{_HOST}:{self.port}{self._prefix}"

    @property
    def is_running(self) -> bool:
        """Whether the process exists."""
        return self._program.is_running

    def remove(self) -> None:
        """Ends it; its data is lost."""
        self._program.stop(signal.SIGTERM)
        shutil.rmtree(self.directory, ignore_errors=True)
        forget_directory(self.directory)

    def write(self, samples: Iterable[Sample]) -> None:
        """Stores samples of whatever order; values may be older than what is there by 30 days, histograms must be newer.

        Raises:
            PrometheusError: it did not take them.
        """
        ordered = sorted(samples, key=lambda sample: sample.at)
        for batch in (ordered[first : first + _BATCH] for first in range(0, len(ordered), _BATCH)):
            status, words = self._request(
                "POST",
                "/api/v1/write",
                bytes(cramjam.snappy.compress_raw(write_request(batch))),
                {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"},
            )
            if status != _NO_CONTENT:
                raise PrometheusError(f"Prometheus did not take what was written: {words.decode(errors='replace').strip()}")

    def query(self, expression: str, at: float) -> list[Series]:
        """What an expression returns at a moment, in seconds since the epoch. Raises QueryError."""
        data = self.ask("query", query=expression, time=at)
        if data["resultType"] in ("scalar", "string"):
            return [Series({}, (_point(data["result"]),))]
        return [Series(each["metric"], (_point(each["value"]),) if "value" in each else ()) for each in data["result"]]

    def query_range(self, expression: str, start: float, end: float, step: float) -> list[Series]:
        """What an expression returns from `start` to `end`, every `step` seconds. Raises QueryError."""
        data = self.ask("query_range", query=expression, start=start, end=end, step=step)
        return [Series(each["metric"], tuple(_point(point) for point in each.get("values", ()))) for each in data["result"]]

    def ask(self, operation: str, **parameters: object) -> Any:
        """The `data` of what Prometheus's HTTP API answers to `query`, `query_range`, `series`, `labels` and others.

        Raises:
            QueryError: it refused.
        """
        status, body = self._request(
            "POST" if not operation.startswith("label/") else "GET",
            f"/api/v1/{operation}",
            urlencode(parameters, doseq=True).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            answer = json.loads(body)
        except ValueError:
            raise QueryError(status, "internal", body.decode(errors="replace").strip()) from None
        if answer["status"] != "success":
            raise QueryError(status, answer["errorType"], answer["error"])
        return answer["data"]

    def _command(self, program: Path, configuration: Path) -> list[str | Path]:
        return [
            program,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--storage.tsdb.retention.time={_RETENTION}",
            f"--web.listen-address={_HOST}:{self.port}",
            f"--web.route-prefix={self._prefix}",
            "--web.enable-remote-write-receiver",
            "--enable-feature=native-histograms",
            f"--query.timeout={QUERY_SECONDS}s",
            "--log.level=warn",
        ]

    def _starts(self) -> bool:
        """Waits until it answers; False if it ended, or did not answer in time and was ended."""
        deadline = time.monotonic() + _START_SECONDS
        while self._program.is_running and time.monotonic() < deadline:
            try:
                if self._request("GET", "/-/ready", b"", {})[0] == http.client.OK:
                    return True
            except PrometheusError:
                pass  # it does not listen yet
            time.sleep(_POLL_SECONDS)
        self._program.stop(signal.SIGTERM)
        return False

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of an answer. Raises PrometheusError where there is none."""
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, self._prefix + path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise PrometheusError(f"Prometheus does not answer: {error}") from error
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[PrometheusServer]:
    """A Prometheus that is removed at the end of the block."""
    server = PrometheusServer()
    try:
        yield server
    finally:
        server.remove()


def free_port() -> int:
    """A port of this machine that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def _program() -> Path | None:
    found = shutil.which("prometheus")
    return Path(found) if found else None


def _point(pair: tuple[float, str]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])
