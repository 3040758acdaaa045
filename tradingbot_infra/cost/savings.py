"""The savings that the document proposes, computed: what each saves here, what it risks, and what the document says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tradingbot_infra.cost.estimate import Estimate, LineItem, total
from tradingbot_infra.cost.prices import PriceTable, cents
from tradingbot_infra.cost.quantities import fargate, rds
from tradingbot_infra.templates import Assembly

MONTHS = 12


class SavingStatus(StrEnum):
    """Whether a scenario could be computed."""

    COMPUTED = "computed"
    ALREADY = "already so"
    NO_PRICE = "no price known"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A proposal for saving. `documented` is the document's own figure, in its words."""

    id: str
    title: str
    documented: str
    risk: str


@dataclass(frozen=True, kw_only=True)
class SettingsScenario(Scenario):
    """A proposal for saving that consists of settings."""

    settings: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What a scenario saves, US dollars; None where it could not be computed. `unpriced` comes on top of its costs.

    `note` says what was computed instead, where a table does not have the price of the scenario itself.
    """

    scenario: Scenario
    status: SavingStatus
    monthly: Decimal | None
    yearly: Decimal | None
    unpriced: tuple[str, ...]
    note: str = ""


SETTINGS_SCENARIOS = (
    SettingsScenario(
        id="single_nat",
        title="One NAT gateway (nat_gateways=1)",
        documented="about 48 a month",
        risk="When its zone fails, no task reaches an exchange.",
        settings=MappingProxyType({"nat_gateways": 1}),
    ),
    SettingsScenario(
        id="vpc_endpoints",
        title="VPC endpoints (enable_vpc_endpoints=true)",
        documented="about 30 to 40 a month, less about 14 for the endpoints",
        risk="None for availability; it pays only where much traffic goes to AWS's own services.",
        settings=MappingProxyType({"enable_vpc_endpoints": True}),
    ),
    SettingsScenario(
        id="nat_instance",
        title="NAT instances (nat_type=instance)",
        documented="about 67 a month",
        risk="You must repair and patch the instances yourself, and their bandwidth is small.",
        settings=MappingProxyType({"nat_type": "instance"}),
    ),
    SettingsScenario(
        id="out_of_hours",
        title="No tasks at night and on weekends (scale_down_out_of_hours=true)",
        documented="about 20 to 30 a month",
        risk="Nothing trades, and no request is served, while no task runs; exchanges never close.",
        settings=MappingProxyType({"scale_down_out_of_hours": True}),
    ),
)
"""Proposals that settings implement; each is synthesized by itself."""

_RESERVATION_RISK = "Paid whether or not the instance runs; the class cannot be changed freely."

RESERVED_1Y = Scenario(
    id="rds_reserved_1y",
    title="RDS reserved for 1 year, paid upfront",
    documented="about 25 a year (290 against 315)",
    risk=_RESERVATION_RISK,
)
RESERVED_3Y = Scenario(
    id="rds_reserved_3y",
    title="RDS reserved for 3 years, paid upfront",
    documented="about 120 a year (195 against 315)",
    risk=_RESERVATION_RISK,
)
SAVINGS_PLAN = Scenario(
    id="fargate_savings_plan",
    title="Compute Savings Plan of 1 year for Fargate",
    documented="about 14.69 a month, 20 %",
    risk="The hourly commitment is paid whether or not tasks run.",
)

_UPFRONT = ("all_upfront", "partial_upfront")
"""All upfront is what the document proposes; the other is used where a table does not have that price."""

_PARTIAL = "Priced as partial upfront: the table has no price of all upfront."

Alternative = Callable[[Mapping[str, object]], Estimate]
"""The estimate of the same environment with settings laid over it."""


def savings(
    assembly: Assembly, base: Estimate, table: PriceTable, settings: Mapping[str, object], alternative: Alternative
) -> tuple[Saving, ...]:
    """Every scenario, in the document's order. `settings` are those of the environment, by flat name."""
    by_settings = [_by_settings(scenario, base, settings, alternative) for scenario in SETTINGS_SCENARIOS]
    reserved = [_reserved(scenario, years, assembly, base, table) for scenario, years in ((RESERVED_1Y, 1), (RESERVED_3Y, 3))]
    *network, hours = by_settings
    return (*network, *reserved, _savings_plan(base, table), hours)


def _by_settings(scenario: SettingsScenario, base: Estimate, settings: Mapping[str, object], alternative: Alternative) -> Saving:
    if all(settings[key] == value for key, value in scenario.settings.items()):
        return Saving(scenario=scenario, status=SavingStatus.ALREADY, monthly=None, yearly=None, unpriced=())
    then = alternative(scenario.settings)
    saved = base.monthly - then.monthly
    known = {found.what for found in base.unpriced}
    new = tuple(found.what for found in then.unpriced if found.what not in known)
    return Saving(scenario=scenario, status=SavingStatus.COMPUTED, monthly=saved, yearly=saved * MONTHS, unpriced=new)


def _reserved(scenario: Scenario, years: int, assembly: Assembly, base: Estimate, table: PriceTable) -> Saving:
    """A reservation of every instance, at a price of the same table as its hours."""
    instances = [each for each in assembly.of_type("AWS::RDS::DBInstance") if assembly.stacks[each.stack].region == table.region]
    prices = [
        next(filter(None, (table.get(f"{rds.reservation(instance)}.{years}y_{option}_year") for option in _UPFRONT)), None)
        for instance in instances
    ]
    lines = [line for line in base.lines if line.quantity.id == rds.INSTANCE_LINE]
    known = [price for price in prices if price]
    if len(known) < len(instances) or not _all_of(lines, table):
        return _no_price(scenario)
    yearly = total(lines) * MONTHS - sum((price.usd for price in known), Decimal(0))
    partial = any("partial" in price.key for price in known)
    return _committed(scenario, yearly, _PARTIAL if partial else "")


def _savings_plan(base: Estimate, table: PriceTable) -> Saving:
    lines = [line for line in base.lines if line.quantity.id in fargate.TASK_LINES]
    price = table.get("fargate.savings_plan_1y")
    if price is None or not _all_of(lines, table):
        return _no_price(SAVINGS_PLAN)
    monthly = total(lines) - price.of(total(lines))
    return _committed(SAVINGS_PLAN, monthly * MONTHS, "")


def _all_of(lines: Sequence[LineItem], table: PriceTable) -> bool:
    return bool(lines) and all(line.price.table is table.name for line in lines)


def _committed(scenario: Scenario, yearly: Decimal, note: str) -> Saving:
    return Saving(scenario=scenario, status=SavingStatus.COMPUTED, monthly=cents(yearly / MONTHS), yearly=yearly, unpriced=(), note=note)


def _no_price(scenario: Scenario) -> Saving:
    return Saving(scenario=scenario, status=SavingStatus.NO_PRICE, monthly=None, yearly=None, unpriced=())
