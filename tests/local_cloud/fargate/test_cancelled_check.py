"""A health check whose container ends at the moment its command does."""

import asyncio
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud.fargate.health import HealthCheck
from tradingbot_infra.local_cloud.fargate.program import Program


class Ending:
    """A process that ends with success when it is told to."""

    returncode = 0

    def __init__(self, end: asyncio.Event) -> None:
        self.end = end
        self.waited_for = asyncio.Event()

    async def wait(self) -> int:
        """The exit code."""
        self.waited_for.set()
        await self.end.wait()
        return 0


@pytest.mark.parametrize("steps", range(6))
def test_a_check_ends_with_its_container_however_near_the_end_of_its_command_is(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    async def whole() -> bool:
        process = Ending(asyncio.Event())

        async def start(*_: object) -> Ending:
            process.end.clear()
            return process

        monkeypatch.setattr(Program, "start", start)
        program = Program(command=["true"], environment={}, directory=Path("/"), identity=None)
        check = asyncio.create_task(HealthCheck({"command": ["CMD", "true"], "interval": 0.001, "timeout": 600}).run(program, "", ()))
        await process.waited_for.wait()
        process.end.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        check.cancel()
        await asyncio.wait([check], timeout=0.5)
        return check.done()

    assert asyncio.run(whole()), "the check goes on, and nobody ever ends the container"
