"""What a checklist is made of, and how one of its items is looked at. An item never stops another."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.operations.failures import is_denied, is_missing, is_not_offered, missing_action
from tradingbot_infra.operations.verification.facts import Facts


class Outcome(StrEnum):
    """How an item stands, the worst last."""

    PASS = "pass"  # noqa: S105 - no password
    NOT_CHECKABLE = "not checkable"
    FAIL = "fail"


_BADNESS = tuple(Outcome)


@dataclass(frozen=True)
class Finding:
    """What one look found, and the next step: one line, empty for a pass and where there is nothing to do."""

    outcome: Outcome
    found: str
    next_step: str


def passed(found: str) -> Finding:
    """As it should be."""
    return Finding(Outcome.PASS, found, "")


def failed(found: str, next_step: str) -> Finding:
    """Not as it should be."""
    return Finding(Outcome.FAIL, found, next_step)


def judged(well: bool, *, good: str, bad: str, next_step: str) -> Finding:
    """One or the other."""
    return passed(good) if well else failed(bad, next_step)


def not_checkable(found: str, next_step: str = "") -> Finding:
    """Nobody can tell from here; `found` says why."""
    return Finding(Outcome.NOT_CHECKABLE, found, next_step)


@dataclass(frozen=True)
class Look:
    """One thing that is looked at, by its name for people, and how it is judged."""

    at: str
    judge: Callable[[Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Item:
    """One line of a checklist. `id` is for programs, and stays."""

    id: str
    title: str
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Checklist:
    """One of the document's checklists."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Seen:
    """A finding, and what was looked at for it."""

    looked_at: str
    finding: Finding


@dataclass(frozen=True)
class Result:
    """An item with everything found."""

    checklist: str
    item: Item
    seen: tuple[Seen, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of what was found."""
        return max((each.finding.outcome for each in self.seen), key=_BADNESS.index)


def examine(checklist: Checklist, item: Item, facts: Facts) -> Result:
    """Looks at everything that belongs to an item.

    What these credentials may not read, and what the endpoint does not offer, makes a look not checkable from there on. What
    was deleted by hand is a fault. Every other error of AWS or boto3 escapes: bad credentials and a broken network would spoil all
    that follows.
    """
    return Result(checklist.id, item, tuple(Seen(look.at, finding) for look in item.looks for finding in _findings(look, facts)))


def _findings(look: Look, facts: Facts) -> Iterator[Finding]:
    try:
        yield from look.judge(facts)
    except Exception as error:
        if is_denied(error):
            yield not_checkable(f"these credentials may not do {missing_action(error)}", "have it allowed, or take another --profile")
        elif is_not_offered(error):
            yield not_checkable(f"the endpoint does not offer {missing_action(error)}")
        elif is_missing(error):
            yield failed(f"what {missing_action(error)} asks for does not exist any more", facts.steps.revert())
        else:
            raise
