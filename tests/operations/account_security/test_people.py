"""What IAM's credential report and summary say of people."""

from collections.abc import Callable

import pytest

from tests.operations.account_security.answers import Answer, answering
from tradingbot_infra.operations.account_security import people
from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts

COLUMNS = (
    "user,password_enabled,password_last_used,password_last_changed,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
)
ROOT = "<root_account>,not_supported,2020-01-01T00:00:00+00:00,not_supported,false,false,N/A,N/A,false,N/A,N/A"
FINE = "fine,true,2026-11-29T09:00:00+00:00,2026-01-01T00:00:00+00:00,true,true,2026-11-01T00:00:00+00:00,2026-11-29T00:00:00+00:00,,,"
NO_MFA = "no-mfa,true,2026-11-29T09:00:00+00:00,2026-01-01T00:00:00+00:00,false,false,N/A,N/A,false,N/A,N/A"
IDLE = "idle,true,2026-10-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,true,false,N/A,N/A,false,N/A,N/A"
NEVER = "never,true,no_information,2026-10-01T00:00:00+00:00,true,false,N/A,N/A,false,N/A,N/A"
UNUSED_KEY = "unused-key,false,N/A,N/A,false,false,N/A,N/A,true,2026-10-01T00:00:00+00:00,N/A"
OLD_KEY = "old-key,false,N/A,N/A,false,true,2026-08-01T00:00:00+00:00,2026-11-29T00:00:00+00:00,false,N/A,N/A"
INACTIVE = "inactive,false,N/A,N/A,false,false,2020-01-01T00:00:00+00:00,N/A,false,N/A,N/A"

Look = Callable[[AccountFacts], Seen]


def seen(look: Look, *users: str) -> Seen:
    """What a control sees in a report of these users, and root."""
    report = {"Content": "\n".join((COLUMNS, ROOT, *users)).encode(), "ReportFormat": "text/csv"}
    with answering({"iam": [("generate_credential_report", {"State": "COMPLETE"}), ("get_credential_report", report)]}) as facts:
        return look(facts)


@pytest.mark.parametrize(
    ("look", "failing"),
    [
        (people.users_have_mfa, {NO_MFA}),
        (people.nobody_is_idle, {IDLE, NEVER, UNUSED_KEY}),
        (people.keys_are_young, {OLD_KEY}),
    ],
)
def test_each_control_names_its_own_users_only(look: Look, failing: set[str]) -> None:
    for user in (FINE, NO_MFA, IDLE, NEVER, UNUSED_KEY, OLD_KEY, INACTIVE):
        found = seen(look, user)
        assert found.on is (user not in failing), user
        assert (user.partition(",")[0] in found.words) is (user in failing)


def test_an_account_without_users_has_nobody_to_name() -> None:
    assert seen(people.users_have_mfa).on is True


@pytest.mark.parametrize(("mfa", "keys"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_root_needs_mfa_and_no_key(mfa: int, keys: int) -> None:
    summary = {"SummaryMap": {"AccountMFAEnabled": mfa, "AccountAccessKeysPresent": keys}}
    with answering({"iam": [("get_account_summary", summary)]}) as facts:
        assert people.root_has_mfa(facts).on is bool(mfa)
        assert people.root_has_no_keys(facts).on is not bool(keys)


def test_a_role_with_the_support_policy_is_named() -> None:
    roles = [{"RoleName": "tradingbot-ai-account-support", "RoleId": "AROA" + "A" * 17}]
    answers = [("list_entities_for_policy", {"PolicyRoles": found}) for found in (roles, [])]
    with answering({"iam": answers}, held={}) as facts:
        assert people.support_role(facts) == Seen(True, "tradingbot-ai-account-support")
        assert people.support_role(facts).on is False


def test_the_stack_s_own_role_is_found_by_what_is_attached_to_it() -> None:
    support = {"PolicyName": "AWSSupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}
    answers: list[Answer] = [
        ("list_attached_role_policies", {"AttachedPolicies": []}),
        ("list_attached_role_policies", {"AttachedPolicies": [support]}),
    ]
    held = {"tradingbot-ai-account-config": "AWS::IAM::Role", "tradingbot-ai-account-help": "AWS::IAM::Role"}
    with answering({"iam": answers}, held=held) as facts:
        assert people.support_role(facts) == Seen(True, "tradingbot-ai-account-help")


def test_a_contact_that_does_not_exist_is_no_error() -> None:
    contact = {"AlternateContact": {"EmailAddress": "security@example.com"}}
    with answering({"account": [("get_alternate_contact", "ResourceNotFoundException"), ("get_alternate_contact", contact)]}) as facts:
        assert people.security_contact(facts).on is False
        assert people.security_contact(facts) == Seen(True, "security@example.com")


def test_a_budget_of_one_service_does_not_count_the_whole_account() -> None:
    narrow = {"BudgetName": "ec2", "BudgetType": "COST", "TimeUnit": "MONTHLY", "CostFilters": {"Service": ["EC2"]}}
    whole = {
        "BudgetName": "account",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "600.0", "Unit": "USD"},
        "CalculatedSpend": {"ActualSpend": {"Amount": "12.5", "Unit": "USD"}},
    }
    answers = {"budgets": [("describe_budgets", {"Budgets": [narrow]}), ("describe_budgets", {"Budgets": [narrow, whole]})]}
    with answering(answers, held={}) as facts:
        assert people.budget(facts).on is False
        assert people.budget(facts) == Seen(True, "account: 12.5 of 600 USD")
