"""Output of a process: nothing is lost because the log is slow, and nothing waits for a process that escaped."""

import asyncio
import os
from pathlib import Path

from tests.local_cloud.fargate.task import in_background
from tradingbot_infra.local_cloud.fargate.output import Output
from tradingbot_infra.local_cloud.fargate.program import Program


class SlowDriver:
    """Takes the first line after a pause."""

    def __init__(self, pause: float) -> None:
        self.taken: list[str] = []
        self._pause = pause

    async def open(self) -> None:
        pass

    async def put(self, event: str) -> None:
        if not self.taken:
            await asyncio.sleep(self._pause)
        self.taken.append(event)

    async def close(self) -> None:
        pass


def written(script: str, *, pause: float) -> list[str]:
    """What arrives of a shell script's output when `finish` is called after its end."""
    driver = SlowDriver(pause)
    program = Program(command=["/bin/sh", "-c", script], environment={"PATH": os.environ["PATH"]}, directory=Path("/"), identity=None)

    async def whole() -> None:
        output = Output(driver)
        process = await output.start(program)
        await process.wait()
        await output.finish()

    in_background(whole())
    return driver.taken


def test_a_log_that_is_slow_for_longer_than_a_pipe_may_stay_open_loses_nothing() -> None:
    assert written("echo one; echo two", pause=7) == ["one", "two"]


def test_a_process_that_escaped_and_holds_the_pipe_is_not_waited_for() -> None:
    assert written("echo one; setsid sleep 20 & exit 0", pause=0) == ["one"]
