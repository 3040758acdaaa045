"""What templates may hold of Amazon SNS: the topic of every alarm, and the e-mail addresses of setting alarm_emails."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    chosen,
    exactly,
    follows,
    judged,
    one,
    refers_to,
    refers_to_the,
    required,
    tags,
)

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SNS::Topic": allowed(
        *required(refers_to_the("KmsMasterKeyId", "MonitoringStack/MessagingKey/Resource")),
        tags(),
        *required(chosen("TopicName", lambda config: config.names.alarm_topic, "the name of the alarm topic")),
        exact=True,
        MonitoringStack=one,
    ),
    "AWS::SNS::TopicPolicy": allowed(
        *judged("access.resource_policies", "PolicyDocument.**"),
        *required(refers_to("Topics[]", "AWS::SNS::Topic")),
        exact=True,
        MonitoringStack=one,
    ),
    "AWS::SNS::Subscription": allowed(
        *required(
            exactly("Protocol", "email"),
            follows("Endpoint", lambda _, config: config.monitoring.alarm_emails, "an address of setting alarm_emails"),
            refers_to("TopicArn", "AWS::SNS::Topic"),
        ),
        exact=True,
        MonitoringStack=lambda config: len(config.monitoring.alarm_emails),
    ),
}
