"""How far each stack of a run of the CDK CLI is, from the lines that it prints."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tradingbot_infra.cdk_cli.lines import Began, Ended, Event, Meaning


class State(StrEnum):
    """How a stack is."""

    GOING = "going"
    COMPLETE = "complete"
    UNCHANGED = "no changes"
    DESTROYED = "destroyed"
    FAILED = "failed"


@dataclass(frozen=True)
class StackProgress:
    """One stack by its name in CloudFormation. `total` is None where the CLI does not know it; `seconds` since the stack began."""

    stack: str
    state: State = State.GOING
    done: int = 0
    total: int | None = None
    resource: str = ""
    seconds: float = 0.0


@dataclass
class Tracker:
    """Reads what the lines of one run say, in their order."""

    clock: Callable[[], float] = time.monotonic
    began: bool = False
    """Whether any stack began; before, the CLI synthesizes, publishes and compares."""
    failures: list[Event] = field(default_factory=list)
    _stacks: dict[str, tuple[float, StackProgress]] = field(default_factory=dict)

    def read(self, said: Meaning | None) -> StackProgress | None:
        """How far a stack is now, if a line says so."""
        if isinstance(said, Began):
            return self._moved(StackProgress(said.stack))
        if isinstance(said, Event):
            return self._read_event(said)
        if isinstance(said, Ended):
            return self._ended(said)
        return None

    def fail(self) -> tuple[StackProgress, ...]:
        """The CLI ended with an error: what had not ended has failed."""
        going = tuple(self._stacks)
        return tuple(self._close(stack, State.FAILED) for stack in going)

    def _read_event(self, event: Event) -> StackProgress | None:
        if event.failed and event.resource != event.stack and event not in self.failures:
            self.failures.append(replace(event, done=None, total=None))
        if event.done is None:
            return None
        return self._moved(StackProgress(event.stack, done=event.done, total=event.total, resource=event.resource))

    def _moved(self, now: StackProgress) -> StackProgress:
        self.began = True
        start, _ = self._stacks.get(now.stack, (self.clock(), now))
        moved = replace(now, seconds=self.clock() - start)
        self._stacks[now.stack] = (start, moved)
        return moved

    def _ended(self, said: Ended) -> StackProgress | None:
        """A stack without a change may end without having begun."""
        if said.stack in self._stacks:
            return self._close(said.stack, State(said.how))
        return StackProgress(said.stack, State.UNCHANGED) if said.how == "no changes" else None

    def _close(self, stack: str, state: State) -> StackProgress:
        start, before = self._stacks.pop(stack)
        return replace(before, state=state, seconds=self.clock() - start)
