"""What a container's process writes, carried from its two pipes to the log driver."""

import asyncio
import os

from tradingbot_infra.local_cloud.fargate.awslogs import LogDriver
from tradingbot_infra.local_cloud.fargate.lines import Lines
from tradingbot_infra.local_cloud.fargate.program import Program

_CHUNK_BYTES = 65_536
_OPEN_SECONDS = 5.0
"""How long a pipe may stay open without a byte after every known process was killed; only a process that escaped holds it."""


class Output:
    """Standard output and standard error of one process; lines of one do not mix with lines of the other."""

    def __init__(self, driver: LogDriver) -> None:
        self._driver = driver
        self._pumps: list[_Pump] = []

    async def start(self, program: Program) -> asyncio.subprocess.Process:
        """Starts a program that writes here; raises CannotStartError as `Program.start` does."""
        pipes = [os.pipe(), os.pipe()]
        try:
            for _, write in pipes:
                program.give(write)
            process = await program.start(pipes[0][1], pipes[1][1])
        except BaseException:
            for read, _ in pipes:
                os.close(read)
            raise
        finally:
            for _, write in pipes:
                os.close(write)
        self._pumps = [_Pump(read, self._driver) for read, _ in pipes]
        return process

    async def finish(self) -> None:
        """Waits until everything that was written is stored. For a container whose processes were killed."""
        pending = {pump.task: pump for pump in self._pumps}
        while pending:
            done, _ = await asyncio.wait(pending, timeout=_OPEN_SECONDS)
            stuck = [task for task, pump in pending.items() if not done and pump.waits_for_bytes]
            for task in stuck:
                task.cancel()
            for task in (*done, *stuck):
                del pending[task]
        await self._driver.close()


class _Pump:
    """Carries one pipe to the driver, line by line, until the last writer is gone."""

    def __init__(self, descriptor: int, driver: LogDriver) -> None:
        self.waits_for_bytes = False
        self._driver = driver
        self.task = asyncio.create_task(self._run(descriptor))

    async def _run(self, descriptor: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
        )
        lines = Lines()
        try:
            while data := await self._read(reader):
                for event in lines.feed(data):
                    await self._driver.put(event)
            for event in lines.close():
                await self._driver.put(event)
        finally:
            transport.close()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        self.waits_for_bytes = True
        data = await reader.read(_CHUNK_BYTES)
        self.waits_for_bytes = False
        return data
