"""A process that ends what the local cloud's server started once the server is gone, even after SIGKILL.

It reads lines from a pipe that only the server holds open: "+GROUP" for a process group, "-GROUP" when it has ended,
"+/PATH" and "-/PATH" for directories. When the pipe closes, it ends the groups and removes the directories that are left.
It runs as a script of its own, so it imports nothing of this package.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE_SECONDS = 3.0
"""How long a group gets after SIGINT, which PostgreSQL and Redis both answer by ending at once in good order."""

_POLL_SECONDS = 0.05


def watch(lines: Iterable[str]) -> None:
    """Reads until the pipe closes, then cleans up."""
    left: dict[str, None] = {}
    for line in lines:
        if not line.endswith("\n"):
            break  # the server died while it wrote
        sign, name = line[:1], line[1:].strip()
        if sign == "+":
            left[name] = None
        else:
            left.pop(name, None)
    _end([int(name) for name in left if not name.startswith("/")])
    for name in left:
        if name.startswith("/"):
            shutil.rmtree(name, ignore_errors=True)


def _end(groups: list[int]) -> None:
    for group in groups:
        _send(group, signal.SIGINT)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(_send(group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    for group in groups:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Whether the group still exists."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)  # it ends after the server, not with it
    watch(sys.stdin)
