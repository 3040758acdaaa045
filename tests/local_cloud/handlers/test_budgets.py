"""Budgets, as a stack makes them. Each test has an account of its own."""

from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

BUDGET = "AWS::Budgets::Budget"
EMAIL = {"SubscriptionType": "EMAIL", "Address": "ops@example.com"}
NOTIFICATION = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80, "ThresholdType": "PERCENTAGE"}
MONTHLY: dict[str, Any] = {
    "Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": 600.5, "Unit": "USD"}},
    "NotificationsWithSubscribers": [{"Notification": NOTIFICATION, "Subscribers": [EMAIL]}],
}


def shown(account: str) -> dict[str, str]:
    """Name and amount of each budget."""
    found = call("budgets", "DescribeBudgets", AccountId=account).get("Budgets", [])
    return {one["BudgetName"]: one["BudgetLimit"]["Amount"] for one in found}


def test_a_budget_is_kept_with_its_amount_and_those_who_are_told(account: str) -> None:
    made, attributes = create(BUDGET, MONTHLY)
    assert attributes == {"Id": made}
    assert shown(account) == {made: "600.5"}
    (told,) = call("budgets", "DescribeNotificationsForBudget", AccountId=account, BudgetName=made)["Notifications"]
    assert told["Threshold"] == 80.0


def test_a_budget_keeps_its_name_until_its_addresses_change(account: str) -> None:
    made, _ = create(BUDGET, MONTHLY)
    raised = {**MONTHLY, "Budget": {**MONTHLY["Budget"], "BudgetLimit": {"Amount": 700, "Unit": "USD"}}}
    assert update(BUDGET, made, MONTHLY, raised) == made
    assert shown(account) == {made: "700"}
    others = [{"Notification": NOTIFICATION, "Subscribers": [{**EMAIL, "Address": "other@example.com"}]}]
    assert update(BUDGET, made, raised, {**raised, "NotificationsWithSubscribers": others}) != made


def test_a_name_that_is_taken_fails_and_a_deleted_budget_is_gone(account: str) -> None:
    named = {**MONTHLY, "Budget": {**MONTHLY["Budget"], "BudgetName": "account"}}
    assert create(BUDGET, named)[0] == "account"
    with pytest.raises(LocalApiError, match="already exists"):
        create(BUDGET, named)
    for _ in range(2):
        delete(BUDGET, "account", named)
    assert shown(account) == {}
