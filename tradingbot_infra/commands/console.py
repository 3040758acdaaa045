"""What commands print: results to stdout, progress and errors to stderr."""

import json
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from rich.console import Console

PROJECT_ROOT = Path(__file__).parents[2]

stdout = Console(soft_wrap=True, highlight=False, emoji=False)
stderr = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def accept_any_encoding() -> None:
    """Lets stdout take every character, as \\u2026 where the terminal's or pipe's encoding lacks it. Python's stderr does so itself.

    Log lines, paths and names of an account may have any character, and an encoding such as ASCII or cp437 must end no command.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def print_json(document: Mapping[str, Any]) -> None:
    """A result for programs: keys in the command's order, no colour, no wrapping."""
    stdout.out(json.dumps(document, indent=2, ensure_ascii=not _takes_unicode(), default=str), highlight=False)


def _takes_unicode() -> bool:
    """Whether stdout writes every character as it is. Else JSON escapes them itself, as a program reads them back."""
    return (sys.stdout.encoding or "").lower().startswith("utf")


def print_line(line: str) -> None:
    """A line of a result, exactly as it is."""
    stdout.out(line, highlight=False)


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns on stdout. Values are never cut, whatever the terminal's width, because people copy them."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_step(step: str) -> None:
    """What the command does next, on stderr."""
    stderr.print(f"==> {step}", style="bold", markup=False)


def print_warning(line: str) -> None:
    """What the user should know, on stderr."""
    stderr.print(line, markup=False, style="yellow")
