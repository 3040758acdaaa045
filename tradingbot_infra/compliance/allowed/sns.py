"""What templates may hold of Amazon SNS: the topics of alarms and of the account's security, and who subscribes by settings."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.compliance.allowed.lambda_functions import TELEGRAM
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    computed,
    follows,
    judged,
    refers_to,
    refers_to_the,
    required,
    tags,
)
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

PAGING_TOPIC = "MonitoringStack/PagingTopic/Resource"
"""The construct path of the topic that pages."""

SUBSCRIPTION = "AWS::SNS::Subscription"

_KEYS = ("MonitoringStack/MessagingKey/Resource", "AccountSecurityStack/AuditKey/Resource")


def _name(topic: Resource, config: EnvironmentConfig) -> tuple[str, ...]:
    if topic.stack == "AccountSecurityStack":
        return (account_names(config).security_topic,)
    return (config.names.paging_topic if topic.path == PAGING_TOPIC else config.names.alarm_topic,)


def _people(subscription: Resource, config: EnvironmentConfig) -> tuple[str, ...]:
    if subscription.stack == "AccountSecurityStack":
        return config.security_emails
    return people_paged(config) if subscription.path.startswith(f"{PAGING_TOPIC.rpartition('/')[0]}/") else config.monitoring.alarm_emails


def people_paged(config: EnvironmentConfig) -> tuple[str, ...]:
    """Who gets up: paging_emails, or without any the alarm's own addresses. Nobody where nothing pages."""
    if not config.trading.trading_alarms:
        return ()
    return config.notifications.paging_emails or config.monitoring.alarm_emails


def _of_its_topic(value: Any, subscription: Resource, assembly: Assembly) -> TriState:
    """Whether the topic is the one whose construct the subscription is part of: pages reach those who get up, and nobody else."""
    target = assembly.referred(value)
    if target is None:
        return None if is_unknown(value) else False
    return target.type == "AWS::SNS::Topic" and subscription.path.startswith(f"{target.path.removesuffix('/Resource')}/")


def _is_telegram(subscription: Resource) -> bool:
    return subscription.path.endswith("Topic/Telegram")


def _protocol(value: Any, subscription: Resource, _: Assembly) -> TriState:
    return bool(value == ("lambda" if _is_telegram(subscription) else "email"))


def _endpoint(value: Any, subscription: Resource, assembly: Assembly) -> TriState:
    if not _is_the_only_one(value, subscription, assembly):
        return False
    if _is_telegram(subscription):
        target = assembly.referred(value)
        return target is not None and target.path == TELEGRAM
    if assembly.config is None or (is_unknown(value) and not isinstance(value, str)):
        return None
    return value in _people(subscription, assembly.config)


def _is_the_only_one(value: Any, subscription: Resource, assembly: Assembly) -> bool:
    """Whether a topic has this subscriber once: there are as many as people, so whoever is there twice is in somebody's place."""
    topic = subscription.properties.get("TopicArn")
    endpoints = [each.properties.get("Endpoint") for each in assembly.of_type(SUBSCRIPTION) if each.properties.get("TopicArn") == topic]
    return endpoints.count(value) == 1


def _topics(config: EnvironmentConfig) -> int:
    return 1 + config.trading.trading_alarms


def _subscriptions(config: EnvironmentConfig) -> int:
    """E-mail addresses of both topics, and the function at each where alarms go to Telegram."""
    chats = _topics(config) if config.notifications.chat == "telegram" else 0
    return len(config.monitoring.alarm_emails) + len(people_paged(config)) + chats


def _one_if_deployed(config: EnvironmentConfig) -> int:
    return int(is_deployed(config))


def _security_emails(config: EnvironmentConfig) -> int:
    return len(config.security_emails) if is_deployed(config) else 0


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SNS::Topic": allowed(
        *required(refers_to_the("KmsMasterKeyId", *_KEYS)),
        tags(),
        *required(follows("TopicName", _name, "the name of the alarm topic, of the paging topic, or of the security topic")),
        exact=True,
        MonitoringStack=_topics,
        AccountSecurityStack=_one_if_deployed,
    ),
    "AWS::SNS::TopicPolicy": allowed(
        *judged("access.resource_policies", "PolicyDocument.**"),
        *required(refers_to("Topics[]", "AWS::SNS::Topic")),
        exact=True,
        MonitoringStack=_topics,
        AccountSecurityStack=_one_if_deployed,
    ),
    SUBSCRIPTION: allowed(
        *required(
            computed("Protocol", _protocol, "lambda for the function that sends to Telegram, else email"),
            computed("Endpoint", _endpoint, "an address of setting alarm_emails, paging_emails or security_emails, or that function"),
            computed("TopicArn", _of_its_topic, "the topic that the subscription is declared for"),
        ),
        exact=True,
        MonitoringStack=_subscriptions,
        AccountSecurityStack=_security_emails,
    ),
}
