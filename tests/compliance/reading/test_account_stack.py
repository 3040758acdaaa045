"""Rules of the account follow the settings: what is somebody else's is not judged, and what is left out is named."""

from dataclasses import replace

import pytest

from tests.compliance.account_stack import account_stack
from tests.compliance.builders import Body, judge
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rule import Judgement
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config

PARTS = {
    "acct.config": ("config_recorder", "off"),
    "acct.config_everywhere": ("config_recorder", "off"),
    "acct.config_rules": ("config_rules", False),
    "acct.guardduty": ("guardduty", "off"),
    "acct.guardduty_runtime": ("guardduty_runtime_monitoring", False),
    "acct.securityhub": ("security_hub", "off"),
    "acct.access_analyzer": ("access_analyzer", "off"),
    "acct.unused_access": ("unused_access_days", None),
    "acct.inspector": ("inspector_images", False),
    "acct.password_policy": ("account_defaults", False),
    "acct.s3_public_block": ("account_defaults", False),
    "acct.default_vpc": ("remove_default_vpcs", False),
    "acct.support_role": ("support_role", False),
    "acct.trail_insights": ("trail_insights", False),
}
NEEDED = {"config_recorder": {"config_rules": False, "security_hub": "off"}}
"""Settings without which another one is refused."""


def judged(rule: str, settings: dict[str, object], **changes: Body | None) -> dict[str, Status]:
    config = load_config("production", {"account_security": "ours", **settings})
    return judge(RULES[rule], replace(account_stack(**changes), config=config))


@pytest.mark.parametrize(("rule", "part"), PARTS.items(), ids=list(PARTS))
def test_what_a_setting_leaves_out_does_not_pass(rule: str, part: tuple[str, object]) -> None:
    name, value = part
    assert judged(rule, {name: value, **NEEDED.get(name, {})}) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    ("rule", "setting"),
    [
        ("acct.config", "config_recorder"),
        ("acct.guardduty", "guardduty"),
        ("acct.securityhub", "security_hub"),
        ("acct.access_analyzer", "access_analyzer"),
    ],
)
def test_what_the_account_had_before_is_not_judged_here(rule: str, setting: str) -> None:
    assert judged(rule, {setting: "existing"}, Detector=None, Hub=None, Analyzer=None, Recorder=None) == {}


def test_what_the_settings_ask_for_must_be_there() -> None:
    assert judged("acct.guardduty", {}) == {STACK: Status.PASS}
    assert judged("acct.guardduty", {}, Detector=None) == {STACK: Status.FAIL}


def test_evidence_names_the_resource_and_its_property() -> None:
    assembly = account_stack()
    [stack] = (each for each in assembly.of_type("AWS::CloudFormation::Stack") if each.logical_id == STACK)
    judgement = Judgement(RULES["acct.guardduty"], stack, RULES["acct.guardduty"].judge(stack, assembly))
    assert [each.property for each in judgement.observations][:2] == ["AWS::GuardDuty::Detector", "Detector.Properties.Enable"]
