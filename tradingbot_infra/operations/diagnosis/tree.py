"""Decision trees: a symptom's checks in their order, made over the facts of one environment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.diagnosis.finding import Cause, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import results
from tradingbot_infra.operations.verdict import NotAssessed


@dataclass(frozen=True)
class Check:
    """One node of a tree: what it checks, in words, and the function that checks it."""

    looks_at: str
    find: Callable[[Facts], Diagnosed]


@dataclass(frozen=True)
class Symptom:
    """What a person sees, and its possible causes. A check comes before another whose cause may be its consequence."""

    name: SymptomName
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class SkippedCheck:
    """A check that could not be made."""

    what: str
    why: str


@dataclass(frozen=True)
class Diagnosis:
    """The result of a symptom's checks, the most certain cause first."""

    symptom: SymptomName
    causes: tuple[Cause, ...]
    not_assessed: tuple[SkippedCheck, ...]
    looked_at: tuple[str, ...]


def diagnose(symptom: Symptom, facts: Facts) -> Diagnosis:
    """Makes every check. One that asks for what cannot be read, or does not exist, is not assessed.

    Errors of missing credentials or network escape: then no check means anything.
    """
    causes: list[Cause] = []
    skipped: list[SkippedCheck] = []
    looked_at: list[str] = []
    for check in symptom.checks:
        for found in results(partial(_find, check, facts), otherwise=lambda fact: NotAssessed(fact.why)):
            if isinstance(found, NotAssessed):
                skipped.append(SkippedCheck(check.looks_at, found.why))
                continue
            looked_at.append(f"{check.looks_at}: {found.what}" if isinstance(found, Normal) else check.looks_at)
            if isinstance(found, Cause):
                causes.append(found)
    # Sorting is stable: equally certain causes stay in the tree's order.
    causes.sort(key=lambda cause: cause.certainty.rank)
    return Diagnosis(symptom.name, tuple(causes), tuple(skipped), tuple(looked_at))


def _find(check: Check, facts: Facts) -> Iterator[Diagnosed]:
    try:
        yield check.find(facts)
    except UserError as error:
        # Such as a resource that does not exist: another check names that as the cause.
        yield NotAssessed(str(error))
