"""Processes that end together: found by their group, their session, or the private directory that only they have as TMPDIR.

The end of a family is the end of all its processes, also of those that left their group.
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
    """What these processes have in common."""

    directory: str
    """Their private directory, which goes with them; one whose TMPDIR it is belongs to the family."""
    leader: int | None = None
    """The first process, which leads the group and the session; None before it is known, and after its end."""
    since: float = 0.0
    """When the first process started, in seconds since the epoch."""
    gently: bool = False
    """Whether they get SIGINT, and a while to end in good order, before they are killed."""

    def of(self, leader: int) -> "Family":
        """The family whose first process was started this moment."""
        try:
            since = psutil.Process(leader).create_time()
        except psutil.Error:
            since = time.time()
        return replace(self, leader=leader, since=since)

    def members(self) -> Iterator[psutil.Process]:
        """The living processes of the family, without this one."""
        return (process for process in psutil.process_iter() if self._has(process))

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to each."""
        for process in self.members():
            _send(process, number)

    def _has(self, process: psutil.Process) -> bool:
        """A process that left the session and also replaced its environment is not recognised."""
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


def kill_all(family: Family, known: Collection[psutil.Process] = ()) -> None:
    """Kills a whole family, and `known` processes that are no longer recognised; blocks until none is left, or for a second."""
    for _ in range(_ROUNDS):
        left = [*family.members(), *(process for process in known if _lives(process))]
        if not left:
            return
        for process in left:
            _send(process, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)


def _leaders(pid: int) -> tuple[int, ...]:
    try:
        return os.getpgid(pid), os.getsid(pid)
    except OSError:  # it ended, or this system does not tell
        return ()


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.Error):
        process.send_signal(number)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
