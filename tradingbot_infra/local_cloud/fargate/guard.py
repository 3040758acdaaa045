"""The local cloud's side of the watchdog: tells it what runs, and starts it when the first container starts."""

import subprocess
import sys
import threading

from tradingbot_infra.local_cloud.fargate.processes import Family
from tradingbot_infra.local_cloud.fargate.watchdog import line
from tradingbot_infra.local_cloud.place import PROJECT_ROOT


class Guard:
    """Tells the watchdog what runs. A watchdog that ended is started again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Family] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None

    def watch(self, family: Family) -> None:
        """From now on the end of this process ends that container too; a family that is watched already is replaced."""
        with self._lock:
            self._running[family.directory] = family
            self._tell(family, runs=True)

    def forget(self, family: Family) -> None:
        """The container ended."""
        with self._lock:
            self._running.pop(family.directory, None)
            self._tell(family, runs=False)

    def _tell(self, family: Family, *, runs: bool) -> None:
        if self._watchdog is None or self._watchdog.poll() is not None:
            self._replace()
        try:
            self._send(line(family, runs=runs))
        except OSError:  # it ended between the look and the write
            self._replace()

    def _replace(self) -> None:
        if self._watchdog is not None:
            self._close()
        self._watchdog = _started()
        for family in self._running.values():
            self._send(line(family, runs=True))

    def _close(self) -> None:
        assert self._watchdog is not None  # noqa: S101 - it ended
        assert self._watchdog.stdin is not None  # noqa: S101 - it is a pipe
        self._watchdog.stdin.close()
        self._watchdog.wait()

    def _send(self, text: str) -> None:
        assert self._watchdog is not None  # noqa: S101 - _replace starts it
        assert self._watchdog.stdin is not None  # noqa: S101 - it is a pipe
        self._watchdog.stdin.write(text.encode())


def _started() -> subprocess.Popen[bytes]:
    watchdog = subprocess.Popen(
        [sys.executable, "-m", "tradingbot_infra.local_cloud.fargate.watchdog"],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    assert watchdog.stdout is not None  # noqa: S101 - it is a pipe
    with watchdog.stdout as output:
        output.readline()  # until it is ready, or ended
    return watchdog


GUARD = Guard()
"""The one of this process."""
