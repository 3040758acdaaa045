"""The user that a container runs as: that of the container definition, where this machine can run it as that user."""

import logging
import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LOG = logging.getLogger(__name__)
_CHECK = 'for path; do test -r "$path" && test -x "$path" || exit 1; done'
_CHECK_SECONDS = 10


@dataclass(frozen=True)
class Identity:
    """Numbers of a user and a group."""

    user: int
    group: int


def identity(user: str, *needed: Path) -> Identity | None:
    """The user to become for a container's `user` ("1000", "1000:1000", "name"); None to stay who we are, which is logged once.

    `needed` are the programs and directories that the user must be able to read and enter, besides this project's Python.
    """
    wanted = _parsed(user) if user else None
    if not user or (wanted is not None and wanted.user == os.getuid()):
        return None
    if wanted is None or not _may_become(wanted, (Path(sys.executable), Path(__file__).parent / "container_files", *needed)):
        _say_once(user)
        return None
    return wanted


def _parsed(user: str) -> Identity | None:
    """Numbers as they are; names as this machine knows them, because nothing knows those of the image."""
    name, _, group = user.partition(":")
    if name.isdecimal() and (not group or group.isdecimal()):
        return Identity(int(name), int(group or _group_of(int(name))))
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Identity(entry.pw_uid, int(group) if group.isdecimal() else entry.pw_gid)


def _group_of(user: int) -> int:
    """Docker gives a user that /etc/passwd of the image does not list the group 0."""
    return os.getgid() if user == os.getuid() else 0


@cache
def _may_become(wanted: Identity, needed: tuple[Path, ...]) -> bool:
    if os.getuid() != 0:
        return False
    command = ["/bin/sh", "-c", _CHECK, "sh", *map(str, needed)]
    tried = subprocess.run(
        command,
        user=wanted.user,
        group=wanted.group,
        extra_groups=[],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=_CHECK_SECONDS,
        check=False,
    )
    return tried.returncode == 0


@cache
def _say_once(user: str) -> None:
    _LOG.warning("Containers of user %s run as user %s: this machine cannot run them as that user", user, os.getuid())
