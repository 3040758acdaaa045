"""Starts a program as a container's process: in a session of its own, with nothing of the server but what it is given."""

import asyncio
import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.users import Identity

_UMASK = 0o022
_CANNOT_START = (
    "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task:"
    " OCI runtime create failed: runc create failed: unable to start container process: "
)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What runs, and as whom; `identity` None stands for the server's own user."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    identity: Identity | None

    async def start(self, stdout: int, stderr: int) -> asyncio.subprocess.Process:
        """Starts it with these file descriptors as its output.

        Raises:
            CannotStartError: there is no such program, or it cannot be run.
        """
        who = self.identity
        try:
            return await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=dict(self.environment),
                cwd=self.directory,
                start_new_session=True,
                umask=_UMASK,
                user=None if who is None else who.user,
                group=None if who is None else who.group,
                extra_groups=None if who is None else [],
            )
        except (OSError, ValueError) as error:
            raise CannotStartError(_CANNOT_START + self._words(error)) from error

    def give(self, descriptor: int) -> None:
        """Makes a pipe the user's own, so that it can be opened again as /dev/stdout."""
        if self.identity is not None:
            os.fchown(descriptor, self.identity.user, self.identity.group)

    def _words(self, error: OSError | ValueError) -> str:
        name = self.command[0]
        if isinstance(error, ValueError):
            return f'exec: "{name}": {error}: unknown'
        if error.errno == errno.ENOENT and not self.directory.is_dir():
            return f'chdir to cwd ("{self.directory}"): no such file or directory: unknown'
        if error.errno == errno.ENOENT:
            return (
                f'exec: "{name}": stat {name}: no such file or directory: unknown'
                if "/" in name
                else f'exec: "{name}": executable file not found in $PATH: unknown'
            )
        if error.errno == errno.ENOEXEC:
            return f"exec {name}: exec format error: unknown"
        return f'exec: "{name}": {os.strerror(error.errno or 0).lower()}: unknown'
