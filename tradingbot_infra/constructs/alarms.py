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
from tradingbot_infra.naming import Names

PERIOD = cdk.Duration.minutes(5)
"""The period of every alarm and of the dashboard. The document names one only for application errors; this is that one."""


NOTHING_HAPPENED = cloudwatch.TreatMissingData.NOT_BREACHING
"""For counts: no data means that there was nothing to count."""

NOTHING_IS_THERE = cloudwatch.TreatMissingData.BREACHING
"""For what should always report: silence is the fault."""

UNKNOWN = cloudwatch.TreatMissingData.MISSING
"""For levels: the alarm says that it has no data."""


class AlarmTopic(sns.Topic):
    """An encrypted topic that refuses plain HTTP and takes messages from CloudWatch alarms of this account only."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, key_alias: str, emails: Sequence[str], retention: RetentionConfig
    ) -> None:
        key = EncryptionKey(scope, "MessagingKey", alias=key_alias, description="Alarm notifications", retention=retention)
        stack = cdk.Stack.of(scope)
        from_alarms = {
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {
                "aws:SourceArn": stack.format_arn(
                    service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
                )
            },
        }
        key.admit_service(
            "CloudWatchAlarms",
            "cloudwatch.amazonaws.com",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            conditions={"StringEquals": from_alarms["StringEquals"]},
        )
        super().__init__(scope, construct_id, topic_name=name, master_key=key, enforce_ssl=True)
        # A topic with any policy of its own loses the default one, so alarms need a statement to get in.
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions=from_alarms,
            )
        )
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))


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

    def below(self, name: str, metric: cloudwatch.IMetric, threshold: float, description: str, *, periods: int = 2) -> None:
        """Alarms when the metric is below the threshold."""
        self._alarm(name, metric, threshold, description, periods, UNKNOWN, cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD)

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
