"""Decision trees: a symptom's checks in their order, gone through over the facts of one environment."""

from collections.abc import Callable
from dataclasses import dataclass

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Finding, NotAssessable, Seen, SymptomName
from tradingbot_infra.operations.failures import is_denied, is_missing, is_not_offered, missing_action


@dataclass(frozen=True)
class Check:
    """One node of a tree: what it looks at, as a person would say it, and the function that looks."""

    looks_at: str
    find: Callable[[Facts], Finding]


@dataclass(frozen=True)
class Symptom:
    """What a person sees, and what it may come from. A check stands before another whose cause may be its consequence."""

    name: SymptomName
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class NotAssessed:
    """A check that could not be made."""

    what: str
    why: str


@dataclass(frozen=True)
class Diagnosis:
    """What became of a symptom's checks. The likeliest cause stands first."""

    symptom: SymptomName
    causes: tuple[Cause, ...]
    not_assessed: tuple[NotAssessed, ...]
    looked_at: tuple[str, ...]


def diagnose(symptom: Symptom, facts: Facts) -> Diagnosis:
    """Goes through every check. What these credentials may not read, and what does not stand or was deleted by hand, is not assessed.

    What else botocore raises escapes: without credentials or network no check says anything.
    """
    causes: list[Cause] = []
    not_assessed: list[NotAssessed] = []
    looked_at: list[str] = []
    for check in symptom.checks:
        found = _find(check, facts)
        if isinstance(found, NotAssessable):
            not_assessed.append(NotAssessed(check.looks_at, found.why))
            continue
        looked_at.append(f"{check.looks_at}: {found.what}" if isinstance(found, Seen) else check.looks_at)
        if isinstance(found, Cause):
            causes.append(found)
    # Sorting is stable: what is equally sure stays in the tree's order.
    causes.sort(key=lambda cause: cause.certainty.rank)
    return Diagnosis(symptom.name, tuple(causes), tuple(not_assessed), tuple(looked_at))


def _find(check: Check, facts: Facts) -> Finding:
    try:
        return check.find(facts)
    except UserError as error:
        return NotAssessable(str(error))
    except Exception as error:
        if is_denied(error):
            return NotAssessable(f"these credentials may not do {missing_action(error)}")
        if is_not_offered(error):
            return NotAssessable(f"the endpoint does not offer {missing_action(error)}")
        if is_missing(error):
            return NotAssessable(f"what {missing_action(error)} asks for does not exist any more")
        raise
