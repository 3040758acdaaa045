"""What the first page shows: short enough for two pages of paper, and it says how much it leaves out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Generic, TypeVar

from tradingbot_infra.compliance.report.account import account_lines
from tradingbot_infra.compliance.report.document import Report, ReportedControl, ReportedException, ReportedFramework
from tradingbot_infra.compliance.report.verdict import headline, sentence
from tradingbot_infra.compliance.severity import Severity
from tradingbot_infra.compliance.status import Status

DUE_DAYS = 90

_WIDTH = 100
"""Characters in a printed line, at the least."""

_LINES = 58
"""Lines on two printed pages beside the head, the table of verdicts and the headings."""

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Shortened(Generic[Entry]):
    """The first entries, how many more there are, and about how many printed lines they take."""

    entries: Sequence[Entry]
    more: int
    lines: int


@dataclass(frozen=True)
class Summary:
    """The parts of the first page. What is graver than the open risks takes its lines first; the risks share what is left."""

    report: Report

    @property
    def headline(self) -> str:
        """What fails."""
        return headline(self.report)

    @property
    def rest(self) -> str:
        """What the headline does not say."""
        return sentence(self.report).removeprefix(self.headline).removeprefix(". ")

    @cached_property
    def gravest(self) -> Shortened[ReportedException]:
        """The open risks that the verdict names."""
        return _first(self._risks_of(Severity.HIGH), 3, lambda entry: len(entry.consequence))

    @cached_property
    def stopping(self) -> Sequence[tuple[ReportedFramework, Shortened[ReportedControl]]]:
        """Each framework's controls that fail or could not be judged."""
        return list(self._stopping())

    @cached_property
    def stale(self) -> Shortened[str]:
        """What is in the ledger although nothing finds it."""
        return _first(self.report.stale, 4, len)

    @cached_property
    def risks(self) -> Sequence[tuple[Severity, int, Shortened[ReportedException]]]:
        """Open risks by severity: how many there are, and the first of them."""
        return list(self._risks())

    @cached_property
    def account(self) -> Shortened[str]:
        """Who has the rules of the account."""
        return _first(list(account_lines(self.report)), 4, len)

    @cached_property
    def due(self) -> Shortened[ReportedException]:
        """Exceptions that are overdue or soon due."""
        return _first(self.report.due(DUE_DAYS), 5, lambda entry: 40 + len(entry.id + entry.owner + entry.mechanism))

    @property
    def next_review(self) -> ReportedException | None:
        """The exception that is reviewed first."""
        return min(self.report.exceptions, key=lambda entry: (entry.review, entry.id), default=None)

    @cached_property
    def changes(self) -> Shortened[tuple[str, str, str]]:
        """What changed since an earlier report."""
        found = list(self.report.changes.lines()) if self.report.changes else []
        return _first(found, 10, lambda line: len(" ".join(line)))

    @cached_property
    def settings(self) -> Shortened[str]:
        """The settings that differ from environments.py."""
        return _first([str(setting) for setting in self.report.changed_settings], 8, len)

    def _stopping(self) -> Iterator[tuple[ReportedFramework, Shortened[ReportedControl]]]:
        unjudged = {control.id for control in self.report.unjudged}
        for framework in self.report.frameworks:
            found = [control for control in framework.controls if control.status is Status.FAIL or control.id in unjudged]
            if found:
                yield framework, _first(found, 5, lambda control: 2 * len(control.id))

    def _risks(self) -> Iterator[tuple[Severity, int, Shortened[ReportedException]]]:
        above = (self.gravest, self.account, self.stale, self.due, self.changes, self.settings)
        left = _LINES - sum(part.lines for part in above) - 2 * (len(self.stopping) + bool(self.account.entries))
        for severity, share, length in ((Severity.HIGH, 0.5, _length), (Severity.MEDIUM, 0.8, _length), (Severity.LOW, 1, _short_length)):
            found = self._risks_of(severity)
            if found:
                shown = _first(found, int(left * share), length)
                left -= shown.lines + 2
                yield severity, len(found), shown

    def _risks_of(self, severity: Severity) -> Sequence[ReportedException]:
        return [entry for entry in self.report.risks if entry.severity is severity]


def _length(entry: ReportedException) -> int:
    return _short_length(entry) + len(entry.mechanism + entry.compensation)


def _short_length(entry: ReportedException) -> int:
    return 30 + len(entry.consequence + entry.id + entry.owner)


def _first(entries: Sequence[Entry], lines: int, length: Callable[[Entry], int]) -> Shortened[Entry]:
    """As many entries as these printed lines hold, and one at least."""
    taken = shown = 0
    for entry in entries:
        needed = ceil(length(entry) / _WIDTH)
        if shown and taken + needed > lines:
            break
        taken += needed
        shown += 1
    return Shortened(entries[:shown], len(entries) - shown, taken)
