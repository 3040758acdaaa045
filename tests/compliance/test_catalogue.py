"""The catalogue: every control names rules that exist, and every rule is named by a control."""

from collections import Counter

import pytest

from tradingbot_infra.compliance.catalogue import Control, controls, frameworks, outside_rules, references
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import MODULES, RULES


def test_there_are_four_frameworks() -> None:
    assert {framework.id: (framework.version, len(framework.controls)) for framework in frameworks()} == {
        "CIS": ("5.0.0", 68),
        "PCI.DSS.401": ("4.0.1", 94),
        "SOC2": ("2017 with the points of focus of 2022", 49),
        "GDPR": ("(EU) 2016/679", 22),
    }


def test_no_control_is_listed_twice() -> None:
    assert len(controls()) == sum(len(framework.controls) for framework in frameworks())


@pytest.mark.parametrize("control", controls().values(), ids=controls().keys())
def test_a_control_names_rules_that_exist_and_fit_its_scope(control: Control) -> None:
    assert control.rules
    unknown = set(control.rules) - RULES.keys() - outside_rules().keys()
    assert not unknown
    assert len(set(control.rules)) == len(control.rules)
    assert control.scope in {scope_of(rule) for rule in control.rules}


def scope_of(rule: str) -> str:
    if rule in outside_rules():
        return outside_rules()[rule].scope
    return "account" if rule.startswith("acct.") else "workload"


def test_every_rule_is_named_by_a_control() -> None:
    asked = {rule for control in controls().values() for rule in control.rules}
    assert not (RULES.keys() | outside_rules().keys()) - asked


def test_no_two_rules_share_an_id() -> None:
    ids = Counter(value.id for module in MODULES for value in vars(module).values() if isinstance(value, Rule))
    assert not [rule for rule, times in ids.items() if times > 1]
    assert not RULES.keys() & outside_rules().keys()


def test_references_belong_to_rules() -> None:
    assert not references().keys() - RULES.keys() - outside_rules().keys()


def test_every_rule_has_a_title_and_a_fix() -> None:
    for rule in RULES.values():
        assert rule.title, rule.id
        assert not rule.title.endswith("."), rule.id
        assert rule.fix.endswith("."), rule.id
        assert rule.types, rule.id


def test_an_outside_rule_names_its_provider() -> None:
    for rule in outside_rules().values():
        assert rule.provider, rule.id
        assert rule.scope in {"account", "manual"}
