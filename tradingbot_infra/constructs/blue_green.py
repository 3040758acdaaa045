"""A second target group and two listener rules between which ECS moves traffic, and how and when it does."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.config.sections.deployment import DeploymentConfig
from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig
from tradingbot_infra.constructs.fargate_api import FargateApi
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.constructs.target_group import configure
from tradingbot_infra.design.deployment import (
    BLUE_WEIGHT,
    ECS_STRATEGY,
    EVERY_PATH,
    GREEN_WEIGHT,
    HOOK_STAGE,
    PRODUCTION_PRIORITY,
    TEST_HEADER,
    TEST_PRIORITY,
    UNAVAILABLE,
)

_READ_BALANCER = (
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""None of them supports a resource narrower than `*` (Service Authorization Reference, AWS Elastic Load Balancing V2)."""


class BlueGreen(Construct):
    """Has ECS start a new version beside the old one and move the traffic, all at once or in steps.

    `hook_arn` is the function that ECS asks at HOOK_STAGE, `alarm_names` what brings the old version back. The alarms may be created
    after the service: ECS reads them when a deployment has an earlier one to go back to.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: FargateApi,
        vpc: ec2.IVpc,
        balancing: LoadBalancerConfig,
        deployment: DeploymentConfig,
        hook_arn: str,
        alarm_names: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        self._api = api
        self.green = elbv2.ApplicationTargetGroup(
            self,
            "Green",
            vpc=vpc,
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            target_type=elbv2.TargetType.IP,
        )
        configure(self.green, balancing)
        every_path, header = elbv2.ListenerCondition.path_patterns([EVERY_PATH]), elbv2.ListenerCondition.http_header
        self._test = self._rule("Test", TEST_PRIORITY, [every_path, header(TEST_HEADER[0], [TEST_HEADER[1]])])
        self._production = self._rule("Production", PRODUCTION_PRIORITY, [every_path])
        self._answer_nothing_by_default()
        role = self._role(hook_arn).role_arn
        service = cast("ecs.CfnService", api.service.node.default_child)
        service.add_property_override(
            "LoadBalancers.0.AdvancedConfiguration",
            {
                "AlternateTargetGroupArn": self.green.target_group_arn,
                "ProductionListenerRule": self._production.listener_rule_arn,
                "TestListenerRule": self._test.listener_rule_arn,
                "RoleArn": role,
            },
        )
        alarms = {"AlarmNames": list(alarm_names), "Enable": True, "Rollback": True}
        hooks = [*_hooks(deployment, hook_arn, role)]
        for name, value in {**_strategy(deployment), "Alarms": alarms, "LifecycleHooks": hooks}.items():
            service.add_property_override(f"DeploymentConfiguration.{name}", value)

    def _rule(self, construct_id: str, priority: int, conditions: list[elbv2.ListenerCondition]) -> elbv2.ApplicationListenerRule:
        weights = ((self._api.target_group, BLUE_WEIGHT), (self.green, GREEN_WEIGHT))
        groups = [elbv2.WeightedTargetGroup(target_group=group, weight=weight) for group, weight in weights]
        return elbv2.ApplicationListenerRule(
            self,
            construct_id,
            listener=self._api.forwarding,
            priority=priority,
            conditions=conditions,
            action=elbv2.ListenerAction.weighted_forward(groups),
        )

    def _answer_nothing_by_default(self) -> None:
        """A default action that forwards would keep a target group in traffic whatever the weights of the rules are."""
        listener = cast("elbv2.CfnListener", self._api.forwarding.node.default_child)
        fixed = elbv2.CfnListener.FixedResponseConfigProperty(status_code=UNAVAILABLE)
        listener.default_actions = [elbv2.CfnListener.ActionProperty(type="fixed-response", fixed_response_config=fixed)]

    def _role(self, hook_arn: str) -> iam.IRole:
        """AWS's own policy for it, AmazonECSInfrastructureRolePolicyForLoadBalancers, is for every load balancer of the account."""
        return ServiceRole(
            self,
            "Role",
            service="ecs.amazonaws.com",
            description="Moves traffic between the two target groups of the API, and asks the new version before",
            # ECS's documentation has no condition for this role.
            from_this_account=False,
            source_arn=None,
            statements=[
                iam.PolicyStatement(actions=list(_READ_BALANCER), resources=["*"]),
                iam.PolicyStatement(
                    actions=["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                    resources=[self._api.target_group.target_group_arn, self.green.target_group_arn],
                ),
                iam.PolicyStatement(
                    actions=["elasticloadbalancing:ModifyRule"],
                    resources=[self._test.listener_rule_arn, self._production.listener_rule_arn],
                ),
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[hook_arn]),
            ],
        ).granted


def _strategy(deployment: DeploymentConfig) -> dict[str, Any]:
    share, minutes = deployment.deployment_step_percent, deployment.deployment_step_minutes
    steps = {
        "canary": {"CanaryConfiguration": {"CanaryPercent": share, "CanaryBakeTimeInMinutes": minutes}},
        "linear": {"LinearConfiguration": {"StepPercent": share, "StepBakeTimeInMinutes": minutes}},
    }
    return {
        "Strategy": ECS_STRATEGY[deployment.deployment_strategy],
        "BakeTimeInMinutes": deployment.deployment_bake_minutes,
        **steps.get(deployment.deployment_strategy, {}),
    }


def _hooks(deployment: DeploymentConfig, hook_arn: str, role_arn: str) -> list[dict[str, Any]]:
    """The function, and beside it a pause that a person or a program ends, where the settings ask for one."""
    tests = {"TargetType": "AWS_LAMBDA", "HookTargetArn": hook_arn, "RoleArn": role_arn, "LifecycleStages": [HOOK_STAGE]}
    gate = deployment.deployment_gate_minutes
    if gate is None:
        return [tests]
    timeout = {"TimeoutInMinutes": gate, "Action": "ROLLBACK"}
    return [tests, {"TargetType": "PAUSE", "LifecycleStages": [HOOK_STAGE], "TimeoutConfiguration": timeout}]
