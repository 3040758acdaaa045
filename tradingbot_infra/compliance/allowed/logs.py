"""What templates may hold of CloudWatch Logs."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, free, judged, matching, refers_to, setting
from tradingbot_infra.config.model import EnvironmentConfig

_STATED = "logs.as_designed"
_KEPT = "RetainExceptOnCreate with retain_data=true, or else Delete"


def _deleted(config: EnvironmentConfig) -> str:
    return "RetainExceptOnCreate" if config.retention.retain_data else "Delete"


def _replaced(config: EnvironmentConfig) -> str:
    return "Retain" if config.retention.retain_data else "Delete"


ALLOWED: Mapping[str, AllowedType] = {
    # In any stack, since any stack may need a log; logs.as_designed says which there must be.
    "AWS::Logs::LogGroup": allowed(
        chosen("@DeletionPolicy", _deleted, _KEPT),
        chosen("@UpdateReplacePolicy", _replaced, "Retain with retain_data=true, or else Delete"),
        refers_to("KmsKeyId", "AWS::KMS::Key"),
        matching("LogGroupName", r"(/|aws-waf-logs-)[\w/.-]+", "a name of its own"),
        setting("RetentionInDays", "log_retention_days"),
        *free("Tags change nothing of what the group keeps.", "Tags.**"),
    ),
    "AWS::Logs::ResourcePolicy": allowed(
        *free(
            "not reviewed yet",
            "PolicyDocument.**",
            "PolicyName",
        ),
    ),
    "AWS::Logs::MetricFilter": allowed(
        *judged(_STATED, "FilterPattern", "LogGroupName", "MetricTransformations.**"), MonitoringStack=lambda _: 3
    ),
    "AWS::Logs::QueryDefinition": allowed(*judged(_STATED, "LogGroupNames[]", "Name", "QueryString"), MonitoringStack=lambda _: 3),
}
