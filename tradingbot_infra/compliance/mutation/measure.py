"""A run: an environment's mutants, chosen by a seed, judged and counted."""

from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.mutation.harmless import marks
from tradingbot_infra.compliance.mutation.operators import choose, mutants
from tradingbot_infra.compliance.mutation.report import Measure
from tradingbot_infra.compliance.mutation.run import Judge
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly


def measure(assembly: Assembly, config: EnvironmentConfig, *, seed: int, count: int | None) -> Measure:
    """How many of an environment's mutants our rules stop."""
    chosen = choose(mutants(assembly), seed, count)
    outcomes = tuple(Judge(assembly, active(LEDGER, config)).outcomes(chosen))
    return Measure(config.environment, seed, outcomes, marks())
