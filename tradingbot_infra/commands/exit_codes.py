"""The exit codes of every command (docs/runbook.md, "Exit codes")."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends. The option parser ends with 2 as well."""

    DONE = 0
    FAILED = 1
    WRONG_SETTINGS = 2
    NOT_ANSWERED = 3
    INTERRUPTED = 130


_MEANINGS = {
    ExitCode.DONE: "done, and no problem found",
    ExitCode.FAILED: "a problem was found, or the command could not do what was asked",
    ExitCode.WRONG_SETTINGS: "a wrong option or setting",
    ExitCode.NOT_ANSWERED: "AWS or the local cloud did not answer, denied access, or has nothing deployed",
    ExitCode.INTERRUPTED: "interrupted by Ctrl-C",
}

HELP = "\n".join(("\b", "Exit codes:", *(f"{code:>5}  {meaning}" for code, meaning in _MEANINGS.items())))
"""For the end of the help; \\b keeps its lines as they are."""
