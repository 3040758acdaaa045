"""The parts of a checklist, and how one of its items is checked. An item never stops another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import Unread, results
from tradingbot_infra.operations.verdict import Finding, Outcome, failed, not_assessed

_BADNESS = tuple(Outcome)


@dataclass(frozen=True)
class Look:
    """One thing to check: its name for people, and how it is judged."""

    at: str
    judge: Callable[[Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Item:
    """One line of a checklist. `id` is for programs, and never changes.

    `of_release` is whether a new image can break it, so that `deploy` and `rollback` fail where it fails. The others fail for
    what somebody has yet to do, such as a certificate, or did by hand.
    """

    id: str
    title: str
    looks: tuple[Look, ...]
    of_release: bool = False


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
class CheckedItem:
    """An item with everything found."""

    checklist: str
    item: Item
    seen: tuple[Seen, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of what was found."""
        return max((each.finding.outcome for each in self.seen), key=_BADNESS.index)


def examine(checklist: Checklist, item: Item, facts: Facts) -> CheckedItem:
    """Checks everything that belongs to an item.

    What cannot be read leaves a look not assessed from there on; a resource that should exist and does not is a failure. Several
    looks that fail for the same missing resource report it once.
    """
    seen: dict[Finding, Seen] = {}
    for look in item.looks:
        for finding in results(partial(look.judge, facts), otherwise=_unread):
            seen.setdefault(finding, Seen(look.at, finding))
    return CheckedItem(checklist.id, item, tuple(seen.values()))


def _unread(fact: Unread) -> Finding:
    return failed(fact.why, fact.fix) if fact.deleted else not_assessed(fact.why, fact.fix)
