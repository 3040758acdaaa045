"""What reservations and savings plans save: rates of the price table on the lines of an estimate. They change no template."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradingbot_infra.cost.estimate import Estimate, LineItem, total
from tradingbot_infra.cost.item import MONTHS
from tradingbot_infra.cost.prices import PriceTable
from tradingbot_infra.cost.quantities import fargate, rds
from tradingbot_infra.cost.scenarios import RESERVED_1Y, RESERVED_3Y, SAVINGS_PLAN, Scenario
from tradingbot_infra.templates import Assembly

_UPFRONT = ("all_upfront", "partial_upfront")
"""All upfront is what the document proposes; the other is used where a table does not have that price."""

_PARTIAL = "Priced as partial upfront: the table has no price of all upfront."


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What a commitment saves in a year, US dollars; None without a price. `note` says what was priced instead."""

    scenario: Scenario
    yearly: Decimal | None
    note: str = ""


def commitments(assembly: Assembly, estimate: Estimate, table: PriceTable) -> tuple[Commitment, ...]:
    """Every commitment that the document proposes, in its order."""
    reserved = (_reserved(scenario, years, assembly, estimate, table) for scenario, years in ((RESERVED_1Y, 1), (RESERVED_3Y, 3)))
    return (*reserved, _savings_plan(estimate, table))


def _reserved(scenario: Scenario, years: int, assembly: Assembly, estimate: Estimate, table: PriceTable) -> Commitment:
    """A reservation of every instance, at a price of the same table as its hours."""
    instances = [each for each in assembly.of_type("AWS::RDS::DBInstance") if assembly.stacks[each.stack].region == table.region]
    prices = [
        next(filter(None, (table.get(f"{rds.reservation(instance)}.{years}y_{option}_year") for option in _UPFRONT)), None)
        for instance in instances
    ]
    lines = [line for line in estimate.lines if line.quantity.id == rds.INSTANCE_LINE]
    known = [price for price in prices if price]
    if len(known) < len(instances) or not _all_of(lines, table):
        return Commitment(scenario=scenario, yearly=None)
    yearly = total(lines) * MONTHS - sum((price.usd for price in known), Decimal(0))
    partial = any("partial" in price.key for price in known)
    return Commitment(scenario=scenario, yearly=yearly, note=_PARTIAL if partial else "")


def _savings_plan(estimate: Estimate, table: PriceTable) -> Commitment:
    lines = [line for line in estimate.lines if line.quantity.id in fargate.TASK_LINES]
    price = table.get("fargate.savings_plan_1y")
    if price is None or not _all_of(lines, table):
        return Commitment(scenario=SAVINGS_PLAN, yearly=None)
    return Commitment(scenario=SAVINGS_PLAN, yearly=(total(lines) - price.of(total(lines))) * MONTHS)


def _all_of(lines: Sequence[LineItem], table: PriceTable) -> bool:
    return bool(lines) and all(line.price.table is table.name for line in lines)
