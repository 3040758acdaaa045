"""What differs from an earlier report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tradingbot_infra.compliance.report.origin import Commit
from tradingbot_infra.compliance.status import Status


@dataclass(frozen=True, kw_only=True)
class ChangedVerdict:
    """A control whose status changed; None where a report does not have it."""

    control: str
    title: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, kw_only=True)
class ChangedException:
    """An exception with its review dates; None where a report does not have it. `wider` if it now accepts what it did not accept."""

    id: str
    consequence: str
    before: date | None
    after: date | None
    wider: bool

    @property
    def change(self) -> str:
        """What happened to it."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "ended"
        return "wider" if self.wider else f"review moved from {self.before} to {self.after}"


@dataclass(frozen=True, kw_only=True)
class ChangedSetting:
    """A setting whose value changed, by `-c` or in environments.py; None where a report does not have it."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that changed since the report of a commit."""

    commit: Commit | None
    verdicts: tuple[ChangedVerdict, ...]
    exceptions: tuple[ChangedException, ...]
    settings: tuple[ChangedSetting, ...]

    @property
    def failures(self) -> tuple[ChangedVerdict, ...]:
        """The controls that fail now and did not."""
        return tuple(verdict for verdict in self.verdicts if verdict.after is Status.FAIL)

    def __bool__(self) -> bool:
        return bool(self.verdicts or self.exceptions or self.settings)

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """What a reader must see, the gravest first: the kind of change, what changed, and how."""
        for verdict in self.failures:
            yield "New failure", verdict.control, f"{verdict.title}: was {verdict.before or 'not in the report'}"
        for exception in self.exceptions:
            yield "Exception", exception.id, f"{exception.change}. {exception.consequence}"
        for verdict in self.verdicts:
            if verdict.after is not Status.FAIL:
                yield "Verdict", verdict.control, f"{verdict.title}: {_shown(verdict.before)} to {_shown(verdict.after)}"
        for setting in self.settings:
            yield "Setting", setting.name, f"{_value(setting.before)} to {_value(setting.after)}"


def _shown(status: Status | None) -> str:
    return status or "not in the report"


def _value(value: str | None) -> str:
    return "no such setting" if value is None else value or "nothing"
