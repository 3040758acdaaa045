"""Error budgets: how much of what may go wrong in a time has gone wrong. Pure arithmetic.

An objective of 99.9 % allows one of a thousand events to be bad. Those are the budget of a window. The burn rate says how fast it goes:
at 1 it lasts exactly the window, at 2 half of it (Google, "The Site Reliability Workbook", "Alerting on SLOs").
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self


@dataclass(frozen=True)
class Events:
    """What happened in a time: requests or minutes, and those of them that were bad."""

    total: int = 0
    bad: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be."""
        if not 0 <= self.bad <= self.total:
            raise ValueError(f"{self.bad} of {self.total} cannot be bad")

    @classmethod
    def of(cls, total: float, bad: float) -> Self:
        """Of sums that CloudWatch counted: two metrics are not read at the same instant, so more may be bad than there were."""
        whole = max(round(total), round(bad), 0)
        return cls(whole, max(round(bad), 0))


@dataclass(frozen=True)
class Budget:
    """The budget of a window. `hour` and `day` are the last ones before its end."""

    objective: Fraction
    """Share of events that should be good, 0 to 1."""
    window: Events
    hour: Events
    day: Events

    @property
    def measured(self) -> Fraction | None:
        """Share of good events; None where nothing happened."""
        return Fraction(self.window.total - self.window.bad, self.window.total) if self.window.total else None

    @property
    def allowed(self) -> Fraction:
        """How many events may be bad."""
        return self.window.total * (1 - self.objective)

    @property
    def left(self) -> Fraction:
        """How many more events may be bad; below zero, the objective is missed."""
        return self.allowed - self.window.bad

    @property
    def used(self) -> Fraction | None:
        """Which part of the budget is used, 1 for all of it."""
        return Fraction(self.window.bad) / self.allowed if self.allowed else None

    @property
    def exhausted(self) -> bool:
        """Whether all of it is used: nothing more may go wrong."""
        return self.window.bad > 0 and self.left <= 0

    def burn_rate(self, events: Events) -> Fraction | None:
        """How fast events of a time use the budget up; 1 lasts exactly the window. None where nothing happened."""
        return Fraction(events.bad, events.total) / (1 - self.objective) if events.total else None


def share(percent: float) -> Fraction:
    """99.9 as exactly 999/1000, whatever a binary fraction makes of it."""
    return Fraction(str(percent)) / 100
