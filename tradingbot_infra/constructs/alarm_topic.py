"""The SNS topics that receive alarms: one for those that somebody reads, and one for those that somebody gets up for."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.encryption_key import EncryptionKey

_ALARMS = "cloudwatch.amazonaws.com"


class PagingTopic(sns.Topic):
    """An encrypted topic that requires TLS and accepts messages only from CloudWatch alarms of this account.

    The alarm topic's key encrypts it too, which admits CloudWatch already.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, key: kms.IKey, emails: Sequence[str]) -> None:
        super().__init__(scope, construct_id, topic_name=name, master_key=key, enforce_ssl=True)
        self.add_to_resource_policy(_publishes(self, "AlarmsPublish", _ALARMS, _alarms(self)))
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))


class AlarmTopic(sns.Topic):
    """An encrypted topic that requires TLS and accepts messages only from CloudWatch alarms and RDS events of this account."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, key_alias: str, emails: Sequence[str], retention: RetentionConfig
    ) -> None:
        self.key = EncryptionKey(scope, "MessagingKey", alias=key_alias, description="Alarm notifications", retention=retention)
        super().__init__(scope, construct_id, topic_name=name, master_key=self.key, enforce_ssl=True)
        # Any RDS resource: events of the instance and of its parameter group have different source ARNs.
        databases = cdk.Stack.of(self).format_arn(service="rds", resource="*", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
        self._admit("CloudWatchAlarms", "AlarmsPublish", _ALARMS, _alarms(self))
        self._admit("RdsEvents", "RdsEventsPublish", "events.rds.amazonaws.com", databases)
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))

    def _admit(self, key_sid: str, topic_sid: str, service: str, source: str) -> None:
        """Allows an AWS service to publish on behalf of this account.

        An encrypted topic needs both statements (SNS Developer Guide, "Enable compatibility between event sources from AWS services
        and encrypted topics"), and a topic with a policy of its own loses the default policy.
        """
        self.key.admit_service(key_sid, service, actions=["kms:Decrypt", "kms:GenerateDataKey"], conditions=_of_this_account(self))
        self.add_to_resource_policy(_publishes(self, topic_sid, service, source))


def _alarms(topic: sns.Topic) -> str:
    """Every alarm of this account and region."""
    return cdk.Stack.of(topic).format_arn(
        service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
    )


def _of_this_account(topic: sns.Topic) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(topic).account}}


def _publishes(topic: sns.Topic, sid: str, service: str, source: str) -> iam.PolicyStatement:
    """That a service publishes for one kind of resource of this account."""
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(service)],
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        conditions={**_of_this_account(topic), "ArnLike": {"aws:SourceArn": source}},
    )
