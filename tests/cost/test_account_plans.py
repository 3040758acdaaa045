"""Plans of account security side by side: prices, what refuses one, and what is lost."""

from collections.abc import Mapping

import pytest

from tests.compliance.builders import resource
from tests.cost.account import detector, standard, with_account
from tests.cost.pricing import AT_LIST, estimated
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.config.settings import flat, load_config
from tradingbot_infra.cost.account_plans import OURS, PricedPlan, decided_by_plans, price_plans
from tradingbot_infra.cost.report.plans import lost_rows, notes, plans_document, price_rows
from tradingbot_infra.cost.savings import Alternative


def alternative(settings: Mapping[str, object]) -> Alternative:
    """A stack of some parts, as the settings say; the packs refuse one without Security Hub."""
    account = {"Key": resource("AWS::KMS::Key"), "Detector": detector()}
    if settings["security_hub"] == "ours":
        account["Standard"] = standard("pci-dss/v/4.0.1")
    if settings["unused_access_days"]:
        account["Unused"] = resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT_UNUSED_ACCESS"})
    assembly = with_account(account)
    refused_by = () if "Standard" in account else ("CIS-4.16",)
    return Alternative(assembly, estimated(assembly, AT_LIST, expected_identities=10), refused_by)


@pytest.fixture(scope="module")
def plans() -> tuple[PricedPlan, ...]:
    return price_plans(ACCOUNT_PLANS, alternative)


def test_a_plan_costs_what_its_parts_cost(plans: tuple[PricedPlan, ...]) -> None:
    essential, standard_, full = plans
    assert essential.monthly < standard_.monthly
    assert full.monthly - standard_.monthly == 2, "ten roles at 0.20"
    (unused,) = (priced for priced in full.controls if priced.control.id == "unused-access")
    assert [line.quantity.id for line in unused.lines] == ["account.access_analyzer.unused"]


def test_every_plan_is_laid_over_an_account_that_is_ours() -> None:
    asked: list[Mapping[str, object]] = []

    def remembered(settings: Mapping[str, object]) -> Alternative:
        asked.append(settings)
        return alternative(settings)

    price_plans(["essential"], remembered)
    assert asked == [{**OURS, **ACCOUNT_PLANS["essential"]}]


def test_a_price_says_off_or_free_where_nothing_is_paid(plans: tuple[PricedPlan, ...]) -> None:
    rows = {row[0]: row[1:] for row in price_rows(plans)}
    titles = {control.id: control.title for control in decided_by_plans()}
    assert rows["USD a month"] == ("essential", "standard", "full")
    assert rows[titles["unused-access"]] == ("off", "off", "2.00")
    assert rows[titles["access-analyzer"]] == ("free", "free", "free")
    assert rows[titles["security-hub"]][0] == "off"
    assert rows["Together"] == tuple(f"{plan.monthly:.2f}" for plan in plans)


def test_what_some_plan_leaves_off_says_what_is_lost_and_for_which_requirements(plans: tuple[PricedPlan, ...]) -> None:
    lost = {row[0]: row[1:] for row in lost_rows(plans)}
    without, requirements = lost["config-recorder"]
    assert without.endswith(".")
    assert requirements.startswith("CIS-3.3, ")
    assert " more" in requirements
    assert "trail" not in lost, "no plan is without it"
    assert lost_rows([plans[2]]) == []


def test_a_plan_that_the_packs_refuse_says_by_what(plans: tuple[PricedPlan, ...]) -> None:
    assert list(notes("production", plans)) == ["essential: refused in production: CIS-4.16"]


def test_settings_that_do_not_go_together_are_an_error() -> None:
    with pytest.raises(ValueError, match="config_rules: needs a recorder"):
        price_plans(["essential"], lambda _: Alternative(None, None, ("config_rules: needs a recorder",)))


def test_the_document_has_every_line_and_requirement(plans: tuple[PricedPlan, ...]) -> None:
    document = plans_document("production", plans)
    assert [plan["name"] for plan in document["plans"]] == ["essential", "standard", "full"]
    controls = {each["id"]: each for each in document["plans"][0]["controls"]}
    assert (controls["guardduty"]["on"], controls["security-hub"]["on"]) == (True, False)
    assert {line["id"] for line in controls["guardduty"]["lines"]} == {"account.guardduty.management_events", "account.guardduty.logs"}
    assert "CIS-3.1" in controls["trail"]["requirements"]


def test_a_plan_decides_every_control_but_whom_aws_writes_to_and_the_budget() -> None:
    settings = {control.setting for control in decided_by_plans()}
    assert settings <= {*OURS, *ACCOUNT_PLANS["standard"]} <= set(flat(load_config("production")))
    assert not {"security_contact_email", "account_budget_usd"} & settings
