"""A run: an environment's mutants, chosen by a seed, judged and counted."""

from collections.abc import Sequence

from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.mutation.harmless import ANY, Harmless, marks
from tradingbot_infra.compliance.mutation.operators import choose, mutants
from tradingbot_infra.compliance.mutation.report import Measure
from tradingbot_infra.compliance.mutation.run import Judge
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly


def measure(assembly: Assembly, config: EnvironmentConfig, *, seed: int, count: int | None, types: str = "") -> Measure:
    """How many of an environment's mutants our rules stop; `types` is how the types of the resources begin that get faults."""
    chosen = choose((each for each in mutants(assembly) if each.resource_type.startswith(types)), seed, count)
    outcomes = tuple(Judge(assembly, active(LEDGER, config)).outcomes(chosen))
    return Measure(config.environment, seed, outcomes, marks())


def stale_marks(assembly: Assembly, config: EnvironmentConfig, known: Sequence[Harmless]) -> list[tuple[Harmless, str]]:
    """The marks of which no mutant survives, each with the operator that the mark names for nothing."""
    judge = Judge(assembly, active(LEDGER, config))
    found = [mutant for mutant in mutants(assembly) if any(mark.covers(mutant) for mark in known)]

    def survives(mark: Harmless, operator: str) -> bool:
        covered = (mutant for mutant in found if mark.covers(mutant) and operator in (ANY, mutant.operator))
        return any(outcome.survives for outcome in judge.outcomes(covered))

    return [(mark, operator) for mark in known for operator in mark.operators if not survives(mark, operator)]
