"""The local cloud's side of the watchdog: tells it what runs, and starts it when the first family needs it."""

import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from tradingbot_infra.local_cloud.place import PROJECT_ROOT
from tradingbot_infra.local_cloud.watchdog.families import Family
from tradingbot_infra.local_cloud.watchdog.lines import line


class Guard:
    """Tells the watchdog what runs. Where it ended, another one is started, which hears of everything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[str, Family] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None

    def watch(self, family: Family) -> None:
        """From now on the end of this process ends that family too; one of the same directory is replaced."""
        with self._lock:
            self._watched[family.directory] = family
            self._tell(line(family, runs=True))

    def forget(self, family: Family) -> None:
        """Nothing of it is left."""
        with self._lock:
            self._watched.pop(family.directory, None)
            self._tell(line(family, runs=False))

    def _tell(self, text: str) -> None:
        with suppress(OSError):  # it ended
            if self._watchdog is not None:
                _input(self._watchdog).write(text.encode())
                return
        self._replace()

    def _replace(self) -> None:
        if self._watchdog is not None:
            _input(self._watchdog).close()
            self._watchdog.wait()
        self._watchdog = _started()
        _input(self._watchdog).write("".join(line(family, runs=True) for family in self._watched.values()).encode())


def _started() -> subprocess.Popen[bytes]:
    watchdog = subprocess.Popen(
        [sys.executable, "-m", "tradingbot_infra.local_cloud.watchdog"],
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


def _input(watchdog: subprocess.Popen[bytes]) -> IO[bytes]:
    assert watchdog.stdin is not None  # noqa: S101 - it is a pipe
    return watchdog.stdin


GUARD = Guard()
"""The one of this process."""
