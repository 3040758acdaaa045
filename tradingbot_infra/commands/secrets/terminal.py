"""What only a person at a terminal can answer. Questions go to stderr, and values are typed without an echo."""

import getpass
import sys
import warnings

from pydantic import SecretStr

from tradingbot_infra.commands.console import progress
from tradingbot_infra.errors import UserError


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

    Raises UserError where the terminal cannot hide it.
    """
    with warnings.catch_warnings():
        # getpass falls back to an echo where the terminal cannot hide what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return SecretStr(getpass.getpass(f"{question} (not shown): "))
        except EOFError:
            raise KeyboardInterrupt from None
        except getpass.GetPassWarning:
            raise UserError("This terminal cannot hide what is typed: --from FILE, or --from-environment") from None
