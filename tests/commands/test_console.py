"""Outcomes at a terminal and in a pipe."""

import io

import pytest
from rich.console import Console

from tradingbot_infra.commands import console


def printed(monkeypatch: pytest.MonkeyPatch, line: str, *, terminal: bool, colour: bool = True) -> str:
    """What `print_outcome` writes."""
    written = io.StringIO()
    made = Console(file=written, force_terminal=terminal, color_system="standard" if colour else None, soft_wrap=True, highlight=False)
    monkeypatch.setattr(console, "stdout", made)
    console.print_outcome(line)
    return written.getvalue()


@pytest.mark.parametrize(("word", "code"), [("pass", "32"), ("fail", "1;31"), ("not checkable", "33"), ("CERTAIN", "1;31")])
def test_the_outcome_that_begins_a_line_has_its_colour_at_a_terminal(monkeypatch: pytest.MonkeyPatch, word: str, code: str) -> None:
    assert printed(monkeypatch, f"  {word}  [red]a title: pass", terminal=True) == f"  \x1b[{code}m{word}\x1b[0m  [red]a title: pass\n"


@pytest.mark.parametrize("line", ["  passes nothing", "failed", "1 pass, 2 fail", "a fail"])
def test_other_lines_have_none(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    assert printed(monkeypatch, line, terminal=True) == f"{line}\n"


@pytest.mark.parametrize(("terminal", "colour"), [(False, True), (True, False)], ids=["a pipe", "NO_COLOR"])
def test_without_a_terminal_or_colours_a_line_is_as_it_is(monkeypatch: pytest.MonkeyPatch, terminal: bool, colour: bool) -> None:
    assert printed(monkeypatch, "  fail  title", terminal=terminal, colour=colour) == "  fail  title\n"
