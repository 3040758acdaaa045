"""How far stacks are, as people see it: plain for a pipe, in place at a terminal."""

import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.cdk_cli.progress import StackProgress, State
from tradingbot_infra.commands.stack_progress import StackLines

LABELS = {"shop-network": "network", "shop-monitoring": "monitoring"}


@pytest.fixture
def lines() -> StackLines:
    return StackLines(LABELS)


def test_a_pipe_gets_the_start_each_quarter_after_five_seconds_and_the_end(lines: StackLines, capsys: pytest.CaptureFixture[str]) -> None:
    with lines.waiting("synthesizing"):
        for done in range(0, 101, 10):
            lines.moved(StackProgress("shop-network", done=done, total=100, resource="Vpc", seconds=done / 3))
        lines.moved(StackProgress("shop-network", State.COMPLETE, done=101, total=101, seconds=34))
    assert capsys.readouterr().err.splitlines() == [
        "  network     begins",
        "  network      30/100  10 s  Vpc",
        "  network      50/100  17 s  Vpc",
        "  network      80/100  27 s  Vpc",
        "  network     complete    34 s",
    ]


@pytest.mark.parametrize(
    ("ended", "line"),
    [
        (StackProgress("shop-network", State.UNCHANGED), "  network     no changes"),
        (StackProgress("shop-monitoring", State.FAILED, done=4, total=9, seconds=725), "  monitoring  failed      12 min 5 s"),
        (StackProgress("CDKToolkit", State.COMPLETE, done=12, total=15, seconds=1), "  CDKToolkit  complete    1 s"),
    ],
    ids=["unchanged", "failed", "another-stack"],
)
def test_a_stack_ends_in_one_line(ended: StackProgress, line: str, lines: StackLines, capsys: pytest.CaptureFixture[str]) -> None:
    lines.moved(ended)
    assert capsys.readouterr().err.rstrip() == line


def test_who_interrupts_a_stack_is_told_that_it_goes_on(lines: StackLines, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        with lines.waiting("synthesizing"):
            lines.moved(StackProgress("shop-network", done=1, total=2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert capsys.readouterr().err.splitlines()[-1] == "shop-network: CloudFormation goes on with it by itself"


PROGRAM = """
import time
from tradingbot_infra.cdk_cli.progress import StackProgress, State
from tradingbot_infra.commands.stack_progress import StackLines
lines = StackLines({"shop-network": "network"})
with lines.waiting("synthesizing"):
    time.sleep(0.4)
    for done in range(1, 41):
        lines.moved(StackProgress("shop-network", done=done, total=40, resource="A" * 60))
        time.sleep(0.01)
    lines.moved(StackProgress("shop-network", State.COMPLETE, done=40, total=40))
"""


def at_a_terminal(**environ: str) -> str:
    """What a terminal of 40 columns gets."""
    pty = pytest.importorskip("pty")
    screen, terminal = pty.openpty()
    try:
        variables = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "40", **environ}
        subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT_ROOT, env=variables, stderr=terminal, check=True)
        os.close(terminal)
        return _read(screen)
    finally:
        os.close(screen)


def _read(screen: int) -> str:
    heard = b""
    while True:
        try:
            heard += os.read(screen, 65536)
        except OSError:  # the other end is closed
            return heard.decode()


def test_a_terminal_gets_one_line_rewritten_in_place_and_never_wider_than_it_is() -> None:
    shown = at_a_terminal()
    assert "  synthesizing  0 s" in shown
    assert shown.count("\n") == 2, "the end of the stack, and the live line once more, which goes"
    assert "A" * 10 in shown
    assert "A" * 40 not in shown
    assert "\x1b[32mcomplete" in shown


def test_no_color_takes_the_colours_off_and_a_dumb_terminal_gets_plain_lines() -> None:
    assert "\x1b[32m" not in at_a_terminal(NO_COLOR="1")
    assert "\x1b" not in at_a_terminal(TERM="dumb")
