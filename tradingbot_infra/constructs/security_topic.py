"""The SNS topic of the account's security: alarms on the trail, and findings."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from tradingbot_infra.constructs.audit_key import AuditKey


class SecurityTopic(sns.Topic):
    """An encrypted topic that requires TLS. CloudWatch alarms of this account publish; EventBridge does by a role of its own.

    An encrypted topic needs the key's statement too (SNS Developer Guide, "Enable compatibility between event sources from AWS services
    and encrypted topics"), and a topic with a policy of its own loses the default policy.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, key: AuditKey, emails: Sequence[str]) -> None:
        super().__init__(scope, construct_id, topic_name=name, master_key=key, enforce_ssl=True)
        self.key = key
        key.admit_alarms()
        stack = cdk.Stack.of(self)
        alarms = stack.format_arn(service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": alarms}},
            )
        )
        for email in emails:
            self.add_subscription(subscriptions.EmailSubscription(email))
