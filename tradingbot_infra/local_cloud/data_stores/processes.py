"""Programs that run beside the local cloud's server and end with it, in whatever way it ends."""

import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tradingbot_infra.local_cloud.watchdog.families import Family
from tradingbot_infra.local_cloud.watchdog.guard import GUARD

STOP_SECONDS = 10.0
"""How long a program gets to end by itself before it is killed."""

_UNPRIVILEGED = ("postgres", "nobody")
_WAIT_FOR_A_LINE = 'read line && exec "$@"'
"""A shell script: the program begins only once the watchdog knows it, and never if the server is gone before."""


@dataclass(frozen=True)
class Account:
    """The user of this machine that programs run as."""

    user: int
    group: int


@cache
def account() -> Account | None:
    """Whom to run as when the server is root, which PostgreSQL refuses to be; None for the server's own user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _UNPRIVILEGED if name in known)
    return Account(entry.pw_uid, entry.pw_gid)


def new_directory(prefix: str) -> Path:
    """An empty directory for a program's data, which goes with the server.

    It is in TMPDIR, which the server has of its own, unless programs run as another user, who might not reach that.
    """
    who = account()
    path = Path(tempfile.mkdtemp(prefix=f"local-cloud-{prefix}-", dir="/tmp" if who else None))  # noqa: S108 - mkdtemp is safe there
    GUARD.watch(_family(path))
    give(path)
    return path


def forget_directory(path: Path) -> None:
    """To be called after the directory was removed."""
    GUARD.forget(_family(path))


def give(*paths: Path) -> None:
    """Makes files that the server wrote the property of whom the programs run as."""
    who = account()
    for path in paths if who else ():
        os.chown(path, who.user, who.group)  # type: ignore[union-attr] # there are no paths without `who`


class Program:
    """A program that runs in a process group of its own; one at a time in a directory of `new_directory`."""

    def __init__(self, command: Sequence[str | Path], *, directory: Path, log: Path) -> None:
        """Starts it; what it prints is appended to `log`."""
        with log.open("ab") as output:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                ["/bin/sh", "-c", _WAIT_FOR_A_LINE, "sh", *map(str, command)],
                cwd=directory,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_as_account(),
            )
        self._log = log
        self._family = _family(directory)
        GUARD.watch(self._family.of(self.pid))
        self._is_watched = True
        self._go()

    @property
    def pid(self) -> int:
        """The number of the process and of its group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        if self._process.poll() is None:
            return True
        self._ended()
        return False

    @property
    def last_words(self) -> str:
        """The last line that it printed."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def wait(self, seconds: float) -> int:
        """Its exit code; raises subprocess.TimeoutExpired if it goes on for longer than that."""
        code = self._process.wait(seconds)
        self._ended()
        return code

    def stop(self, by: signal.Signals) -> None:
        """Ends it by a signal, or kills it and all that it started after STOP_SECONDS."""
        with suppress(ProcessLookupError):
            self._process.send_signal(by)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait(STOP_SECONDS)

    def _go(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError), self._process.stdin as channel:
            channel.write(b"go\n")

    def _ended(self) -> None:
        if self._is_watched:  # only once: another program may run in the directory by now
            GUARD.watch(self._family)  # the number may be another program's soon
        self._is_watched = False


def _family(directory: Path) -> Family:
    return Family(str(directory), gently=True)


def _as_account() -> Mapping[str, Any]:
    who = account()
    return {"user": who.user, "group": who.group, "extra_groups": []} if who else {}


def _environment() -> dict[str, str]:
    """No settings of the server's own reach a program."""
    return {"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"}
