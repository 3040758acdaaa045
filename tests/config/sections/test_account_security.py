"""Settings of the section account security."""

import pytest

from tests.config.refusals import assert_refused, is_accepted
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config

OURS = {"account_security": "ours"}
PROVIDED = {
    "account_security": "provided-by:Central team",
    "account_security_evidence": "https://example.com/evidence",
    "account_security_review": "2027-01-31",
}
CONTACT = {
    "security_contact_name": "Security",
    "security_contact_title": "Duty",
    "security_contact_email": "security@example.com",
    "security_contact_phone": "+61 2 5550 0000",
}


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"account_security": "theirs"}, "account_security=theirs", "allowed: ours, none, or provided-by:TEXT of up to 80 characters"),
        ({"account_security": "provided-by:"}, "account_security=provided-by:", "is not allowed"),
        ({"account_security": f"provided-by:{'x' * 81}"}, "account_security=", "is not allowed"),
        ({**PROVIDED, "account_security_evidence": "none"}, "account_security_evidence", "is missing beside account_security=provided-by"),
        ({**PROVIDED, "account_security_review": "none"}, "account_security_review", "is missing beside account_security=provided-by"),
        ({**PROVIDED, "account_security_review": "2027-02-30"}, "account_security_review=2027-02-30", "there is no such day"),
        ({"account_security_review": "soon"}, "account_security_review=soon", "allowed: a day as YYYY-MM-DD"),
        ({"account_security_evidence": "a wiki"}, "account_security_evidence=a wiki", "nobody else provides the controls"),
        ({**OURS, "account_security_review": "2027-01-31"}, "account_security_review=", "nobody else provides the controls"),
        ({"security_emails": "nobody"}, "security_emails=nobody", "allowed: e-mail addresses"),
        ({"security_emails": "a@example.com,a@example.com"}, "security_emails=", "lists a@example.com twice"),
        ({"audit_log_days": "0"}, "audit_log_days=0", "allowed: a whole number from 1 to 3653"),
        ({"trail_s3_events": "read"}, "trail_s3_events=read", "is not allowed"),
        ({"config_recorder": "off", "security_hub": "off"}, "config_rules=true", "nothing records what rules judge"),
        ({"config_recorder": "off", "config_rules": "false"}, "security_hub=ours", "its checks judge what AWS Config records"),
        (
            {"config_recorder": "off", "config_rules": "false", "security_hub": "existing"},
            "security_hub=existing",
            "its checks judge what AWS Config records",
        ),
        ({"guardduty": "maybe"}, "guardduty=maybe", "allowed: ours, existing if the account has one that was made elsewhere, or off"),
        (
            {"guardduty": "existing", "guardduty_runtime_monitoring": "true"},
            "guardduty_runtime_monitoring=true",
            "it is a part of a GuardDuty that is ours",
        ),
        ({"security_hub_standards": ""}, "security_hub_standards=''", "a Security Hub without standards judges nothing"),
        ({"security_hub_standards": "nist"}, "security_hub_standards=nist", "some of fsbp"),
        ({"security_hub_standards": "cis,cis"}, "security_hub_standards=cis,cis", "lists cis twice"),
        ({"access_analyzer": "off", "unused_access_days": "90"}, "unused_access_days=90", "a part of an Access Analyzer that is ours"),
        ({"unused_access_days": "366"}, "unused_access_days=366", "allowed: a whole number from 1 to 365, or none"),
        ({**CONTACT, "security_contact_phone": "none"}, "security_contact_phone", "is missing beside the rest of the contact"),
        ({"security_contact_phone": "call me"}, "security_contact_phone=call me", "up to 25 digits"),
        ({"account_budget_usd": "0"}, "account_budget_usd=0", "is not allowed"),
        (
            {**OURS, "security_emails": ",".join(f"a{number}@example.com" for number in range(11))},
            "account_budget_usd=650",
            "a budget writes to at most 10 addresses, and security_emails has 11",
        ),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@pytest.mark.parametrize(
    "overrides",
    [
        OURS,
        PROVIDED,
        CONTACT,
        {**OURS, "config_recorder": "off", "config_rules": False, "security_hub": "off"},
        {**OURS, "config_recorder": "existing", "security_hub": "existing", "guardduty": "existing", "access_analyzer": "existing"},
        {**OURS, "security_hub": "existing", "security_hub_standards": ""},
        {**OURS, "unused_access_days": 90, "guardduty_runtime_monitoring": True},
    ],
)
def test_what_a_team_may_have_is_accepted(overrides: dict[str, object]) -> None:
    assert is_accepted(**overrides)


@pytest.mark.parametrize("plan", ACCOUNT_PLANS)
def test_each_plan_is_accepted_and_has_every_part_in_the_models_order(plan: str) -> None:
    assert is_accepted(**OURS, **ACCOUNT_PLANS[plan])
    assert list(ACCOUNT_PLANS[plan]) == list(ACCOUNT_PLANS["standard"])


def test_a_provider_has_a_name_and_nobody_else_has() -> None:
    assert load_config("production", PROVIDED).account.provider == "Central team"
    assert load_config("production", OURS).account.provider is None
    assert load_config("production", {"account_security": "none"}).account.provider is None


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("overrides", [OURS, PROVIDED, {"account_security": "none"}])
def test_the_account_gets_the_stack_once_and_only_where_it_is_ours(environment: str, overrides: dict[str, str]) -> None:
    config = load_config(environment, overrides)
    names = {stack.id: stack.name for stack in config.stacks}
    wanted = config.account_stacks and overrides == OURS
    assert names.get("AccountSecurityStack") == ("tradingbot-ai-account-security" if wanted else None)


def test_the_security_topic_gets_alarm_emails_unless_it_has_its_own() -> None:
    alarms = {**OURS, "alarm_emails": "alarms@example.com"}
    assert load_config("production", alarms).security_emails == ("alarms@example.com",)
    assert load_config("production", {**alarms, "security_emails": "s@example.com"}).security_emails == ("s@example.com",)


def test_the_accounts_budget_is_where_its_stack_is_and_somebody_to_write_to() -> None:
    somebody = {"alarm_emails": "alarms@example.com"}
    assert load_config("production", {**OURS, **somebody}).account_budget == 650
    assert load_config("production", {**OURS, "alarm_emails": ""}).account_budget is None
    assert load_config("production", {**somebody, "account_security": "none"}).account_budget is None
    assert load_config("staging", {**OURS, **somebody}).account_budget is None
