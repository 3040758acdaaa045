"""The form of a check, and how one is made. A check never stops another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from tradingbot_infra.operations.failures import Unread, results
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.verdict import Finding, Outcome, not_assessed

_BADNESS = tuple(Outcome)


@dataclass(frozen=True)
class Check:
    """One thing that a deployment needs. `id` is for programs, and never changes.

    `stops` is whether a deployment would fail, or leave something behind, where the check fails; else it succeeds, and something
    is missing afterwards. `asks` says in words what `deploy` asks a person about then, by the number of findings that failed; None
    where it does not ask.
    """

    id: str
    title: str
    judge: Callable[[Plan], Iterable[Finding]]
    stops: bool = True
    asks: Callable[[int], str] | None = None


@dataclass(frozen=True)
class Checked:
    """A check with everything found."""

    check: Check
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of what was found."""
        return max((each.outcome for each in self.findings), key=_BADNESS.index)

    @property
    def stops(self) -> bool:
        """Whether a deployment should not begin."""
        return self.check.stops and self.outcome is Outcome.FAIL

    @property
    def doubt(self) -> str:
        """What a person should decide about before a deployment begins; empty if nothing."""
        failures = sum(each.outcome is Outcome.FAIL for each in self.findings)
        return self.check.asks(failures) if self.check.asks and failures else ""


def examine(check: Check, plan: Plan) -> Checked:
    """Makes one check; what cannot be read leaves it not assessed.

    Errors of missing credentials or network escape: then no check means anything.
    """
    return Checked(check, tuple(dict.fromkeys(results(partial(check.judge, plan), otherwise=_unread))))


def _unread(fact: Unread) -> Finding:
    return not_assessed(fact.why, "" if fact.deleted else fact.fix)
