"""A budget of AWS Budgets for what the environment costs in a month."""

from collections.abc import Sequence

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from tradingbot_infra.design.budget import COST_TYPES, NOTIFICATIONS, tag_filter


class MonthlyBudget(budgets.CfnBudget):
    """Writes to people when costs with the environment's tag near or pass a limit, or are forecast to pass it. With None as
    `environment` it counts what the whole account costs.

    E-mails go to the addresses themselves, without a confirmation: the alarm topic stays closed to everyone but CloudWatch and RDS.
    The budget has no name of its own, because a change of addresses replaces it and a name would be taken still. Its resource is
    global; CloudFormation creates it from any region (CloudFormation Template Reference, AWS::Budgets::Budget).
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: str | None, usd: int, emails: Sequence[str]) -> None:
        subscribers = [budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email) for email in emails]
        super().__init__(
            scope,
            construct_id,
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
                cost_filters=tag_filter(environment) if environment else None,
                cost_types=budgets.CfnBudget.CostTypesProperty(
                    include_credit=COST_TYPES["IncludeCredit"],
                    include_refund=COST_TYPES["IncludeRefund"],
                    include_tax=COST_TYPES["IncludeTax"],
                ),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind, comparison_operator="GREATER_THAN", threshold=percent, threshold_type="PERCENTAGE"
                    ),
                    subscribers=subscribers,
                )
                for kind, percent in NOTIFICATIONS
            ],
        )
