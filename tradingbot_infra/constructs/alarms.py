"""Every alarm, and the topic that all of them speak to."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from tradingbot_infra.config.model import RetentionConfig
from tradingbot_infra.constructs.encryption_key import EncryptionKey
from tradingbot_infra.design.naming import Names

PERIOD = cdk.Duration.minutes(5)
"""The period of alarms and of the dashboard. The document names one only for application errors; this is that one."""


NOTHING_HAPPENED = cloudwatch.TreatMissingData.NOT_BREACHING
"""For counts: no data means that there was nothing to count."""

NOTHING_IS_THERE = cloudwatch.TreatMissingData.BREACHING
"""For what should always report: silence is the fault."""

UNKNOWN = cloudwatch.TreatMissingData.MISSING
"""For levels: the alarm says that it has no data."""


class AlarmTopic(sns.Topic):
    """An encrypted topic that refuses plain HTTP and takes messages from CloudWatch alarms and RDS events of this account only."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, key_alias: str, emails: Sequence[str], retention: RetentionConfig
    ) -> None:
        self._key = EncryptionKey(scope, "MessagingKey", alias=key_alias, description="Alarm notifications", retention=retention)
        super().__init__(scope, construct_id, topic_name=name, master_key=self._key, enforce_ssl=True)
        stack = cdk.Stack.of(self)
        alarms = stack.format_arn(service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
        # Any resource of RDS: events of the instance and of its parameters come from different ones.
        databases = stack.format_arn(service="rds", resource="*", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
        self._admit("CloudWatchAlarms", "AlarmsPublish", "cloudwatch.amazonaws.com", alarms)
        self._admit("RdsEvents", "RdsEventsPublish", "events.rds.amazonaws.com", databases)
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))

    def _admit(self, key_sid: str, topic_sid: str, service: str, source: str) -> None:
        """Lets a service of AWS publish for this account.

        An encrypted topic needs both statements (SNS Developer Guide, "Enable compatibility between event sources from AWS services
        and encrypted topics"), and a topic with any policy of its own loses the default one.
        """
        account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}}
        self._key.admit_service(key_sid, service, actions=["kms:Decrypt", "kms:GenerateDataKey"], conditions=account)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=topic_sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={**account, "ArnLike": {"aws:SourceArn": source}},
            )
        )


class Alarms(Construct):
    """The alarms of one environment; two periods in a row unless said."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        self._action = actions.SnsAction(topic)

    def above(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 2,
        without_data: cloudwatch.TreatMissingData = UNKNOWN,
    ) -> None:
        """Alarms when the metric is above the threshold."""
        self._alarm(name, metric, threshold, description, periods, without_data, cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD)

    def below(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 2,
        without_data: cloudwatch.TreatMissingData = UNKNOWN,
    ) -> None:
        """Alarms when the metric is below the threshold."""
        self._alarm(name, metric, threshold, description, periods, without_data, cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD)

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        periods: int,
        without_data: cloudwatch.TreatMissingData,
        comparison: cloudwatch.ComparisonOperator,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            alarm_name=self._names.alarm(name),
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=comparison,
            treat_missing_data=without_data,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
