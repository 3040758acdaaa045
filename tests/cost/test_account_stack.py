"""What the real AccountSecurityStack costs: everything of it is priced, once, beside an environment that costs what it did."""

import re
from decimal import Decimal

import pytest

from tests.conftest import PROJECT_ROOT, Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, estimated, missing, money
from tradingbot_infra.config.account_plans import FULL
from tradingbot_infra.cost.account_controls import CONTROLS, monthly_by_control, of_no_control
from tradingbot_infra.cost.diff import ChangeKind, diff
from tradingbot_infra.cost.estimate import Estimate, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.report.shares import by_service
from tradingbot_infra.templates import Assembly

AIM = Decimal(45)
"""US dollars a month, without runtime monitoring and unused access: what the stack is designed for."""


@pytest.fixture(scope="module")
def ours(synthesize: Synthesize) -> Assembly:
    return synthesize("production", account_security="ours")


@pytest.fixture(scope="module")
def without(synthesize: Synthesize) -> Assembly:
    return synthesize("production", account_security="none")


@pytest.fixture(scope="module")
def found(ours: Assembly) -> Estimate:
    return estimated(ours, AT_LIST)


def test_everything_of_the_stack_has_a_price_or_is_free(found: Estimate) -> None:
    assert missing(found) == ()
    assert {each.type for each in found.free} >= {"AWS::Config::DeliveryChannel", "Custom::SnapshotBlockPublicAccess"}


def test_the_stack_costs_what_a_small_team_can_pay(found: Estimate) -> None:
    assert Decimal(20) < total(found.of(Part.ACCOUNT)) <= AIM


def test_the_environment_beside_it_costs_to_the_cent_what_it_did(ours: Assembly, without: Assembly) -> None:
    for prices in (AT_DOCUMENT, AT_LIST):
        changes = diff(estimated(without, prices), estimated(ours, prices))
        assert {change.kind for change in changes.changes if change.part != Part.ACCOUNT} == {ChangeKind.UNCHANGED}
    assert total(estimated(ours, AT_DOCUMENT).of(Part.DOCUMENT)) == Decimal("252.47")


def test_a_difference_shows_each_line_that_the_stack_adds(ours: Assembly, without: Assembly) -> None:
    before, after = estimated(without, AT_LIST), estimated(ours, AT_LIST)
    changes = diff(before, after)
    added = {change.id for change in changes.changes if change.kind is ChangeKind.ADDED}
    assert added == {line.quantity.id for line in after.of(Part.ACCOUNT)}
    assert changes.difference == total(after.of(Part.ACCOUNT))


def test_every_line_is_of_one_control(found: Estimate) -> None:
    assert list(of_no_control(found)) == []
    assert sum(monthly_by_control(found).values()) == total(found.of(Part.ACCOUNT))


def test_every_control_with_lines_costs_something_in_the_plan_that_has_all(synthesize: Synthesize) -> None:
    full = estimated(synthesize("production", account_security="ours", **FULL), AT_LIST)
    assert missing(full) == ()
    prices = monthly_by_control(full)
    free = {control.id for control in CONTROLS if not prices[control.id]}
    # A function that runs at deployments costs less than half a cent.
    assert free == {control.id for control in CONTROLS if not control.lines} | {"account-defaults"}


def test_fifteen_alarms_read_metrics_that_exist_in_a_few_hours_only(found: Estimate) -> None:
    assert money(found)["account.cloudwatch.alarms.others"] == "1.50"
    assert Decimal(money(found)["account.cloudwatch.metrics.filters"]) < Decimal("0.50")


def test_an_account_that_has_a_part_already_does_not_pay_it_here(synthesize: Synthesize) -> None:
    existing = {"guardduty": "existing", "security_hub": "existing", "config_recorder": "existing"}
    lines = money(estimated(synthesize("production", account_security="ours", **existing), AT_LIST))
    assert not [name for name in lines if name.startswith(("account.guardduty", "account.securityhub", "account.config.items"))]


def test_only_the_environment_that_deploys_the_accounts_stacks_pays_for_them(synthesize: Synthesize) -> None:
    assert estimated(synthesize("staging", account_security="ours"), AT_LIST, "staging").of(Part.ACCOUNT) == ()


def test_the_page_on_cost_says_what_each_service_costs(found: Estimate) -> None:
    page = (PROJECT_ROOT / "docs/cost.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## The account$(.*?)^## ", page, flags=re.MULTILINE | re.DOTALL)
    said = {services: Decimal(usd) for services, usd in re.findall(r"^\| ([^|]+) \| (\d+\.\d\d) \|", section, flags=re.MULTILINE)}
    computed = by_service(found.of(Part.ACCOUNT))
    assert said == {services: sum(computed[f"Account: {name}"] for name in services.split(", ")) for services in said}
    assert sum(said.values()) == total(found.of(Part.ACCOUNT))
    assert f"it is {total(found.of(Part.ACCOUNT))} USD a month" in section
