"""How errors end a command: one line on stderr and an exit code for what a user can fix, a traceback for the program's own faults."""

import re
import sys
from collections.abc import Callable
from functools import wraps

import typer

from tradingbot_infra.commands.console import stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.errors import NotAnswered, UserError


def report_errors(command: Callable[..., None], *, has_local: bool = False) -> Callable[..., None]:
    """Wraps a command so that it reports expected errors in one line and ends with their exit code.

    `has_local` is whether it has the option --local, which needs no credentials.
    """

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            stderr.print("Interrupted. Run the command again to continue.", style="red")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:
            code, line = _ending(error)
            if code is None:
                raise
            if has_local and line.startswith("There are no AWS credentials"):
                line += "; --local takes the local cloud instead"
            stderr.print(_visible(line), markup=False, style="red")
            raise typer.Exit(code) from None

    return wrapped


def _ending(error: Exception) -> tuple[ExitCode | None, str]:
    """The exit code and the line for an error that is expected; no code for any other."""
    if isinstance(error, ConfigError):
        return ExitCode.WRONG_SETTINGS, str(error)
    if isinstance(error, UserError):
        return ExitCode.NOT_ANSWERED if isinstance(error, NotAnswered) else ExitCode.FAILED, str(error)
    if isinstance(error, EOFError):
        return ExitCode.NOT_ANSWERED, "The profile asks for the code of an MFA device, and there is no terminal to type it at"
    line = _aws_error(error)
    return (ExitCode.NOT_ANSWERED, line) if line else (None, "")


def _visible(line: str) -> str:
    """The line with '' for an empty value before its colon, and escapes for characters that would move the cursor or colour the text."""
    return re.sub(r"(?m)(^|(?<= )): ", "'': ", "".join(each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in line))


def _aws_error(error: Exception) -> str:
    """What AWS answered, in one line; empty if botocore was never loaded, because then the error is not from AWS."""
    if "botocore" not in sys.modules:
        return ""
    from tradingbot_infra.operations.failures import in_one_line

    return str(in_one_line(error) or "")
