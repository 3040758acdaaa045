"""The SNS topic that receives every alarm."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.encryption_key import EncryptionKey


class AlarmTopic(sns.Topic):
    """An encrypted topic that requires TLS and accepts messages only from CloudWatch alarms and RDS events of this account."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, key_alias: str, emails: Sequence[str], retention: RetentionConfig
    ) -> None:
        self.key = EncryptionKey(scope, "MessagingKey", alias=key_alias, description="Alarm notifications", retention=retention)
        super().__init__(scope, construct_id, topic_name=name, master_key=self.key, enforce_ssl=True)
        stack = cdk.Stack.of(self)
        alarms = stack.format_arn(service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
        # Any RDS resource: events of the instance and of its parameter group have different source ARNs.
        databases = stack.format_arn(service="rds", resource="*", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
        self._admit("CloudWatchAlarms", "AlarmsPublish", "cloudwatch.amazonaws.com", alarms)
        self._admit("RdsEvents", "RdsEventsPublish", "events.rds.amazonaws.com", databases)
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))

    def _admit(self, key_sid: str, topic_sid: str, service: str, source: str) -> None:
        """Allows an AWS service to publish on behalf of this account.

        An encrypted topic needs both statements (SNS Developer Guide, "Enable compatibility between event sources from AWS services
        and encrypted topics"), and a topic with a policy of its own loses the default policy.
        """
        account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}}
        self.key.admit_service(key_sid, service, actions=["kms:Decrypt", "kms:GenerateDataKey"], conditions=account)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=topic_sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={**account, "ArnLike": {"aws:SourceArn": source}},
            )
        )
