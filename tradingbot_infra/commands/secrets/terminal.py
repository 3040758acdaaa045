"""What only a person at a terminal can answer. Questions go to stderr, and values are typed without an echo."""

import getpass
import os
import select
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from tradingbot_infra.commands.console import progress
from tradingbot_infra.errors import UserError

_IDLE_SECONDS = 1.0


def present() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()


def agreed(question: str) -> bool:
    """Whether a person says yes; Enter alone says no. Ctrl-C and the end of input raise KeyboardInterrupt."""
    return typed(f"{question} [y/N]").lower() in ("y", "yes")


def typed(question: str) -> str:
    """The words that a person types. Ctrl-C and the end of input raise KeyboardInterrupt."""
    # typer's own prompt would print a space to stdout, where results go.
    progress.print(f"{question}: ", end="", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def hidden(question: str) -> SecretStr:
    """The value that a person types or pastes, not shown; empty for Enter alone. Ctrl-C and the end of input raise KeyboardInterrupt.

    Raises UserError where the terminal cannot hide it, and for a key of several lines, whose rest is swallowed unseen.
    """
    with _without_echo(), warnings.catch_warnings():
        # getpass falls back to an echo where the terminal cannot hide what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            value = SecretStr(getpass.getpass(f"{question} (not shown): "))
        except EOFError:
            raise KeyboardInterrupt from None
        except getpass.GetPassWarning:
            raise UserError("This terminal cannot hide what is typed: --from FILE, or --from-environment") from None
        if value.get_secret_value().startswith("-----BEGIN"):
            _swallow()
            raise UserError(f"{question}: a key of several lines cannot be typed; allowed: --from FILE, or --from-environment")
        return value


@contextmanager
def _without_echo() -> Iterator[None]:
    """Around a whole prompt: getpass itself shows again what is pasted beyond its one line."""
    try:
        import termios
    except ImportError:  # Windows, whose getpass reads key by key and never shows any
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


def _swallow() -> None:
    """Reads away what is still coming in, until nothing has for a moment."""
    while sys.stdin.isatty() and select.select([sys.stdin], [], [], _IDLE_SECONDS)[0]:
        os.read(sys.stdin.fileno(), 4096)
