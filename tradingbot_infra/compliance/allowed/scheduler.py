"""What templates may hold of EventBridge Scheduler: the schedule of the password rollout."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, one, refers_to_the, required, tags
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.services import API


def _rate(config: EnvironmentConfig) -> str:
    minutes = config.database.db_password_check_minutes
    return f"rate({minutes} {'minute' if minutes == 1 else 'minutes'})"


def _name(config: EnvironmentConfig) -> str:
    return config.names.password_rollout(API.part)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Scheduler::ScheduleGroup": allowed(
        *required(chosen("Name", _name, "the group's name")),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
    "AWS::Scheduler::Schedule": allowed(
        *required(
            chosen("Name", _name, "the schedule's name"),
            exactly("Description", "Looks for tasks that started before the database password changed"),
            refers_to_the("GroupName", "ServiceStack/PasswordRollout/ScheduleGroup"),
            exactly("FlexibleTimeWindow.Mode", "OFF"),
            chosen("ScheduleExpression", _rate, "every minutes of setting db_password_check_minutes"),
            refers_to_the("Target.Arn", "ServiceStack/PasswordRollout/StateMachine"),
            refers_to_the("Target.RoleArn", "ServiceStack/PasswordRollout/ScheduleRole/Role/Resource"),
            exactly("Target.RetryPolicy.MaximumRetryAttempts", 0),
        ),
        exact=True,
        ServiceStack=one,
    ),
}
