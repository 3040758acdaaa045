"""Files that are written whole or not at all."""

import os
from errno import EISDIR
from pathlib import Path

from tradingbot_infra.errors import UserError


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, where they are missing.

    Raises UserError when that cannot be done.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path}: cannot be made: {error.strerror}; allowed: a folder, or where one can be made") from None


def check_writable(path: Path) -> None:
    """Checks that a file can be written, before the seconds that making its content takes.

    Raises UserError when it cannot.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        beside = _beside(path)
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise _refusal(path, error) from None


def replace_file(path: Path, text: str) -> None:
    """Writes a temporary file beside it and moves that in place, so that an interruption leaves the old file as it was.

    Raises UserError when that cannot be done.
    """
    beside = _beside(path)
    try:
        try:
            beside.write_text(text, encoding="utf-8", newline="")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _refusal(path, error) from None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _refusal(path: Path, error: OSError) -> UserError:
    return UserError(f"{path}: cannot be written: {error.strerror}; allowed: a file name in a directory that exists")
