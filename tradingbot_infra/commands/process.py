"""How the process of a command begins and ends: its streams, whatever they are, and its exit code."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper

from tradingbot_infra.commands.exit_codes import ExitCode


def prepare_streams() -> None:
    """Lets stdout take every character, as \\u2026 where the encoding lacks it, and makes closed streams take what is printed.

    Python's stderr escapes by itself. Log lines, paths and names of an account may have any character, and an encoding such as
    ASCII or cp437 must end no command.
    """
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def exit_code_of(command: Callable[[], object]) -> int | str | None:
    """Runs the command line. A device that is full, or a pipe that nobody reads any more, ends it in one line."""
    try:
        code = _code_of(command)
        if code == ExitCode.INTERRUPTED:
            _end_quietly()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # a file, and not stdout
            raise
        return _unwritable(error)
    except KeyboardInterrupt:
        _end_quietly()
        return ExitCode.INTERRUPTED
    return code


def _end_quietly() -> None:
    """Ctrl-C reaches Node.js too. When Python ends, jsii finds it gone, and would print a traceback of that."""
    sys.unraisablehook = lambda _: None


def _code_of(command: Callable[[], object]) -> int | str | None:
    try:
        command()
    except SystemExit as end:
        return end.code
    return ExitCode.DONE


def _unwritable(error: OSError) -> int:
    # What Python still holds for stdout goes nowhere, or it would fail once more at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with suppress(OSError):
        sys.stderr.write(f"stdout cannot be written: {error.strerror}\n")
        sys.stderr.flush()
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return ExitCode.FAILED


def _nowhere() -> TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - as long as the process
