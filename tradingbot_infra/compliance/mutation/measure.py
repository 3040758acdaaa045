"""A run: an environment's mutants, chosen by a seed, judged and counted."""

from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.mutation.harmless import marks
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
