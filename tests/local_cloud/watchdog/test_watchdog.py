"""The process that ends what a local cloud's server started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud.place import PROJECT_ROOT
from tradingbot_infra.local_cloud.watchdog.families import Family, kill_all
from tradingbot_infra.local_cloud.watchdog.guard import Guard
from tradingbot_infra.local_cloud.watchdog.lines import line

Process = subprocess.Popen[bytes]

COMMAND = [sys.executable, "-m", "tradingbot_infra.local_cloud.watchdog"]
DEAF = "trap '' INT TERM; echo; sleep 600"
ORDERLY = "trap 'exit 7' INT; echo; while :; do sleep 0.1; done"


@pytest.fixture
def started() -> Iterator[list[Process]]:
    """What the test started; none of it is left."""
    every: list[Process] = []
    yield every
    for one in every:
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.communicate()


def sleeper(started: list[Process], **settings: object) -> Process:
    """A process that ends when it is asked to."""
    started.append(subprocess.Popen(["/bin/sleep", "600"], start_new_session=True, **settings))  # type: ignore[call-overload]
    return started[-1]


def shell(started: list[Process], script: str) -> Process:
    """A shell that has set its traps."""
    started.append(subprocess.Popen(["/bin/sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE))
    output = started[-1].stdout
    assert output is not None
    output.readline()
    return started[-1]


def watch(*lines: str) -> None:
    """The watchdog's whole life: it reads these lines, and then the server ends."""
    subprocess.run(COMMAND, cwd=PROJECT_ROOT, input="".join(lines), text=True, check=True, timeout=60, stdout=subprocess.DEVNULL)


def watchdog(guard: Guard) -> Process:
    found = guard.__dict__["_watchdog"]
    assert isinstance(found, subprocess.Popen)
    return found


def end(guard: Guard) -> None:
    """What the end of the local cloud does to its watchdog."""
    stdin = watchdog(guard).stdin
    assert stdin is not None
    stdin.close()
    assert watchdog(guard).wait(timeout=60) == 0


def test_families_are_killed_and_their_directories_go_with_the_server(started: list[Process], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    one = sleeper(started)
    watch(line(Family(str(tmp_path / "data")).of(one.pid), runs=True))
    assert one.wait(60) == -signal.SIGKILL
    assert not (tmp_path / "data").exists()


def test_what_ends_gently_may_end_by_itself(started: list[Process], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    orderly = shell(started, ORDERLY)
    watch(line(Family(str(tmp_path / "data"), gently=True).of(orderly.pid), runs=True))
    assert orderly.wait(60) == 7
    assert not (tmp_path / "data").exists()


def test_what_does_not_listen_is_killed(started: list[Process], tmp_path: Path) -> None:
    deaf = shell(started, DEAF)
    watch(line(Family(str(tmp_path / "data"), gently=True).of(deaf.pid), runs=True))
    assert deaf.wait(60) == -signal.SIGKILL


def test_what_ended_before_is_left_alone(started: list[Process], tmp_path: Path) -> None:
    one = sleeper(started)
    family = Family(str(tmp_path)).of(one.pid)
    watch(line(family, runs=True), line(family, runs=False))
    assert one.poll() is None
    assert tmp_path.exists()


def test_a_directory_outlives_the_first_process_and_goes_with_the_server(started: list[Process], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    other = sleeper(started)
    family = Family(str(tmp_path / "data"))
    watch(line(family.of(other.pid), runs=True), line(family, runs=True))
    assert other.poll() is None
    assert not (tmp_path / "data").exists()


def test_half_a_line_of_a_dying_server_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    watch(line(Family(str(tmp_path / "data")), runs=True).removesuffix("\n"))
    assert (tmp_path / "data").exists()


def test_the_environment_shows_who_belongs_to_a_family_whose_first_process_is_not_known_yet(started: list[Process], tmp_path: Path) -> None:
    one, other = sleeper(started, env={"TMPDIR": str(tmp_path / "data")}), sleeper(started, env={"TMPDIR": str(tmp_path / "other")})
    watch(line(Family(str(tmp_path / "data")), runs=True))
    assert one.wait(60) == -signal.SIGKILL
    assert other.poll() is None


def test_a_watchdog_that_was_killed_is_replaced_and_knows_what_runs_already(started: list[Process], tmp_path: Path) -> None:
    guard = Guard()
    first, second = sleeper(started), sleeper(started)
    guard.watch(Family(str(tmp_path / "first")).of(first.pid))
    watchdog(guard).kill()
    watchdog(guard).wait()
    guard.watch(Family(str(tmp_path / "second")).of(second.pid))
    end(guard)
    assert (first.wait(60), second.wait(60)) == (-signal.SIGKILL, -signal.SIGKILL)


def test_a_watchdog_ignores_what_asks_the_local_clouds_children_to_end(started: list[Process], tmp_path: Path) -> None:
    guard, watched = Guard(), sleeper(started)
    guard.watch(Family(str(tmp_path / "task")).of(watched.pid))
    watchdog(guard).terminate()
    watchdog(guard).send_signal(signal.SIGINT)
    end(guard)
    assert watched.wait(60) == -signal.SIGKILL


def test_a_process_that_has_the_number_of_an_ended_leader_is_spared(started: list[Process]) -> None:
    other = sleeper(started)
    kill_all(Family("/no/such", other.pid, time.time() - 600))
    assert other.poll() is None
