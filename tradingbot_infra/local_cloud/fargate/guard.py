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
        self._watchdog: subprocess.Popen[str] | None = None

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
        try:
            self._write(line(family, runs=runs))
        except OSError:
            self._watchdog = None
            self._write("".join(line(one, runs=True) for one in self._running.values()))

    def _write(self, text: str) -> None:
        if self._watchdog is None or self._watchdog.poll() is not None:
            self._watchdog = _started()
            text = "".join(line(one, runs=True) for one in self._running.values()) + text
        assert self._watchdog.stdin is not None  # noqa: S101 - it is a pipe
        self._watchdog.stdin.write(text)
        self._watchdog.stdin.flush()


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tradingbot_infra.local_cloud.fargate.watchdog"],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


GUARD = Guard()
"""The one of this process."""
