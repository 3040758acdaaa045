"""Questions to the user at the terminal. They go to stderr; secret values are typed without an echo."""

import getpass
import os
import select
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from tradingbot_infra.commands.console import stderr
from tradingbot_infra.errors import UserError

_IDLE_SECONDS = 1.0


def is_interactive() -> bool:
    """Whether a user can answer."""
    return not _is_closed() and sys.stdin.isatty()


def _is_closed() -> bool:
    """Whether whoever started the command closed its input: Python then has none."""
    return getattr(sys, "stdin", None) is None or sys.stdin.closed


def confirm(question: str) -> bool:
    """Whether the user answers yes; Enter alone is no. Ctrl-C and the end of input raise KeyboardInterrupt."""
    return ask(f"{question} [y/N]").lower() in ("y", "yes")


def ask(question: str) -> str:
    """The line that the user types. Ctrl-C and the end of input raise KeyboardInterrupt."""
    # typer's own prompt would print a space to stdout, where results go.
    stderr.print(f"{question}: ", end="", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def ask_hidden(question: str) -> SecretStr:
    """The value that the user types or pastes, not shown; empty for Enter alone. Ctrl-C and the end of input raise KeyboardInterrupt.

    Raises UserError if the terminal cannot hide it, and for a key of several lines, whose other lines are read and discarded.
    """
    with _without_echo(), warnings.catch_warnings():
        # getpass shows what is typed if the terminal cannot hide it.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            value = SecretStr(getpass.getpass(f"{question} (not shown): "))
        except EOFError:
            raise KeyboardInterrupt from None
        except getpass.GetPassWarning:
            raise UserError("This terminal cannot hide what is typed: use --from FILE, or --from-environment") from None
        if value.get_secret_value().startswith("-----BEGIN"):
            _discard_input()
            raise UserError(f"{question}: a key of several lines cannot be typed; allowed: --from FILE, or --from-environment")
        return value


@contextmanager
def _without_echo() -> Iterator[None]:
    """Turns the echo off for a whole prompt: getpass itself turns it on after one line, and would show the rest of a paste."""
    try:
        import termios
    except ImportError:  # Windows, where getpass shows no key
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    silent = [*before]
    silent[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, before)


def _discard_input() -> None:
    """Reads and discards further input until none has come for a moment."""
    while sys.stdin.isatty() and select.select([sys.stdin], [], [], _IDLE_SECONDS)[0]:
        os.read(sys.stdin.fileno(), 4096)
