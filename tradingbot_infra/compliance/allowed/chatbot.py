"""What templates may hold of Amazon Q Developer in chat applications: the Slack channel of alarms, if there is one."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, computed, exactly, refers_to_the, required, setting, tags
from tradingbot_infra.compliance.observe import is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_POLICY = "MonitoringStack/SlackChannel/Policy/Resource"


def _tells_slack(config: EnvironmentConfig) -> int:
    return int(config.notifications.chat == "slack")


def _of_every_topic(value: Any, channel: Resource, assembly: Assembly) -> TriState:
    """Whether the channel hears of each topic of its stack, once: without the one that pages it would miss what matters most."""
    topics = sorted(topic.path for topic in assembly.of_type("AWS::SNS::Topic") if topic.stack == channel.stack)
    targets = [assembly.referred(each) for each in listed(value)]
    if any(target is None and is_unknown(each) for target, each in zip(targets, listed(value), strict=True)):
        return None
    return sorted(target.path if target else "" for target in targets) == topics


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Chatbot::SlackChannelConfiguration": allowed(
        *required(
            chosen("ConfigurationName", lambda config: config.names.alarm_topic, "the name of the alarm topic"),
            refers_to_the("GuardrailPolicies[]", _POLICY),
            refers_to_the("IamRoleArn", "MonitoringStack/SlackChannel/Role/Resource"),
            exactly("LoggingLevel", "ERROR"),
            setting("SlackChannelId", "slack_channel_id"),
            setting("SlackWorkspaceId", "slack_workspace_id"),
            computed("SnsTopicArns", _of_every_topic, "the topic of alarms, and the one that pages if there is one"),
            exactly("UserRoleRequired", False),
            tags(),
        ),
        exact=True,
        MonitoringStack=_tells_slack,
    ),
}
