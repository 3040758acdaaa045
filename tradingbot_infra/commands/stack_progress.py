"""How far stacks are, on stderr: one line for each, rewritten in place at a terminal; a few plain lines for a pipe."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.text import Text

from tradingbot_infra.cdk_cli.progress import StackProgress, State
from tradingbot_infra.commands.console import print_warning, rewrites_lines, stderr
from tradingbot_infra.config.model import EnvironmentConfig

_PER_SECOND = 8
_QUARTERS = 4
_PLAIN_SECONDS = 5.0
"""A plain line for a quarter comes at the earliest this long after the line before it."""

_BETWEEN_STACKS = "preparing"

_COLOURS = {State.COMPLETE: "green", State.DESTROYED: "green", State.FAILED: "red"}


class StackLines:
    """The audience of the CDK CLI: people. `labels` are short names of stacks, by their names in CloudFormation."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._width = max(map(len, labels.values()), default=0)
        self._going: dict[str, StackProgress] = {}
        self._printed: dict[str, tuple[int, float]] = {}
        self._waiting = ("", 0.0)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Around a run of the CLI: shows the live lines, if the terminal can rewrite them."""
        self._waiting = (what, time.monotonic())
        try:
            if not rewrites_lines():
                yield
                return
            from rich.live import Live

            # Nothing else prints meanwhile, so Rich need not take over sys.stdout.
            with Live(
                console=stderr,
                get_renderable=self._live,
                transient=True,
                refresh_per_second=_PER_SECOND,
                redirect_stdout=False,
                redirect_stderr=False,
            ):
                yield
        except KeyboardInterrupt:
            self._tell_what_goes_on()
            raise
        finally:
            self._going.clear()

    def moved(self, stack: StackProgress) -> None:
        """A stack began, moved or ended."""
        if stack.state is not State.GOING:
            self._going.pop(stack.stack, None)
            self._waiting = (_BETWEEN_STACKS, time.monotonic())
            stderr.print(self._ended(stack))
            return
        self._going[stack.stack] = stack
        if not rewrites_lines() and self._is_due(stack):
            stderr.print(self._line(stack) if stack.done else f"  {self._label(stack)}  begins")

    def warned(self, line: str) -> None:
        """The CLI goes on, but people should know this."""
        print_warning(line)

    def failed(self, lines: Sequence[str]) -> None:
        """The part of the output that says why."""
        for line in lines:
            stderr.print(line, markup=False)

    def _is_due(self, stack: StackProgress) -> bool:
        """Whether a plain line is worth it: the stack began, or is a quarter further."""
        quarter = _QUARTERS * stack.done // stack.total if stack.total and stack.done < stack.total else 0
        before, when = self._printed.get(stack.stack, (-1, -_PLAIN_SECONDS))
        due = quarter > before and (before < 0 or stack.seconds - when >= _PLAIN_SECONDS)
        if due:
            self._printed[stack.stack] = (quarter, stack.seconds)
        return due

    def _live(self) -> Text:
        what, since = self._waiting
        lines = [self._line(stack) for stack in self._going.values()] or [Text(f"  {what}  {_duration(time.monotonic() - since)}")]
        return Text("\n", no_wrap=True, overflow="crop").join(lines)

    def _line(self, stack: StackProgress) -> Text:
        count = f"{stack.done:>3}/{stack.total}" if stack.total and stack.done <= stack.total else f"{stack.done:>3}"
        words = (self._label(stack), count, _duration(stack.seconds), stack.resource)
        return Text("  " + "  ".join(words).rstrip(), no_wrap=True, overflow="crop")

    def _ended(self, stack: StackProgress) -> Text:
        took = f"  {_duration(stack.seconds)}" if stack.state is not State.UNCHANGED else ""
        return Text.assemble(f"  {self._label(stack)}  ", (f"{stack.state:<10}", _COLOURS.get(stack.state, "")), took)

    def _label(self, stack: StackProgress) -> str:
        return self._labels.get(stack.stack, stack.stack).ljust(self._width)

    def _tell_what_goes_on(self) -> None:
        for stack in self._going.values():
            print_warning(f"{stack.stack}: CloudFormation goes on with it by itself")


def lines_of(config: EnvironmentConfig) -> StackLines:
    """The audience for the stacks of an environment."""
    return StackLines({placed.name: placed.part for placed in config.stacks})


def _duration(seconds: float) -> str:
    """In whole seconds below two minutes."""
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
