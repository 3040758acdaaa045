"""A command's streams and its end, whatever they are: full devices, closed streams, impossible sizes, Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.commands import console
from tradingbot_infra.commands.console import print_rows

MODULE = (sys.executable, "-m", "tradingbot_infra")
SHORT = (*MODULE, "--version")
"""A command that prints and needs neither the CDK nor an account."""


def shell(words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A command line of `sh`, where $SHORT is the command."""
    environ = {**os.environ, "SHORT": " ".join(SHORT), "MODULE": " ".join(MODULE), **variables}
    return subprocess.run(["/bin/sh", "-c", words], cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_device_is_one_line() -> None:
    result = shell("$SHORT > /dev/full")
    assert (result.returncode, result.stderr) == (1, "stdout cannot be written: No space left on device\n")
    assert shell("$SHORT > /dev/full 2>&1").returncode == 1
    assert shell("$MODULE up -c task_cpu=7 2> /dev/full").returncode != 0


def test_closed_streams_end_no_command() -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&-"):
        result = shell(f"$SHORT {closed}")
        assert (result.returncode, result.stderr) == (0, ""), closed


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    assert "Traceback" not in shell("$SHORT | true").stderr


@pytest.mark.parametrize("columns", ["0", "-1", "99999999999999999999", "²"])
def test_no_size_of_a_terminal_swallows_the_output(columns: str) -> None:
    result = shell("$SHORT", COLUMNS=columns, LINES=columns)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("tradingbot ")


def test_no_temporary_folder_is_needed_to_be_where_tmpdir_says() -> None:
    assert shell("$SHORT", TMPDIR="/nope").returncode == 0


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_ctrl_c_at_any_moment_leaves_no_traceback(seconds: float) -> None:
    words = [*MODULE, "cost", "--env", "production"]
    with subprocess.Popen(
        words, cwd=PROJECT_ROOT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as one:
        time.sleep(seconds)
        os.killpg(one.pid, signal.SIGINT)
        said, _ = one.communicate(timeout=60)
    assert one.returncode in (130, -signal.SIGINT), said
    assert "Traceback" not in said


def test_rows_that_are_too_wide_for_a_terminal_are_printed_below_each_other_and_whole_for_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("  VpcId", "vpc-3503dcc10ec7620c3", "x" * 40), ("  Empty", "", "")]
    print_rows(rows)
    assert capsys.readouterr().out == f"  VpcId  vpc-3503dcc10ec7620c3  {'x' * 40}\n  Empty\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(console.stdout, "width", 40)
    print_rows(rows)
    assert capsys.readouterr().out == f"  VpcId\n    vpc-3503dcc10ec7620c3\n    {'x' * 40}\n  Empty\n"
