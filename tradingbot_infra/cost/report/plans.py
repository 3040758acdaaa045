"""Plans of account security as rows for a terminal and as JSON: prices by control, then what is lost where one is off."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tradingbot_infra.cost.account_controls import PricedControl
from tradingbot_infra.cost.account_plans import PricedPlan, decided_by_plans
from tradingbot_infra.cost.report.document import Json
from tradingbot_infra.cost.report.text import refused
from tradingbot_infra.reporting.json_document import versioned

SCHEMA_VERSION = 1

_REQUIREMENTS = 3
"""How many requirements a row names; JSON has all."""


def plans_document(environment: str, plans: Sequence[PricedPlan]) -> Json:
    """Every plan with its controls. Money is decimal numbers as text. The same templates and prices give the same document."""
    return versioned(SCHEMA_VERSION, {"environment": environment, "currency": "USD", "plans": [_plan(plan) for plan in plans]})


def price_rows(plans: Sequence[PricedPlan]) -> list[tuple[str, ...]]:
    """A row for each control with its price in every plan, and their sum."""
    rows = [("USD a month", *(plan.name for plan in plans))]
    for index, control in enumerate(decided_by_plans()):
        rows.append((control.title, *(_cell(plan, plan.controls[index]) for plan in plans)))
    return [*rows, ("Together", *(f"{plan.monthly:.2f}" for plan in plans))]


def notes(environment: str, plans: Sequence[PricedPlan]) -> Iterator[str]:
    """What refuses a plan, what has no price, and how to choose one."""
    for plan in plans:
        if plan.refused_by:
            yield f"{plan.name}: {refused(environment, plan.refused_by)}"
    for what in dict.fromkeys(f"{each.what}, {each.reason}" for plan in plans for each in plan.unpriced):
        yield f"Not in these prices: {what}"


def lost_rows(plans: Sequence[PricedPlan]) -> list[tuple[str, ...]]:
    """For each control that some plan leaves off: what is lost, and which requirements then have nothing."""
    off = [control for control in decided_by_plans() if not all(plan.has(control) for plan in plans)]
    return [(control.id, control.without, _named(control.requirements)) for control in off]


def _named(requirements: Sequence[str]) -> str:
    more = len(requirements) - _REQUIREMENTS
    return f"{', '.join(requirements[:_REQUIREMENTS])}{f' and {more} more' if more > 0 else ''}"


def _cell(plan: PricedPlan, priced: PricedControl) -> str:
    if not plan.has(priced.control):
        return "off"
    return f"{priced.monthly:.2f}" if priced.monthly else "free"


def _plan(plan: PricedPlan) -> Json:
    return {
        "name": plan.name,
        "monthly": _money(plan.monthly),
        "refused_by": list(plan.refused_by),
        "unpriced": [{"what": each.what, "reason": each.reason} for each in plan.unpriced],
        "controls": [_control(plan, priced) for priced in plan.controls],
    }


def _control(plan: PricedPlan, priced: PricedControl) -> Json:
    control = priced.control
    return {
        "id": control.id,
        "title": control.title,
        "setting": control.setting,
        "on": plan.has(control),
        "monthly": _money(priced.monthly),
        "lines": [{"id": line.quantity.id, "what": line.quantity.what, "monthly": _money(line.monthly)} for line in priced.lines],
        "requirements": list(control.requirements),
        "without": control.without,
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
