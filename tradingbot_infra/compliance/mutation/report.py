"""How many mutants were stopped, by operator and by rule, and which survived."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tradingbot_infra.compliance.mutation.harmless import Harmless, is_harmless
from tradingbot_infra.compliance.mutation.run import CRASH, LEDGER, Outcome

_GENERAL = ("cfn.defaults", "cfn.allowed", "cfn.declared", LEDGER, CRASH)
OWN = "a rule of its own"
NOTE = "The public packs (cdk-nag) are left out of the count: they look at constructs, and see no change of a finished template."


@dataclass(frozen=True)
class Measure:
    """The outcome of a run. Survivors that mean nothing for security are not in its figures."""

    environment: str
    seed: int
    outcomes: tuple[Outcome, ...]
    marks: Sequence[Harmless]

    @cached_property
    def harmless(self) -> int:
        """Survivors that are marked."""
        return sum(outcome.survives and is_harmless(outcome.mutant, self.marks) for outcome in self.outcomes)

    @cached_property
    def counted(self) -> tuple[Outcome, ...]:
        """What was stopped, and what should have been."""
        return tuple(each for each in self.outcomes if not (each.survives and is_harmless(each.mutant, self.marks)))

    @cached_property
    def survivors(self) -> tuple[Outcome, ...]:
        """What should have been stopped, by type, property and operator."""
        return tuple(sorted((each for each in self.counted if each.survives), key=_order))

    @property
    def stopped(self) -> int:
        """How many were stopped."""
        return len(self.counted) - len(self.survivors)

    @property
    def percent(self) -> float:
        """Stopped, in percent of those counted."""
        return 100 * self.stopped / len(self.counted) if self.counted else 100.0

    @cached_property
    def by_operator(self) -> dict[str, tuple[int, int]]:
        """Stopped and counted, by operator, the worst first."""
        every = Counter(each.mutant.operator for each in self.counted)
        stopped = Counter(each.mutant.operator for each in self.counted if not each.survives)
        return {name: (stopped[name], every[name]) for name in sorted(every, key=lambda name: (stopped[name] / every[name], name))}

    @cached_property
    def by_rule(self) -> dict[str, int]:
        """How many were stopped by a rule of the service, and of the others by each general rule: the first in the order counts."""
        return dict(Counter(_first(each) for each in self.counted if not each.survives).most_common())


def document(measure: Measure) -> dict[str, Any]:
    """The measure for programs."""
    return {
        "environment": measure.environment,
        "seed": measure.seed,
        "mutants": len(measure.outcomes),
        "harmless": measure.harmless,
        "stopped": measure.stopped,
        "counted": len(measure.counted),
        "percent": round(measure.percent, 2),
        "byOperator": {name: {"stopped": stopped, "counted": counted} for name, (stopped, counted) in measure.by_operator.items()},
        "byRule": measure.by_rule,
        "survivors": [
            {
                "type": each.mutant.resource_type,
                "property": each.mutant.path,
                "operator": each.mutant.operator,
                "stack": each.mutant.stack,
                "logicalId": each.mutant.logical_id,
            }
            for each in measure.survivors
        ],
        "note": NOTE,
    }


def lines(measure: Measure) -> Iterator[str]:
    """The measure for people."""
    yield (
        f"{measure.environment}: {measure.stopped} of {len(measure.counted)} mutants stopped ({measure.percent:.1f} %); "
        f"{measure.harmless} more survive and are marked harmless; seed {measure.seed}"
    )
    yield NOTE
    yield ""
    yield "Stopped by"
    yield from (f"  {count:>5}  {name}" for name, count in measure.by_rule.items())
    yield ""
    yield "Stopped of all, by operator"
    yield from (f"  {stopped:>5} of {counted:<5} {name}" for name, (stopped, counted) in measure.by_operator.items())
    if measure.survivors:
        yield ""
        yield "Survivors"
        yield from (_survivor(each) for each in measure.survivors)


def _survivor(outcome: Outcome) -> str:
    mutant = outcome.mutant
    return f"  {mutant.resource_type}  {mutant.path or '(the resource)'}  {mutant.operator}  ({mutant.stack}/{mutant.logical_id})"


def _first(outcome: Outcome) -> str:
    own = outcome.stopped_by - set(_GENERAL)
    return OWN if own else next(rule for rule in _GENERAL if rule in outcome.stopped_by)


def _order(outcome: Outcome) -> tuple[str, ...]:
    mutant = outcome.mutant
    return mutant.resource_type, mutant.path, mutant.operator, mutant.stack, mutant.logical_id
