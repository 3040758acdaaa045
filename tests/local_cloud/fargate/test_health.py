"""The health check of a container definition."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.fargate.task import container, in_background, python, spec
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.local_cloud.fargate.container import Container

pytestmark = pytest.mark.local_cloud

_SLEEP = python("import time; time.sleep(600)")


def health_of(*command: str, wanted: str, check: dict[str, Any], ports: tuple[int, ...] = ()) -> str:
    """The health that a container reaches; what it has after a while when that is not `wanted`."""
    mappings = [{"containerPort": port} for port in ports]

    async def whole() -> str:
        one = container(spec(*(command or _SLEEP), healthCheck={"interval": 4, **check}, portMappings=mappings))
        await one.start()
        try:
            await _reaches(one, wanted)
            return one.health
        finally:
            await one.stop()

    return in_background(whole())


def test_a_command_that_succeeds_makes_it_healthy() -> None:
    assert health_of(wanted="HEALTHY", check={"command": ["CMD", "python3", "-c", "pass"]}) == "HEALTHY"
    assert health_of(wanted="HEALTHY", check={"command": ["CMD-SHELL", "exit 0"]}) == "HEALTHY"


@pytest.mark.parametrize("command", [["CMD-SHELL", "exit 1"], ["CMD", "no-such-program"]])
def test_a_command_that_fails_again_and_again_makes_it_unhealthy(command: list[str]) -> None:
    assert health_of(wanted="UNHEALTHY", check={"command": command, "retries": 2}) == "UNHEALTHY"


def test_a_command_that_takes_too_long_fails() -> None:
    assert health_of(wanted="UNHEALTHY", check={"command": ["CMD-SHELL", "sleep 600"], "timeout": 1, "retries": 1}) == "UNHEALTHY"


def test_without_a_check_nothing_is_known() -> None:
    async def whole() -> str:
        one = container(spec(*_SLEEP, healthCheck={"command": ["NONE"]}))
        await one.start()
        await one.stop()
        return one.health

    assert in_background(whole()) == "UNKNOWN"


def test_failures_of_the_start_period_do_not_count(tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    command = ["CMD-SHELL", f"echo x >> {tries}; exit 1"]

    async def whole() -> str:
        one = container(spec(*_SLEEP, healthCheck={"command": command, "interval": 4, "retries": 1, "startPeriod": 300}))
        await one.start()
        while not tries.exists() or len(tries.read_text(encoding="utf-8")) < 4:
            await asyncio.sleep(0.05)
        await one.stop()
        return one.health

    assert in_background(whole()) == "UNKNOWN"


@pytest.mark.parametrize(
    "command",
    [
        ["CMD-SHELL", "python3 -I -c \"import urllib.request as u; u.urlopen('http://localhost:8001/health')\" || exit 1"],
        ["CMD", "python3", "-c", "import urllib.request as u; port = 8001; u.urlopen(f'http://127.0.0.1:{port}/health')"],
    ],
)
def test_a_check_of_localhost_reaches_its_own_task(command: list[str]) -> None:
    check = {"command": command, "timeout": 20, "retries": 60}
    assert health_of(*placeholder_command(8001, "/health"), wanted="HEALTHY", check=check, ports=(8001,)) == "HEALTHY"


async def _reaches(one: Container, wanted: str) -> None:
    for _ in range(1_000):
        if one.health == wanted:
            return
        await asyncio.sleep(0.02)
