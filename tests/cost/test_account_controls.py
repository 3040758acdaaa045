"""Each control of the account has its price, its requirements, and what is lost without it."""

from decimal import Decimal

import pytest

from tests.compliance.builders import resource
from tests.cost.account import DATABASE, detector, standard, with_account
from tests.cost.pricing import AT_LIST, estimated
from tradingbot_infra.compliance.catalogue import controls, outside_rules
from tradingbot_infra.config.settings import flat, load_config
from tradingbot_infra.cost.account_controls import CONTROLS, AccountControl, monthly_by_control, of_no_control, priced_controls
from tradingbot_infra.cost.estimate import total
from tradingbot_infra.cost.item import Part

ACCOUNT = {
    "Key": resource("AWS::KMS::Key", {}),
    "Topic": resource("AWS::SNS::Topic", {}),
    "Detector": detector("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING"),
    "Standard": standard("aws-foundational-security-best-practices/v/1.0.0"),
    "Recorder": resource("AWS::Config::ConfigurationRecorder", {}),
    "Unused": resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT_UNUSED_ACCESS"}),
    "Inspector": resource("Custom::InspectorEnable", {}),
}


def test_every_line_of_the_account_is_of_one_control() -> None:
    found = estimated(with_account(ACCOUNT, {"Database": DATABASE}), AT_LIST)
    priced = priced_controls(found)
    lines = [line.quantity.id for each in priced for line in each.lines]
    assert sorted(lines) == sorted(line.quantity.id for line in found.of(Part.ACCOUNT))
    assert list(of_no_control(found)) == []
    assert sum((each.monthly for each in priced), Decimal(0)) == total(found.of(Part.ACCOUNT)) > 0


def test_lines_of_the_environment_are_of_no_control() -> None:
    found = estimated(with_account({}, {"Key": ACCOUNT["Key"], "Database": DATABASE}), AT_LIST)
    assert not any(monthly_by_control(found).values())


def test_what_another_stack_of_the_account_costs_is_named() -> None:
    found = estimated(with_account({"Secret": resource("AWS::SecretsManager::Secret", {})}), AT_LIST)
    assert [line.quantity.id for line in of_no_control(found)] == ["account.secrets.others", "account.secrets.requests"]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_a_control_names_its_setting_real_rules_and_what_is_lost_without_it(control: AccountControl) -> None:
    assert control.setting in flat(load_config("production"))
    assert control.without.endswith(".")
    named = {rule for each in controls().values() for rule in each.rules}
    assert set(control.rules) <= named | set(outside_rules())


OF_NO_CONTROL = {
    "acct.acm": "certificates are the team's",
    "acct.cloudshell": "people",
    "acct.federation": "people",
    "acct.macie": "not used",
    "acct.org": "the organization",
    "acct.server_certs": "people",
    "acct.users_groups": "people",
    "acct.users_keys": "people",
    "acct.users_mfa": "people",
    "acct.users_unused": "people",
}
"""Rules of the account that nothing of the stack has a price for, and whose they are."""


def test_every_rule_of_the_account_has_its_control_or_is_somebody_elses() -> None:
    named = {rule for control in controls().values() for rule in control.rules if rule.startswith("acct.")}
    assert named - {rule for control in CONTROLS for rule in control.rules} == set(OF_NO_CONTROL)


def test_requirements_are_those_of_the_frameworks_that_name_a_rule() -> None:
    (validated,) = (control for control in CONTROLS if control.id == "trail")
    assert {"CIS-3.1", "CIS-3.2", "CIS-3.5", "PCI.DSS.401-10.2.2"} <= set(validated.requirements)
    assert len(set(validated.requirements)) == len(validated.requirements)
    (free,) = (control for control in CONTROLS if control.id == "budget")
    assert free.requirements == ()


def test_the_fifteen_alarms_are_a_requirement_of_cis_each() -> None:
    (alarms,) = (control for control in CONTROLS if control.id == "alarms")
    assert {f"CIS-4.{number}" for number in range(1, 16)} <= set(alarms.requirements)
