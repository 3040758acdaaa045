"""What a check of a decision tree may find."""

from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.operations.printed_commands import Step
from tradingbot_infra.operations.verdict import NotAssessed


class SymptomName(StrEnum):
    """What a person sees: the four chapters of the document's troubleshooting, and what the document does not have."""

    TASKS_PENDING = "tasks-pending"
    SLOW_START = "slow-start"
    CANNOT_STOP = "cannot-stop"
    API_502 = "api-502"
    ALB_503 = "alb-503"
    API_403 = "api-403"
    DATABASE = "database"
    EXCHANGE_UNREACHABLE = "exchange-unreachable"
    HIGH_COST = "high-cost"
    ACCOUNT_SILENT = "account-silent"
    STRATEGY_SILENT = "strategy-silent"
    SLOW = "slow"


class Certainty(StrEnum):
    """How certain a cause is, the most certain first.

    CERTAIN: the evidence proves the fault. LIKELY: messages or figures of AWS point at it. POSSIBLE: it would explain the symptom,
    and nothing contradicts it.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 for the most certain."""
        return list(Certainty).index(self)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why the symptom exists. `evidence` says what was read; `fix` holds the steps, in their order."""

    id: str
    title: str
    certainty: Certainty
    evidence: tuple[str, ...]
    fix: tuple[Step, ...]


@dataclass(frozen=True)
class Normal:
    """Nothing wrong, and a figure that is worth showing."""

    what: str


Diagnosed = Cause | Normal | NotAssessed | None
"""None: checked, and nothing is wrong."""
