"""The end of a container is the end of all its processes; the end of the local cloud is the end of all containers."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.local_cloud.fargate.task import container, in_background, python, run, spec, until
from tradingbot_infra.local_cloud.fargate.container import Exit
from tradingbot_infra.local_cloud.place import PROJECT_ROOT

pytestmark = pytest.mark.local_cloud

_WITH_A_CHILD = """
import os, subprocess, sys, time
settings = {"start_new_session": "session" in sys.argv, "env": {"PATH": os.environ["PATH"]} if "bare" in sys.argv else None}
child = subprocess.Popen(["python3", "-c", "import time; time.sleep(600)"], **settings)
with open(sys.argv[1] + ".new", "w") as file: file.write(str(child.pid))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600 if "stays" in sys.argv else 0)
"""
_SERVER = """
import asyncio, sys
from tests.local_cloud.fargate.task import container, python, spec
from tradingbot_infra.local_cloud import background

async def start():
    one = container(spec(*python(sys.argv[2], sys.argv[1], "stays", "session")))
    await one.start()

background.spawn(start()).result()
input()
"""


@pytest.mark.parametrize("how", [(), ("session",), ("bare",)])
def test_what_the_first_process_leaves_behind_ends_with_it(tmp_path: Path, how: tuple[str, ...]) -> None:
    assert run(spec(*python(_WITH_A_CHILD, str(tmp_path / "pid"), *how))) == Exit(0, "")
    assert not _lives(int((tmp_path / "pid").read_text()))


def test_a_child_that_left_the_session_and_its_environment_is_known_from_before(tmp_path: Path) -> None:
    async def whole() -> None:
        one = container(spec(*python(_WITH_A_CHILD, str(tmp_path / "pid"), "session", "bare", "stays")))
        await one.start()
        await until(tmp_path / "pid")
        await asyncio.sleep(1.5)  # it is remembered once a second
        await one.stop()

    in_background(whole())
    assert not _lives(int((tmp_path / "pid").read_text()))


def test_too_much_memory_ends_the_container() -> None:
    source = "held = bytearray(b'x' * 300_000_000); import time; time.sleep(600)"
    assert run(spec(*python(source), task={"memory": "256"})) == Exit(137, "OutOfMemoryError: Container killed due to memory usage")


def test_the_memory_of_children_counts() -> None:
    source = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = "held = bytearray(b'x' * 300_000_000); import time; time.sleep(600)"
    assert run(spec(*python(source, child), task={"memory": "512"}, memory=256)).code == 137


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_container_outlives_the_local_cloud_however_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(tmp_path / "pid"), _WITH_A_CHILD],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        _await(lambda: (tmp_path / "pid").exists())
        child = int((tmp_path / "pid").read_text())
        first = psutil.Process(child).parent()
        assert first is not None
        server.send_signal(number)
        server.wait(timeout=60)
        _await(lambda: not _lives(child) and not _lives(first.pid))
        _await(lambda: not list(tmp_path.glob("task-*")))
    finally:
        server.kill()
        server.communicate()


def test_a_container_that_does_not_start_leaves_no_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(Exception, match="executable file not found"):
        run(spec("no-such-program"))
    assert list(tmp_path.iterdir()) == []


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
