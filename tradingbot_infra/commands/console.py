"""What commands print: results to stdout, progress and errors to stderr."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

PROJECT_ROOT = Path(__file__).parents[2]

_MOST_COLUMNS = 10_000


def _environ() -> dict[str, str]:
    """The variables that Rich reads, without sizes that no terminal has: with COLUMNS=0 it would print nothing."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES") or _is_size(value)}


def _is_size(value: str) -> bool:
    return value.isascii() and value.isdecimal() and 0 < int(value) <= _MOST_COLUMNS


def _console(*, stderr: bool) -> Console:
    """For lines that are never wrapped or cut. Rich takes colours off for a pipe and TERM=dumb; NO_COLOR takes bold off too."""
    return Console(
        stderr=stderr,
        soft_wrap=True,
        highlight=False,
        emoji=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        _environ=_environ(),
    )


stdout = _console(stderr=False)
stderr = _console(stderr=True)


def print_json(document: Mapping[str, Any]) -> None:
    """A result for programs: keys in the command's order, no colour, no wrapping."""
    stdout.out(json.dumps(document, indent=2, ensure_ascii=not _takes_unicode(), default=str), highlight=False)


def _takes_unicode() -> bool:
    """Whether stdout writes every character as it is. Else JSON escapes them itself, as a program reads them back."""
    return (sys.stdout.encoding or "").lower().startswith("utf")


def print_line(line: str) -> None:
    """A line of a result, exactly as it is."""
    stdout.out(line, highlight=False)


_OUTCOME_COLOURS = {
    "pass": "green",
    "fail": "bold red",
    "not checkable": "yellow",
    "CERTAIN": "bold red",
    "LIKELY": "red",
    "POSSIBLE": "yellow",
}
_OUTCOME = re.compile(rf"\s*({'|'.join(_OUTCOME_COLOURS)})\b")


def print_outcome(line: str) -> None:
    """A line of a result; where it begins with an outcome, that word has its colour at a terminal."""
    found = _OUTCOME.match(line)
    if found is None or not stdout.is_terminal or stdout.color_system is None:
        print_line(line)
        return
    text = Text(line)
    text.stylize(_OUTCOME_COLOURS[found[1]], *found.span(1))
    stdout.print(text)


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns on stdout; at a terminal that is too narrow for them, each cell of a row on a line of its own.

    Values are never cut, whatever the width, because people copy them.
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if sys.stdout.isatty() and max(map(len, lines), default=0) > stdout.width:
        lines = [line for row in rows for line in _below_each_other(row)]
    for line in lines:
        print_line(line)


def _below_each_other(row: Sequence[str]) -> list[str]:
    first, *others = row
    indent = " " * (len(first) - len(first.lstrip()) + 2)
    return [first.rstrip(), *(f"{indent}{cell.strip()}" for cell in others if cell.strip())]


def rewrites_lines() -> bool:
    """Whether stderr is a terminal on which a line can be rewritten. FORCE_COLOR makes no terminal of a pipe."""
    return sys.stderr.isatty() and stderr.is_terminal and not stderr.is_dumb_terminal


def print_step(step: str) -> None:
    """What the command does next, on stderr."""
    stderr.print(f"==> {step}", style="bold", markup=False)


def print_warning(line: str) -> None:
    """What the user should know, on stderr."""
    stderr.print(line, markup=False, style="yellow")
