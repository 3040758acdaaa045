"""Reads values from a dotenv file. Problems name line number and variable, never the content of the line."""

import codecs
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import SecretStr

from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.secrets.names import NEVER_BY_HAND, canonical, nearest
from tradingbot_infra.operations.secrets.sources import Given

_MOST_CHARACTERS = 1_000_000
"""Far more than all secrets need, and few enough that a wrong path, such as a disk image, fails at once."""

_IS_A_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}|[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Assignment:
    """One NAME=VALUE. `name` is as written."""

    line: int
    name: str
    value: SecretStr

    @property
    def secret(self) -> str:
        """The name as secrets have it."""
        return canonical(self.name)


def read(path: Path) -> Given:
    """The values that a dotenv file gives for the application secrets. An empty value counts as none.

    A line that is no assignment, and a secret that is given twice, are problems: which value is meant?

    Raises UserError when the file cannot be read, or is no text.
    """
    text, mode = _contents(path)
    assignments, wrong = parse(text)
    found = {item.secret: item.value for item in assignments if item.value.get_secret_value()}
    problems = (f"{path}: line {line}: is no assignment; allowed: NAME=VALUE, # and a comment, or nothing" for line in wrong)
    return Given(
        values={secret: found[secret] for secret in APPLICATION_SECRETS if secret in found},
        notes=(*_warnings(path, mode), *_ignored(path, assignments)),
        problems=(*problems, *_duplicates(path, assignments)),
    )


def parse(text: str) -> tuple[tuple[Assignment, ...], tuple[int, ...]]:
    """The assignments of a dotenv text, and the numbers of the lines that are neither assignment nor comment.

    Quotes and escapes are those of python-dotenv; `$` has no meaning.
    """
    assignments, wrong = [], []
    for binding in parse_stream(StringIO(text)):
        statement = binding.original.string
        # The parser counts the blank lines before a statement as part of it.
        line = binding.original.line + statement[: len(statement) - len(statement.lstrip())].count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            wrong.append(line)
        elif binding.key is not None and binding.value is not None:
            assignments.append(Assignment(line, binding.key, SecretStr(binding.value)))
    return tuple(assignments), tuple(wrong)


def _contents(path: Path) -> tuple[str, int]:
    """The text of a file and its mode."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text, mode = file.read(_MOST_CHARACTERS + 1), os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        utf16 = error.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        kind = "is UTF-16 text, as PowerShell's > writes it" if utf16 else "is not UTF-8 text"
        raise UserError(f"{path}: {kind}; allowed: a dotenv file in UTF-8") from None
    if len(text) > _MOST_CHARACTERS:
        raise UserError(f"{path}: is longer than {_MOST_CHARACTERS:,} characters; allowed: a dotenv file")
    return text, mode


def _duplicates(path: Path, assignments: Iterable[Assignment]) -> Iterator[str]:
    first: dict[str, int] = {}
    for item in assignments:
        if item.secret in APPLICATION_SECRETS and item.secret in first:
            yield f"{path}: line {item.line}: {item.name} is given already in line {first[item.secret]}; allowed: one of them"
        first.setdefault(item.secret, item.line)


def _warnings(path: Path, mode: int) -> Iterator[str]:
    # Only POSIX permissions say who reads a file, and a pipe is nobody else's.
    if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"{path}: others on this machine may read it: `chmod 600 {path}`"


def _ignored(path: Path, assignments: Iterable[Assignment]) -> Iterator[str]:
    for item in assignments:
        why = _why_ignored(item)
        if why:
            # A value alone in its line, with an equals sign at its end, looks like a name.
            name = item.name if _IS_A_NAME.fullmatch(item.name) else "a name"
            yield f"{path}: line {item.line}: {name} is ignored: {why}"


def _why_ignored(item: Assignment) -> str | None:
    if item.secret in NEVER_BY_HAND:
        return NEVER_BY_HAND[item.secret]
    if item.secret not in APPLICATION_SECRETS:
        near = nearest(item.name)
        return f"it is not one of the secrets; nearest: {environment_variable(near)}" if near else "it is not one of the secrets"
    return None if item.value.get_secret_value() else "it is empty"
