"""Budgets, which AWS Budgets keeps by their name. There is no bill, so none is ever spent and nobody is written to.

Source: CloudFormation Template Reference, AWS::Budgets::Budget.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes


def _create(properties: Properties, name: str) -> Created:
    budget = _budget(properties, name)
    rest = given(properties, "NotificationsWithSubscribers", "ResourceTags")
    call("budgets", "CreateBudget", AccountId=_account(), Budget=budget, **rest)
    return _made(budget["BudgetName"])


def _change(name: str, _old: Properties, new: Properties) -> Created:
    call("budgets", "UpdateBudget", AccountId=_account(), NewBudget=_budget(new, name))
    return _made(name)


def _delete(name: str, _properties: Properties) -> None:
    with ignoring("NotFoundException"):
        call("budgets", "DeleteBudget", AccountId=_account(), BudgetName=name)


def _made(name: str) -> Created:
    return name, {"Id": name}


def _budget(properties: Properties, name: str) -> dict[str, Any]:
    """As the API takes it: a name always, and amounts as text."""
    budget: dict[str, Any] = {"BudgetName": name, **properties["Budget"]}
    limit = budget.get("BudgetLimit")
    return {**budget, "BudgetLimit": {**limit, "Amount": str(limit["Amount"])}} if limit else budget


def _account() -> str:
    return scopes.current()[0]


RESOURCES: Mapping[str, Resource] = {
    "AWS::Budgets::Budget": Resource(create=_create, change=_change, in_place=frozenset({"Budget", "ResourceTags"}), delete=_delete),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
