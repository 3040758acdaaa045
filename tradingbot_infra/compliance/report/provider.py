"""Who provides what these stacks do not declare, as a report has it."""

from dataclasses import dataclass
from datetime import date

from tradingbot_infra.compliance.provided import Provider
from tradingbot_infra.compliance.report.origin import Commit


@dataclass(frozen=True, kw_only=True)
class ReportedProvider:
    """A provider with where the evidence is kept; `overdue` is whether the review date had passed on the date of the commit."""

    name: str
    evidence: str
    review: date
    overdue: bool

    @property
    def in_words(self) -> str:
        """Its name, and what an auditor must know, in sentences."""
        overdue = " (overdue)" if self.overdue else ""
        return f"{self.name}. Evidence: {self.evidence}. Review by {self.review}{overdue}."

    @property
    def reason(self) -> str:
        """Why a rule has no evidence here."""
        return f"Provided by {self.in_words}"


def reported_provider(provider: Provider, commit: Commit | None) -> ReportedProvider:
    """A provider on the date of a commit; without one there is no date, and nothing is overdue."""
    overdue = commit is not None and provider.review < commit.date
    return ReportedProvider(name=provider.name, evidence=provider.evidence, review=provider.review, overdue=overdue)
