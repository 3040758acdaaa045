"""What templates may hold of Amazon Q Developer in chat applications: the Slack channel of alarms, if there is one."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, refers_to, refers_to_the, required, setting, tags
from tradingbot_infra.config.model import EnvironmentConfig

_POLICY = "MonitoringStack/SlackChannel/Policy/Resource"


def _tells_slack(config: EnvironmentConfig) -> int:
    return int(config.notifications.chat == "slack")


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Chatbot::SlackChannelConfiguration": allowed(
        *required(
            chosen("ConfigurationName", lambda config: config.names.alarm_topic, "the name of the alarm topic"),
            refers_to_the("GuardrailPolicies[]", _POLICY),
            refers_to_the("IamRoleArn", "MonitoringStack/SlackChannel/Role/Resource"),
            exactly("LoggingLevel", "ERROR"),
            setting("SlackChannelId", "slack_channel_id"),
            setting("SlackWorkspaceId", "slack_workspace_id"),
            refers_to("SnsTopicArns[]", "AWS::SNS::Topic"),
            exactly("UserRoleRequired", False),
            tags(),
        ),
        exact=True,
        MonitoringStack=_tells_slack,
    ),
}
