"""Savings that the document proposes or that the account's parts allow, computed: what each saves, what refuses it, and all together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from tradingbot_infra.cost.account_controls import CONTROLS, is_off
from tradingbot_infra.cost.commitments import Commitment, commitments
from tradingbot_infra.cost.estimate import Estimate
from tradingbot_infra.cost.item import MONTHS
from tradingbot_infra.cost.prices import PriceTable, cents
from tradingbot_infra.cost.scenarios import ACCOUNT_SCENARIOS, SETTINGS_SCENARIOS, Scenario, SettingsScenario
from tradingbot_infra.templates import Assembly


class SavingStatus(StrEnum):
    """Whether a scenario saves, and if not, why."""

    SAVES = "saves"
    ALREADY = "already so"
    NO_PRICE = "no price known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Alternative:
    """The environment with other settings, synthesized and judged.

    `refused_by` are the controls that refuse it, or what is wrong with its settings; then there is no estimate.
    """

    assembly: Assembly | None
    estimate: Estimate | None
    refused_by: tuple[str, ...] = ()

    @property
    def priced(self) -> tuple[Assembly, Estimate]:
        """Templates and estimate.

        Raises ValueError where the settings are wrong.
        """
        if self.assembly is None or self.estimate is None:
            raise ValueError("; ".join(self.refused_by))
        return self.assembly, self.estimate


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What a scenario saves, US dollars; None where it could not be computed. `unpriced` comes on top of its costs.

    `note` says what was computed instead, where a table does not have the price of the scenario itself.
    """

    scenario: Scenario
    status: SavingStatus
    monthly: Decimal | None = None
    yearly: Decimal | None = None
    unpriced: tuple[str, ...] = ()
    note: str = ""
    refused_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Combined:
    """What the scenarios that are allowed save together, US dollars: their settings in one synthesis, commitments on its lines."""

    scenarios: tuple[Scenario, ...]
    monthly: Decimal
    yearly: Decimal
    left: Decimal


@dataclass(frozen=True)
class Savings:
    """Every scenario that saves or is known not to, and the allowed ones together; None where none saves.

    `refused_by` are the controls that refuse the environment as it is.
    """

    each: tuple[Saving, ...]
    combined: Combined | None
    refused_by: tuple[str, ...]


_NAMED = 4
"""How many requirements a note names; `account plan --json` has all."""

AlternativeOf = Callable[[Mapping[str, object]], Alternative]
"""The same environment with settings laid over it."""


def savings(base: Alternative, table: PriceTable, settings: Mapping[str, object], alternative: AlternativeOf) -> Savings:
    """The scenarios but those that cost more. `settings` are those of the environment, by flat name."""
    assembly, estimate = base.priced
    wanted = [scenario for scenario in (*SETTINGS_SCENARIOS, *ACCOUNT_SCENARIOS) if scenario.applies_to(settings)]
    tried = [_try(scenario, base, settings, alternative) for scenario in wanted]
    committed = [_committed(each) for each in commitments(assembly, estimate, table)]
    of_document, of_account = tried[: len(SETTINGS_SCENARIOS)], tried[len(SETTINGS_SCENARIOS) :]
    *network, hours = (saving for _, saving in of_document)
    ordered = (*network, *committed, hours, *(_with_exceptions(saving, settings) for _, saving in of_account))
    # Nobody is advised to save at what watches the account: each of its parts is for whoever accepts what is lost.
    combined = _combined(base, table, [(found, saving) for found, saving in of_document if _saves(saving)], alternative)
    return Savings(tuple(each for each in ordered if not _costs_more(each)), combined, base.refused_by)


def _try(
    scenario: SettingsScenario, base: Alternative, settings: Mapping[str, object], alternative: AlternativeOf
) -> tuple[Alternative, Saving]:
    if all(settings[key] == value for key, value in scenario.settings.items()):
        return base, Saving(scenario=scenario, status=SavingStatus.ALREADY)
    then = alternative(scenario.settings)
    status = SavingStatus.REFUSED if then.refused_by else SavingStatus.SAVES
    if then.estimate is None:
        return then, Saving(scenario=scenario, status=status, refused_by=then.refused_by)
    _, before = base.priced
    saved = before.monthly - then.estimate.monthly
    known = {found.what for found in before.unpriced}
    new = tuple(found.what for found in then.estimate.unpriced if found.what not in known)
    return then, Saving(scenario=scenario, status=status, monthly=saved, yearly=saved * MONTHS, unpriced=new, refused_by=then.refused_by)


def _with_exceptions(saving: Saving, settings: Mapping[str, object]) -> Saving:
    """The saving with the requirements that nothing meets any more; the ledger accepts that, and says so in each report."""
    then = saving.scenario.settings if isinstance(saving.scenario, SettingsScenario) else {}
    gone = {name for name, value in then.items() if is_off(value) and not is_off(settings[name])}
    found = list(dict.fromkeys(name for control in CONTROLS if control.setting in gone for name in control.requirements))
    if saving.status is not SavingStatus.SAVES or not found:
        return saving
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return replace(saving, note=f"Only exceptions then: {', '.join(found[:_NAMED])}{more}.")


def _committed(commitment: Commitment) -> Saving:
    if commitment.yearly is None:
        return Saving(scenario=commitment.scenario, status=SavingStatus.NO_PRICE)
    yearly = commitment.yearly
    return Saving(
        scenario=commitment.scenario, status=SavingStatus.SAVES, monthly=cents(yearly / MONTHS), yearly=yearly, note=commitment.note
    )


def _saves(saving: Saving) -> bool:
    return saving.status is SavingStatus.SAVES and saving.monthly is not None and saving.monthly > 0


def _costs_more(saving: Saving) -> bool:
    return saving.monthly is not None and saving.monthly <= 0


def _combined(
    base: Alternative, table: PriceTable, tried: Sequence[tuple[Alternative, Saving]], alternative: AlternativeOf
) -> Combined | None:
    taken, best = _together(base, sorted(tried, key=lambda each: each[1].monthly or 0, reverse=True), alternative)
    (_, before), (assembly, estimate) = base.priced, best.priced
    committed = _compatible(commitments(assembly, estimate, table))
    yearly = (before.monthly - estimate.monthly) * MONTHS + sum((each.yearly or Decimal(0) for each in committed), Decimal(0))
    scenarios = (*taken, *(each.scenario for each in committed))
    if not scenarios:
        return None
    monthly = cents(yearly / MONTHS)
    return Combined(scenarios=scenarios, monthly=monthly, yearly=yearly, left=before.monthly - monthly)


def _together(
    base: Alternative, tried: Sequence[tuple[Alternative, Saving]], alternative: AlternativeOf
) -> tuple[list[Scenario], Alternative]:
    """Adds scenarios from the one that saves most, each synthesized with those before it, where that is allowed and saves more."""
    taken: list[Scenario] = []
    chosen: dict[str, object] = {}
    best = base
    for alone, saving in tried:
        wanted = saving.scenario.settings if isinstance(saving.scenario, SettingsScenario) else {}
        then = alternative({**chosen, **wanted}) if chosen else alone
        if then.estimate and not then.refused_by and then.estimate.monthly < best.priced[1].monthly:
            taken.append(saving.scenario)
            chosen |= wanted
            best = then
    return taken, best


def _compatible(found: Sequence[Commitment]) -> list[Commitment]:
    """One reservation, because an instance has one, and the savings plan; each only if it saves."""
    *reserved, plan = (each for each in found)
    longest = max(reserved, key=lambda each: each.yearly or Decimal(0))
    return [each for each in (longest, plan) if each.yearly is not None and each.yearly > 0]
