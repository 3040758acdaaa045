"""Tells the security topic in words of findings."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.constructs.security_topic import SecurityTopic
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.security_events import SecurityEvent


class SecurityEvents(Construct):
    """A rule of EventBridge for each kind of event, and one role that publishes.

    A role, because the key of an encrypted topic cannot tie EventBridge itself to this account (SNS Developer Guide, "Enable
    compatibility between event sources from AWS services and encrypted topics").
    """

    def __init__(self, scope: Construct, construct_id: str, *, topic: SecurityTopic, rows: Sequence[SecurityEvent]) -> None:
        super().__init__(scope, construct_id)
        by_sns = {"StringEquals": {"kms:ViaService": f"sns.{cdk.Stack.of(self).region}.amazonaws.com"}}
        role = ServiceRole(
            self,
            "Role",
            service="events.amazonaws.com",
            description="Publishes findings to the security topic",
            from_this_account=True,
            source_arn=None,
            statements=[
                iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[topic.key.key_arn], conditions=by_sns),
            ],
        ).granted
        for row in rows:
            text = events.CfnRule.InputTransformerProperty(input_paths_map=dict(row.fields), input_template=row.message)
            target = events.CfnRule.TargetProperty(id="SecurityTopic", arn=topic.topic_arn, role_arn=role.role_arn, input_transformer=text)
            events.CfnRule(self, row.id, description=row.words, event_pattern=dict(row.pattern), targets=[target])
