"""The file that keeps the whole output of the CDK CLI."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tradingbot_infra.errors import UserError


@dataclass
class RunLog:
    """A log of the runs that one command makes; the first of them empties what an earlier command left."""

    path: Path
    _begun: bool = False

    @contextmanager
    def opened(self, words: Sequence[str]) -> Iterator[Callable[[str], None]]:
        """What appends lines, below the command itself. A disk that fills up ends the log, not the deployment.

        Raises UserError if the file cannot be written.
        """
        with self._open() as file:

            def write(line: str) -> None:
                with suppress(OSError):
                    file.write(line)

            write(f"$ cdk {shlex.join(words)}\n")
            yield write

    def _open(self) -> TextIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.open("a" if self._begun else "w", encoding="utf-8", errors="backslashreplace", buffering=1)
        except OSError as error:
            raise UserError(f"{self.path}: cannot be written: {error.strerror}") from None
        self._begun = True
        return file
