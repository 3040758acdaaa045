"""The words in which checks answer: a problem, nothing wrong, or not assessed. `verify` and `doctor` share them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Self, TypeVar

from tradingbot_infra.operations.printed_commands import Step

Problem = TypeVar("Problem")


@dataclass(frozen=True)
class NotAssessed:
    """Nobody can tell from here; `why` says what is missing. `kind` and `resources` are what it is about, where that is known."""

    why: str
    kind: str = ""
    resources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict(Generic[Problem]):
    """Everything that a check of several parts found, each once."""

    problems: tuple[Problem, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Problem | NotAssessed]) -> Self:
        """The verdict of these findings."""
        each_once = tuple(dict.fromkeys(found))
        return cls(
            tuple(each for each in each_once if not isinstance(each, NotAssessed)),
            tuple(each for each in each_once if isinstance(each, NotAssessed)),
        )

    @property
    def passes(self) -> bool | None:
        """True when nothing is wrong, False when something is, None when that cannot be assessed."""
        if self.problems:
            return False
        return None if self.not_assessed else True

    def __add__(self, other: Self) -> Self:
        """Both: passes only where both do."""
        return self.of((*self.problems, *other.problems, *self.not_assessed, *other.not_assessed))


class Outcome(StrEnum):
    """Outcome of an item of a checklist, the worst last. The values are those that `verify` prints."""

    PASS = "pass"  # noqa: S105 - no password
    NOT_ASSESSED = "not checkable"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What a check of a checklist found, and the next step: empty for a pass, and where there is nothing to do."""

    outcome: Outcome
    found: str
    next_step: Step


def passed(found: str) -> Finding:
    """As it should be."""
    return Finding(Outcome.PASS, found, "")


def failed(found: str, next_step: Step) -> Finding:
    """Not as it should be."""
    return Finding(Outcome.FAIL, found, next_step)


def judged(well: bool, *, good: str, bad: str, next_step: Step) -> Finding:
    """One or the other."""
    return passed(good) if well else failed(bad, next_step)


def not_assessed(found: str, next_step: Step = "") -> Finding:
    """Nobody can tell from here; `found` says why."""
    return Finding(Outcome.NOT_ASSESSED, found, next_step)
