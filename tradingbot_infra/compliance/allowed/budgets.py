"""What templates may hold of AWS Budgets: the monthly budget, which writes to the e-mail addresses of setting alarm_emails."""

from collections.abc import Mapping
from dataclasses import replace

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, follows, judged, required, tags, whole
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.budget import COST_TYPES, NOTIFICATIONS, tag_filter
from tradingbot_infra.templates import Resource

_ACCOUNT = "AccountSecurityStack"
_NOTIFICATIONS = "NotificationsWithSubscribers[]"


def _budgets(config: EnvironmentConfig) -> int:
    return 0 if config.monitoring.budget is None else 1


def _usd(budget: Resource, config: EnvironmentConfig) -> tuple[int | None]:
    return (config.account_budget if budget.stack == _ACCOUNT else config.monitoring.monthly_budget_usd,)


def _filter(budget: Resource, config: EnvironmentConfig) -> tuple[object]:
    return (None if budget.stack == _ACCOUNT else tag_filter(config.environment),)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Budgets::Budget": allowed(
        *required(
            exactly("Budget.BudgetType", "COST"),
            exactly("Budget.TimeUnit", "MONTHLY"),
            replace(
                follows("Budget.BudgetLimit.Amount", _usd, "the value of setting monthly_budget_usd, or of account_budget_usd"),
                settings=("monthly_budget_usd",),
            ),
            exactly("Budget.BudgetLimit.Unit", "USD"),
            replace(follows("Budget.CostFilters", _filter, "costs with the environment's tag; for the account all of them"), whole=True),
            whole("Budget.CostTypes", lambda _: dict(COST_TYPES), "without credits, refunds and tax"),
            exactly(f"{_NOTIFICATIONS}.Notification.NotificationType", *dict.fromkeys(kind for kind, _ in NOTIFICATIONS)),
            exactly(f"{_NOTIFICATIONS}.Notification.ComparisonOperator", "GREATER_THAN"),
            exactly(f"{_NOTIFICATIONS}.Notification.Threshold", *dict.fromkeys(percent for _, percent in NOTIFICATIONS)),
            exactly(f"{_NOTIFICATIONS}.Notification.ThresholdType", "PERCENTAGE"),
            exactly(f"{_NOTIFICATIONS}.Subscribers[].SubscriptionType", "EMAIL"),
            follows(
                f"{_NOTIFICATIONS}.Subscribers[].Address",
                lambda budget, config: config.security_emails if budget.stack == _ACCOUNT else config.monitoring.alarm_emails,
                "an address of setting alarm_emails, for the account of security_emails",
            ),
            *judged("data.doors", f"{_NOTIFICATIONS}.Subscribers[]"),
            *judged("data.doors", _NOTIFICATIONS),
            tags("ResourceTags"),
        ),
        exact=True,
        MonitoringStack=_budgets,
        AccountSecurityStack=lambda config: int(config.account_budget is not None),
    ),
}
