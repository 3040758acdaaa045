"""Who provides rules of the account that an environment does not declare itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tradingbot_infra.compliance import provided
from tradingbot_infra.compliance.catalogue import outside_rules
from tradingbot_infra.compliance.exception import ComplianceException
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW
from tradingbot_infra.compliance.provided import Provider, is_of_account, providers, status_unseen
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config

TEAM: dict[str, Any] = {
    "account_security": "provided-by:the platform team",
    "account_security_evidence": "https://wiki.example/audit",
    "account_security_review": "2027-03-31",
}
PROVIDER = Provider(name="the platform team", evidence="https://wiki.example/audit", review=date(2027, 3, 31))

STACK = Provider(name="production's AccountSecurityStack", evidence="the compliance report of production", review=NEXT_REVIEW)

ACCOUNT_RULES = {rule for rule in (*RULES, *outside_rules()) if is_of_account(rule)}

OURS = {"account_security": "ours"}


def production_with(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """environments.py with another production."""
    values: Mapping[str, object] = {**ENVIRONMENTS["production"], **changes}
    for module in ("settings.ENVIRONMENTS", "environments.ENVIRONMENTS"):
        monkeypatch.setattr(f"tradingbot_infra.config.{module}", {**ENVIRONMENTS, "production": values})


def shown_by_rules(monkeypatch: pytest.MonkeyPatch, *rules: str) -> None:
    """These rules of the account are judged at resources of AccountSecurityStack, and no others."""
    kept = {name: rule for name, rule in RULES.items() if not is_of_account(name)}
    monkeypatch.setattr(provided, "RULES", {**kept, **{name: RULES[name] for name in rules}})


def test_a_provider_of_the_account_has_every_rule_with_its_evidence_and_review() -> None:
    found = providers(load_config("production", TEAM))
    assert found.keys() == ACCOUNT_RULES
    assert set(found.values()) == {PROVIDER}


def test_what_people_must_show_is_provided_by_nobody() -> None:
    assert not [rule for rule in providers(load_config("production", TEAM)) if rule.startswith("man.") or not is_of_account(rule)]
    assert not is_of_account("man.root")
    assert not is_of_account("rds.encrypted")


def test_without_account_security_nobody_provides_anything_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    production_with(monkeypatch, account_security="none")
    assert [name for name in ENVIRONMENTS if providers(load_config(name))] == []


@pytest.mark.parametrize(
    ("setting", "rule", "name"),
    [
        ("config_recorder", "acct.config", "the account's own AWS Config recorder"),
        ("guardduty", "acct.guardduty", "the account's own GuardDuty"),
        ("security_hub", "acct.securityhub", "the account's own Security Hub"),
        ("access_analyzer", "acct.access_analyzer", "the account's own Access Analyzer"),
    ],
)
def test_what_exists_already_is_the_accounts_own_and_the_rest_is_ours(setting: str, rule: str, name: str) -> None:
    standards = {"security_hub_standards": ()} if setting == "security_hub" else {}
    found = providers(load_config("production", {**OURS, setting: "existing", **standards}))
    assert {provider.name for provider in found.values()} == {name}
    assert rule in found
    assert {RULES[key].setting for key in found} == {setting}
    assert found[rule].evidence == "`tradingbot account status`"


def test_a_recorder_that_the_account_has_says_nothing_of_other_regions() -> None:
    assert "acct.config_everywhere" not in providers(load_config("production", {**OURS, "config_recorder": "existing"}))
    assert "acct.config_everywhere" in providers(load_config("production", TEAM))


def test_another_environment_has_what_production_deploys(monkeypatch: pytest.MonkeyPatch) -> None:
    production_with(monkeypatch, **OURS)
    shown_by_rules(monkeypatch, "acct.trail", "acct.guardduty", "acct.mf.4.3")
    for name in ENVIRONMENTS:
        expected = {} if name == "production" else dict.fromkeys(("acct.trail", "acct.guardduty", "acct.mf.4.3"), STACK)
        assert providers(load_config(name)) == expected, name


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"guardduty": "off"}, {"acct.guardduty"}),
        ({"access_analyzer": "off"}, {"acct.access_analyzer"}),
        ({"config_rules": False}, {"acct.config_rules"}),
        ({"trail_insights": False}, {"acct.trail_insights"}),
        ({"inspector_images": False}, {"acct.inspector"}),
        ({"remove_default_vpcs": False}, {"acct.default_vpc"}),
        ({"support_role": False}, {"acct.support_role"}),
    ],
)
def test_what_production_leaves_out_is_provided_to_nobody(
    changes: dict[str, object], lacking: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown_by_rules(monkeypatch, *ACCOUNT_RULES)
    production_with(monkeypatch, **OURS)
    every = providers(load_config("staging"))
    production_with(monkeypatch, **OURS, **changes)
    assert every.keys() - providers(load_config("staging")).keys() == lacking


def test_what_the_ledger_accepts_in_production_is_provided_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    production_with(monkeypatch, **OURS)
    shown_by_rules(monkeypatch, "acct.trail", "acct.macie")
    accepted = ComplianceException(
        id="no-macie",
        rules=("acct.macie",),
        paths=("AccountSecurityStack",),
        mechanism="Macie is off",
        consequence="None: no bucket holds personal data",
        compensation="The packs know every bucket",
        owner="team",
        review=NEXT_REVIEW,
    )
    monkeypatch.setattr(provided, "LEDGER", (accepted,))
    assert providers(load_config("staging")).keys() == {"acct.trail"}


def test_another_environment_has_the_provider_of_production_and_what_the_account_has_already(monkeypatch: pytest.MonkeyPatch) -> None:
    production_with(monkeypatch, **TEAM)
    assert set(providers(load_config("staging")).values()) == {PROVIDER}
    shown_by_rules(monkeypatch, "acct.trail", "acct.guardduty")
    production_with(monkeypatch, **OURS, guardduty="existing")
    found = providers(load_config("staging"))
    assert {rule: provider.name for rule, provider in found.items()} == {
        "acct.trail": "production's AccountSecurityStack",
        "acct.guardduty": "the account's own GuardDuty",
    }


@pytest.mark.parametrize("overrides", [{"project": "other"}, {"account_stacks": True}])
def test_an_environment_of_another_project_or_with_stacks_of_its_own_has_nothing_of_production(
    overrides: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    production_with(monkeypatch, **OURS)
    shown_by_rules(monkeypatch, "acct.trail")
    assert providers(load_config("staging"))
    assert providers(load_config("staging", {**overrides, "account_security": "none"})) == {}


def test_an_environment_does_not_provide_for_itself_what_it_does_not_deploy(monkeypatch: pytest.MonkeyPatch) -> None:
    production_with(monkeypatch, **OURS)
    shown_by_rules(monkeypatch, "acct.trail")
    assert providers(load_config("production", {"account_stacks": False})) == {}


def test_the_status_of_what_no_resource_shows() -> None:
    given = {"acct.trail": PROVIDER}
    assert status_unseen("acct.trail", given) is Status.PROVIDED
    assert status_unseen("acct.trail", {}) is Status.NOT_ASSESSED
    assert status_unseen("man.root", given) is Status.MANUAL
    assert status_unseen("rds.encrypted", given) is Status.NOT_APPLICABLE


def test_provided_by_is_milder_than_manual_and_no_pass() -> None:
    assert worst((Status.PROVIDED, Status.PASS)) is Status.PROVIDED
    assert worst((Status.PROVIDED, Status.MANUAL)) is Status.MANUAL
    assert worst((Status.PROVIDED, Status.NOT_APPLICABLE)) is Status.PROVIDED
