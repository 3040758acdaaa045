"""What templates may hold of Amazon SNS: the topics of alarms and of the account's security, and who subscribes by settings."""

from collections.abc import Mapping

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    exactly,
    follows,
    judged,
    one,
    refers_to,
    refers_to_the,
    required,
    tags,
)
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Resource

_KEYS = ("MonitoringStack/MessagingKey/Resource", "AccountSecurityStack/AuditKey/Resource")


def _name(topic: Resource, config: EnvironmentConfig) -> tuple[str]:
    return (account_names(config).security_topic if topic.stack == "AccountSecurityStack" else config.names.alarm_topic,)


def _people(subscription: Resource, config: EnvironmentConfig) -> tuple[str, ...]:
    return config.security_emails if subscription.stack == "AccountSecurityStack" else config.monitoring.alarm_emails


def _one_if_deployed(config: EnvironmentConfig) -> int:
    return int(is_deployed(config))


def _security_emails(config: EnvironmentConfig) -> int:
    return len(config.security_emails) if is_deployed(config) else 0


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SNS::Topic": allowed(
        *required(refers_to_the("KmsMasterKeyId", *_KEYS)),
        tags(),
        *required(follows("TopicName", _name, "the name of the alarm topic, or of the security topic")),
        exact=True,
        MonitoringStack=one,
        AccountSecurityStack=_one_if_deployed,
    ),
    "AWS::SNS::TopicPolicy": allowed(
        *judged("access.resource_policies", "PolicyDocument.**"),
        *required(refers_to("Topics[]", "AWS::SNS::Topic")),
        exact=True,
        MonitoringStack=one,
        AccountSecurityStack=_one_if_deployed,
    ),
    "AWS::SNS::Subscription": allowed(
        *required(
            exactly("Protocol", "email"),
            follows("Endpoint", _people, "an address of setting alarm_emails or security_emails"),
            refers_to("TopicArn", "AWS::SNS::Topic"),
        ),
        exact=True,
        MonitoringStack=lambda config: len(config.monitoring.alarm_emails),
        AccountSecurityStack=_security_emails,
    ),
}
