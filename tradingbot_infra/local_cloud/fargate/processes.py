"""The processes of a container: found by their group, their session, or the private directory that only they have as TMPDIR.

A container's end is the end of all its processes, also of those that left their group. Standard library and psutil only: the
watchdog imports this.
"""

import os
import signal
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import psutil

_ROUNDS = 50
_PAUSE_SECONDS = 0.02
_CLOCK_SECONDS = 2.0
"""By how much start times may differ between processes that ask: Linux tells them from the boot, whose time is in whole seconds."""


@dataclass(frozen=True)
class Family:
    """What the processes of one container have in common."""

    directory: str
    """The container's private directory: the TMPDIR of its first process, which the others inherit."""
    leader: int | None = None
    """The first process, which leads the group and the session; None before it is known."""
    since: float = 0.0
    """When the first process started, in seconds since the epoch."""

    def of(self, leader: int) -> "Family":
        """The family whose first process was started this moment."""
        try:
            since = psutil.Process(leader).create_time()
        except psutil.Error:
            since = time.time()
        return replace(self, leader=leader, since=since)

    def has(self, process: psutil.Process) -> bool:
        """Whether a living process belongs to the container.

        A process that left the session and also replaced its environment is not recognised.
        """
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return self._leads(process) or process.environ().get("TMPDIR") == self.directory
        except (psutil.Error, OSError):
            return False

    def _leads(self, process: psutil.Process) -> bool:
        """Another process may have the leader's number by now: one that started earlier or later leads another session."""
        if self.leader is None or self.leader not in _leaders(process.pid):
            return False
        start = process.create_time()
        return abs(start - self.since) < _CLOCK_SECONDS if process.pid == self.leader else start > self.since - _CLOCK_SECONDS


def _leaders(pid: int) -> tuple[int, ...]:
    try:
        return os.getpgid(pid), os.getsid(pid)
    except OSError:  # it ended, or this system does not tell
        return ()


def kill_all(family: Family, known: Collection[psutil.Process] = ()) -> None:
    """Kills every process of a container, and `known` ones that are no longer recognised; blocks until none is left, or for a second."""
    for _ in range(_ROUNDS):
        left = [*_members(family), *(process for process in known if _lives(process))]
        if not left:
            return
        for process in left:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)


def tree(pid: int) -> list[psutil.Process]:
    """A process and those that descend from it; empty when it ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def resident_bytes(processes: Collection[psutil.Process]) -> int:
    """The memory that processes hold; pages that they share count for each of them."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _members(family: Family) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if family.has(process))


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
