"""The command of a one-off task, as the list of words that replaces the image's own."""

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from tradingbot_infra.design.one_off import OVERRIDE_LIMIT
from tradingbot_infra.errors import UserError

_OF_A_SHELL = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"})
_INTERPRETERS = ("sh", "ash", "bash", "python", "python3")


def split_words(given: Sequence[str], *, example: str) -> list[str]:
    """One argument is split as a shell splits it; several are the words already.

    Raises UserError for no command, and for open quotes.
    """
    words = _split(given[0]) if len(given) == 1 else list(given)
    if not words or not words[0]:
        raise UserError(f"There is no command; allowed: one such as {example}")
    return words


def words_of(given: Sequence[str]) -> list[str]:
    """The words of a command of the image.

    Raises UserError as `split_words` does, and for what only a shell would understand: none runs in between.
    """
    words = split_words(given, example='"alembic upgrade head", or --command-file FILE')
    if found := [word for word in words if word in _OF_A_SHELL]:
        raise UserError(f"{found[0]}: no shell runs in between; allowed: one command, --command-file FILE, or sh -c '...'")
    return words


def words_of_file(path: Path) -> list[str]:
    """A script as an argument of the interpreter that its first line names, else of sh: nothing is copied into the container.

    Raises UserError when it cannot be read, is empty, or wants an interpreter that takes no program by `-c`.
    """
    text = _text(path)
    return [*_interpreter(path, text), "-c", text]


def check_size(overrides: Mapping[str, Any], what: str) -> None:
    """Raises UserError when ECS would refuse overrides of this size; `what` names what is too long."""
    length = len(json.dumps(overrides))
    if length > OVERRIDE_LIMIT:
        raise UserError(
            f"{what}: makes an override of {length} characters; allowed: up to {OVERRIDE_LIMIT} (ECS); put what is longer into the image"
        )


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UserError(f"{command}: {str(error).lower()}; allowed: words and quotes as in a shell") from None


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not text in UTF-8; allowed: a script") from None
    except OSError as error:
        raise UserError(f"{path}: {(error.strerror or 'cannot be read').lower()}; allowed: a script") from None
    if not text.strip() or "\0" in text:
        raise UserError(f"{path}: is {'not text' if text.strip() else 'empty'}; allowed: a script")
    return text


def _interpreter(path: Path, text: str) -> list[str]:
    """The words after `#!`, without `env`; python3 for a file *.py without such a line, sh for others."""
    first = text.splitlines()[0]
    if not first.startswith("#!"):
        return ["python3"] if path.suffix == ".py" else ["sh"]
    words = first.removeprefix("#!").split()
    named = words[1:] if words and PurePosixPath(words[0]).name == "env" else words
    name = PurePosixPath(named[0]).name if named else ""
    if name not in _INTERPRETERS:
        raise UserError(f"{path}: begins with {first}; allowed: {', '.join(_INTERPRETERS)}, or no such line for sh")
    return [name, *named[1:]]
