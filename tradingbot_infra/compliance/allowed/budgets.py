"""What templates may hold of AWS Budgets: the monthly budget, which writes to the e-mail addresses of setting alarm_emails."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, follows, required, setting, tags, whole
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.budget import COST_TYPES, NOTIFICATIONS, tag_filter

_NOTIFICATIONS = "NotificationsWithSubscribers[]"


def _budgets(config: EnvironmentConfig) -> int:
    return 0 if config.monitoring.budget is None else 1


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Budgets::Budget": allowed(
        *required(
            exactly("Budget.BudgetType", "COST"),
            exactly("Budget.TimeUnit", "MONTHLY"),
            setting("Budget.BudgetLimit.Amount", "monthly_budget_usd"),
            exactly("Budget.BudgetLimit.Unit", "USD"),
            whole("Budget.CostFilters", lambda config: tag_filter(config.environment), "costs with the environment's tag"),
            whole("Budget.CostTypes", lambda _: dict(COST_TYPES), "without credits, refunds and tax"),
            exactly(f"{_NOTIFICATIONS}.Notification.NotificationType", *dict.fromkeys(kind for kind, _ in NOTIFICATIONS)),
            exactly(f"{_NOTIFICATIONS}.Notification.ComparisonOperator", "GREATER_THAN"),
            exactly(f"{_NOTIFICATIONS}.Notification.Threshold", *dict.fromkeys(percent for _, percent in NOTIFICATIONS)),
            exactly(f"{_NOTIFICATIONS}.Notification.ThresholdType", "PERCENTAGE"),
            exactly(f"{_NOTIFICATIONS}.Subscribers[].SubscriptionType", "EMAIL"),
            follows(
                f"{_NOTIFICATIONS}.Subscribers[].Address",
                lambda _, config: config.monitoring.alarm_emails,
                "an address of setting alarm_emails",
            ),
            tags("ResourceTags"),
        ),
        exact=True,
        MonitoringStack=_budgets,
    ),
}
