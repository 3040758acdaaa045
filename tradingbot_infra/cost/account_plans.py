"""What each plan of account security costs a month, control by control, and what refuses it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.cost.account_controls import CONTROLS, AccountControl, PricedControl, is_off, priced_controls
from tradingbot_infra.cost.estimate import Unpriced, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.savings import Alternative, AlternativeOf

OURS: Mapping[str, object] = {"account_security": "ours"}
"""What makes an environment that deploys the account's stacks deploy AccountSecurityStack."""


@dataclass(frozen=True)
class PricedPlan:
    """A plan with the controls that a plan decides. `monthly` is of everything that the account's stacks cost, US dollars."""

    name: str
    settings: Mapping[str, object]
    controls: tuple[PricedControl, ...]
    monthly: Decimal
    refused_by: tuple[str, ...]
    unpriced: tuple[Unpriced, ...]

    def has(self, control: AccountControl) -> bool:
        """Whether a control is on in this plan."""
        return not is_off(self.settings[control.setting])


def price_plans(names: Iterable[str], alternative: AlternativeOf) -> tuple[PricedPlan, ...]:
    """The plans of these names, each synthesized and judged with the environment's other settings.

    Raises ValueError where these settings do not go together.
    """
    return tuple(_priced(name, {**OURS, **ACCOUNT_PLANS[name]}, alternative) for name in names)


def decided_by_plans() -> tuple[AccountControl, ...]:
    """The controls that a plan decides; whom AWS writes to and the budget are settings of their own."""
    decided = {*OURS, *(name for plan in ACCOUNT_PLANS.values() for name in plan)}
    return tuple(control for control in CONTROLS if control.setting in decided)


def _priced(name: str, settings: Mapping[str, object], alternative: AlternativeOf) -> PricedPlan:
    then: Alternative = alternative(settings)
    _, estimate = then.priced
    chosen = decided_by_plans()
    controls = tuple(priced for priced in priced_controls(estimate) if priced.control in chosen)
    return PricedPlan(name, settings, controls, total(estimate.of(Part.ACCOUNT)), then.refused_by, estimate.unpriced)
