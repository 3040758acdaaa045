"""Price tables and estimates, as tests need them."""

from decimal import Decimal

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.estimate import Estimate, LineItem, Prices, Unpriced, estimate
from tradingbot_infra.cost.item import shown
from tradingbot_infra.cost.prices import TableName, read_table
from tradingbot_infra.templates import Assembly

LIST = read_table(TableName.LIST)
AT_DOCUMENT = Prices(read_table(TableName.DOCUMENT), LIST)
AT_LIST = Prices(LIST, LIST)


def estimated(assembly: Assembly, prices: Prices, environment: str = "production", **overrides: object) -> Estimate:
    """An assembly at the usage of an environment, single settings of it replaced."""
    return estimate(assembly, load_config(environment, overrides).usage, prices)


NO_PRICE_KNOWN = frozenset({"cloudwatch.promql_million_samples"})
"""What is billed and has a price in no public source: every estimate of an environment that sends metrics names it."""


def missing(estimate: Estimate) -> tuple[Unpriced, ...]:
    """What has no price although sources have one."""
    return tuple(found for found in estimate.unpriced if found.key not in NO_PRICE_KNOWN)


def amounts(estimate: Estimate) -> dict[str, Decimal]:
    """The quantity of each line in the price's unit, by the line's id."""
    return {line.quantity.id: line.units for line in estimate.lines}


def units(estimate: Estimate, *identifiers: str) -> list[str]:
    """The quantities of these lines in their prices' units, in text."""
    found = amounts(estimate)
    return [shown(found[identifier]) for identifier in identifiers]


def money(estimate: Estimate) -> dict[str, str]:
    """What each line costs a month, by the line's id."""
    return {line.quantity.id: str(line.monthly) for line in estimate.lines}


def line(estimate: Estimate, identifier: str) -> LineItem:
    """The one line with an id."""
    (found,) = [line for line in estimate.lines if line.quantity.id == identifier]
    return found
