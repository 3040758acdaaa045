"""What a check of a decision tree may find."""

from dataclasses import dataclass
from enum import StrEnum


class SymptomName(StrEnum):
    """What a person sees: the four chapters of the document's troubleshooting."""

    TASKS_PENDING = "tasks-pending"
    ALB_503 = "alb-503"
    DATABASE = "database"
    HIGH_COST = "high-cost"


class Certainty(StrEnum):
    """How sure it is that a cause is the one, the surest first.

    CERTAIN: the evidence proves that the fault stands. LIKELY: AWS's words or figures point at it. POSSIBLE: it would explain the
    symptom, and nothing speaks against it.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Certainty).index(self)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why the symptom is there. `evidence` says what was read; `fix` holds commands, or sentences that hold them, in their order."""

    id: str
    title: str
    certainty: Certainty
    evidence: tuple[str, ...]
    fix: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """Nothing wrong, and a figure that is worth showing."""

    what: str


@dataclass(frozen=True)
class NotAssessable:
    """Nothing can be said, and why."""

    why: str


Finding = Cause | Seen | NotAssessable | None
"""None: looked, and nothing is wrong."""
