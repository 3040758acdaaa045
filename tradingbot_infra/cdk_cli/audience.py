"""Who is told what a run of the CDK CLI does."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from tradingbot_infra.cdk_cli.progress import StackProgress


class Audience(Protocol):
    """People at a terminal, or a log."""

    def waiting(self, what: str) -> AbstractContextManager[None]:
        """Around a run; `what` it does until its first stack begins, such as "synthesizing"."""

    def moved(self, stack: StackProgress) -> None:
        """A stack began, moved or ended."""

    def warned(self, line: str) -> None:
        """The CLI goes on, but people should know this."""

    def failed(self, lines: Sequence[str]) -> None:
        """The run failed; the part of its output that says why."""


class Silent:
    """Tells nobody anything."""

    def waiting(self, what: str) -> AbstractContextManager[None]:
        """Nothing."""
        del what
        return nullcontext()

    def moved(self, stack: StackProgress) -> None:
        """Nothing."""

    def warned(self, line: str) -> None:
        """Nothing."""

    def failed(self, lines: Sequence[str]) -> None:
        """Nothing."""
