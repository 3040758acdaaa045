"""Replaces the tasks that started before the database password changed: RDS rotates it, and a task reads it only when it starts.

Once in a while EventBridge Scheduler starts a state machine of Step Functions. It reads dates and no secret, and asks ECS for a new
deployment when it finds tasks that are too old. EventBridge's own events of Secrets Manager are no way to do this: they come through
CloudTrail, and an account need not have a trail (Secrets Manager User Guide, "Match AWS Secrets Manager events with EventBridge").
"""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.password_rollout import definition

_DELIVERY_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
"""What the log of a state machine takes (AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history")."""

_TRACE_ACTIONS = ("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments")
"""What its traces take (AWS Step Functions Developer Guide, "Trace Step Functions request data in AWS X-Ray")."""


class PasswordRollout(Construct):
    """A schedule and the state machine that it starts, for one service.

    It never changes how many tasks are wanted, so a service that was stopped stays stopped. It never interrupts a deployment: it
    waits for its end, and looks again. A deployment of its own that fails is rolled back by ECS and tried again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        service: ecs.FargateService,
        secret: secretsmanager.ISecret,
        log_group: logs.ILogGroup,
        every_minutes: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        self._secret = secret
        self._stack = cdk.Stack.of(self)
        machine = stepfunctions.CfnStateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            # An express workflow is paid by time, a standard one by step: once a minute, a hundred times as much.
            state_machine_type="EXPRESS",
            role_arn=self._machine_role(name).role_arn,
            definition=self._definition(),
            logging_configuration=stepfunctions.CfnStateMachine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=False,
                destinations=[
                    stepfunctions.CfnStateMachine.LogDestinationProperty(
                        cloud_watch_logs_log_group=stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=log_group.log_group_arn
                        )
                    )
                ],
            ),
            tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )
        self.state_machine_arn = machine.attr_arn
        self._schedule(name, every_minutes)

    def _schedule(self, name: str, every_minutes: int) -> None:
        group = scheduler.CfnScheduleGroup(self, "ScheduleGroup", name=name)
        unit = "minute" if every_minutes == 1 else "minutes"
        role = ServiceRole(
            self,
            "ScheduleRole",
            service="scheduler.amazonaws.com",
            description="Starts the state machine that replaces tasks after a change of the database password",
            from_this_account=True,
            source_arn=self._arn("scheduler", f"schedule-group/{name}"),
            statements=[iam.PolicyStatement(actions=["states:StartExecution"], resources=[self.state_machine_arn])],
        ).granted
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=name,
            group_name=group.ref,
            description="Looks for tasks that started before the database password changed",
            schedule_expression=f"rate({every_minutes} {unit})",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.state_machine_arn,
                role_arn=role.role_arn,
                # The next start is the retry; the default of 185 would start executions of a whole day at once.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=0),
            ),
        )

    def _machine_role(self, name: str) -> iam.IRole:
        cluster = self._service.cluster
        in_cluster = {"ArnEquals": {"ecs:cluster": cluster.cluster_arn}}
        tasks = self._arn("ecs", f"task/{cluster.cluster_name}/*")
        return ServiceRole(
            self,
            "Role",
            service="states.amazonaws.com",
            description="Replaces the tasks of one service after a change of the database password",
            from_this_account=True,
            source_arn=self._arn("states", f"stateMachine:{name}"),
            statements=[
                # Dates and names of versions; no value of a secret.
                iam.PolicyStatement(actions=["secretsmanager:DescribeSecret"], resources=[self._secret.secret_arn]),
                iam.PolicyStatement(actions=["ecs:DescribeServices", "ecs:UpdateService"], resources=[self._service.service_arn]),
                iam.PolicyStatement(actions=["ecs:DescribeTasks"], resources=[tasks], conditions=in_cluster),
                # Tasks are listed by container instance, which tasks on Fargate have none of.
                iam.PolicyStatement(actions=["ecs:ListTasks"], resources=["*"], conditions=in_cluster),
                iam.PolicyStatement(actions=[*_DELIVERY_ACTIONS, *_TRACE_ACTIONS], resources=["*"]),
            ],
        ).granted

    def _arn(self, service: str, resource: str) -> str:
        return self._stack.format_arn(service=service, resource=resource, arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)

    def _definition(self) -> dict[str, Any]:
        cluster, service = self._service.cluster.cluster_arn, self._service.service_name
        return definition(cluster=cluster, service=service, secret=self._secret.secret_arn)
