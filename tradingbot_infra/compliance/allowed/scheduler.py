"""What templates may hold of EventBridge Scheduler."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Scheduler::ScheduleGroup": allowed(
        *free(
            _OPEN,
            "Name",
            "Tags.**",
        ),
    ),
    "AWS::Scheduler::Schedule": allowed(
        *free(
            _OPEN,
            "Description",
            "FlexibleTimeWindow.Mode",
            "GroupName",
            "Name",
            "ScheduleExpression",
            "Target.Arn",
            "Target.RetryPolicy.MaximumRetryAttempts",
            "Target.RoleArn",
        ),
    ),
}
