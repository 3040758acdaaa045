"""The process that ends what a local cloud's server started."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud.data_stores import watchdog


@pytest.fixture
def sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["sleep", "600"], start_new_session=True)  # noqa: S607 - POSIX


def watch(*lines: str) -> None:
    """The watchdog's whole life: it reads these lines, and then the server ends."""
    subprocess.run([sys.executable, "-I", watchdog.__file__], input="".join(lines), text=True, check=True, timeout=60)


def test_groups_end_and_directories_go_with_the_server(sleeper: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    watch(f"+{sleeper.pid}\n", f"+{data}\n")
    assert sleeper.wait(10) != 0
    assert not data.exists()


def test_what_does_not_listen_is_killed() -> None:
    deaf = subprocess.Popen(["/bin/sh", "-c", "trap '' INT TERM; echo; sleep 600"], start_new_session=True, stdout=subprocess.PIPE)
    with deaf:
        try:
            assert deaf.stdout is not None
            deaf.stdout.readline()
            watch(f"+{deaf.pid}\n")
            assert deaf.wait(10) == -signal.SIGKILL
        finally:
            with suppress(ProcessLookupError):
                os.killpg(deaf.pid, signal.SIGKILL)


def test_what_ended_before_is_left_alone(sleeper: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    watch(f"+{sleeper.pid}\n", f"+{tmp_path}\n", f"-{sleeper.pid}\n", f"-{tmp_path}\n")
    time.sleep(0.2)
    assert sleeper.poll() is None
    assert tmp_path.exists()
    sleeper.kill()
    sleeper.wait()


def test_half_a_line_of_a_dying_server_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    watch(f"+{tmp_path}")
    assert (tmp_path / "data").exists()
