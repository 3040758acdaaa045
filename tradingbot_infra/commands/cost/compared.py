"""The cost of two assemblies beside each other, where both have an estimate: shared by `diff` and `report pull-request`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradingbot_infra.config.sections.usage import UsageConfig
    from tradingbot_infra.cost.diff import Diff
    from tradingbot_infra.cost.estimate import Estimate, Prices
    from tradingbot_infra.templates import Assembly


@dataclass(frozen=True)
class Compared:
    """Both estimates and what lies between them."""

    base: "Estimate"
    head: "Estimate"
    difference: "Diff"


def compared(base: "Assembly", head: "Assembly", usage: "UsageConfig", prices: "Prices") -> Compared | None:
    """The same usage and prices on both sides; None where an assembly, such as one of an older version, has no estimate."""
    from tradingbot_infra.cost.diff import diff
    from tradingbot_infra.cost.estimate import estimate

    try:
        before, after = (estimate(assembly, usage, prices) for assembly in (base, head))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return Compared(before, after, diff(before, after))
