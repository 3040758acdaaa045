"""The health check of a container definition, run as Docker runs it.

Source: ECS API reference, HealthCheck: interval 30, timeout 5, retries 3, no start period; failures within the start period do not
count. ECS does not read a HEALTHCHECK of the image.
"""

import asyncio
import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.program import Program

Health = Literal["HEALTHY", "UNHEALTHY", "UNKNOWN"]
"""ECS's healthStatus of a container."""

_LEAST_TIMEOUT_SECONDS = 5.0
"""The command is a real program, which a busy machine starts slowly."""


class HealthCheck:
    """Runs a health check's command again and again. Without one, `health` stays UNKNOWN."""

    def __init__(self, check: Mapping[str, Any]) -> None:
        self.health: Health = "UNKNOWN"
        self._command: Sequence[str] = check.get("command", ["NONE"])
        self._interval = float(check.get("interval") or 30)
        self._timeout = float(check.get("timeout") or 5)
        self._retries = int(check.get("retries") or 3)
        self._start_period = float(check.get("startPeriod") or 0)

    @property
    def exists(self) -> bool:
        """Whether there is a command to run."""
        return bool(self._command) and self._command[0] != "NONE"

    async def run(self, program: Program, address: str, ports: Sequence[int]) -> None:
        """Checks until cancelled. `program` is the container's, whose environment and user the command gets."""
        check = replace(program, command=[_here(word, address, ports) for word in self._words()])
        started, failures = time.monotonic(), 0
        while True:
            await clock.sleep(self._interval)
            young = time.monotonic() - started < clock.scaled(self._start_period, least=clock.PROGRAM_START_SECONDS)
            if await self._succeeds(check):
                failures, self.health = 0, "HEALTHY"
            elif self.health != "UNKNOWN" or not young:
                failures += 1
                if failures >= self._retries:
                    self.health = "UNHEALTHY"

    async def _succeeds(self, check: Program) -> bool:
        try:
            process = await check.start(asyncio.subprocess.DEVNULL, asyncio.subprocess.DEVNULL)
        except CannotStartError:
            return False
        try:
            # Not wait_for: until Python 3.12 it loses a cancellation that comes at the moment of the end.
            async with asyncio.timeout(clock.scaled(self._timeout, least=_LEAST_TIMEOUT_SECONDS)):
                return await process.wait() == 0
        except TimeoutError:
            return False
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)

    def _words(self) -> list[str]:
        kind, *words = self._command
        if kind == "CMD-SHELL":
            return ["/bin/sh", "-c", " ".join(words)]
        return words if kind == "CMD" else [kind, *words]


def _here(word: str, address: str, ports: Sequence[int]) -> str:
    """The word with the task's own address where it names the container's loopback and one of its ports."""
    for port in ports:
        word = re.sub(rf"(?<![\w.])(?:localhost|127\.0\.0\.1|0\.0\.0\.0):{port}(?!\d)", f"{address}:{port}", word)
    return word
