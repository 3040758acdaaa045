"""Tells the alarm topic in words of deployments that fail or are rolled back, and of one that waits at its gate."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.constructs.alarm_topic import AlarmTopic
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.deployment_events import GATE_FIELDS, GATE_WAITS, UNDONE_FIELDS, gate_message, undone, undone_message


class DeploymentEvents(Construct):
    """Rules of EventBridge with a role that publishes.

    A role, because the key of an encrypted topic cannot tie EventBridge itself to this account (SNS Developer Guide, "Enable
    compatibility between event sources from AWS services and encrypted topics"). `gate_minutes` is None where nothing waits.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: AlarmTopic,
        service: ecs.FargateService,
        environment: str,
        gate_minutes: int | None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        name = f"{service.cluster.cluster_name}/{service.service_name}"
        self._topic = topic
        self._role = self._publisher(stack.region).role_arn
        arn = stack.format_arn(service="ecs", resource="service", resource_name=name)
        self._rule("Undone", "Deployments that fail or are rolled back", undone(arn), UNDONE_FIELDS, undone_message(environment))
        if gate_minutes is not None:
            waits = {**GATE_WAITS, "resources": [{"wildcard": f"*/{name}*"}]}
            self._rule("Gate", "A deployment that waits at its gate", waits, GATE_FIELDS, gate_message(environment, gate_minutes))

    def _publisher(self, region: str) -> iam.IRole:
        by_sns = {"StringEquals": {"kms:ViaService": f"sns.{region}.amazonaws.com"}}
        return ServiceRole(
            self,
            "Role",
            service="events.amazonaws.com",
            description="Publishes events of deployments to the alarm topic",
            from_this_account=True,
            source_arn=None,
            statements=[
                iam.PolicyStatement(actions=["sns:Publish"], resources=[self._topic.topic_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._topic.key.key_arn], conditions=by_sns),
            ],
        ).granted

    def _rule(self, construct_id: str, description: str, pattern: dict[str, Any], fields: dict[str, str], message: str) -> None:
        text = events.CfnRule.InputTransformerProperty(input_paths_map=fields, input_template=message)
        target = events.CfnRule.TargetProperty(id="AlarmTopic", arn=self._topic.topic_arn, role_arn=self._role, input_transformer=text)
        events.CfnRule(self, construct_id, description=description, event_pattern=pattern, targets=[target])
