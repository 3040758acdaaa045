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

SETTLE_SECONDS = 60
"""How long after a change no task is replaced: the secret can be seconds behind the server, and a rotation takes about a minute
(Secrets Manager User Guide, "Managed rotation for AWS Secrets Manager secrets"). Tasks created meanwhile count as old."""

OVERDUE_MINUTES = 60
"""How long after that old tasks may still run before an execution fails. A rolling deployment takes some ten minutes."""

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


def definition(*, cluster: str, service: str, secret: str) -> dict[str, Any]:
    """The state machine in Amazon States Language, with expressions in JSONata.

    `$settled` is the time, in milliseconds, before which a task was created too early to be sure of the new password. A change of
    anything else of the secret, such as its rotation schedule, counts too. While nothing is deployed, all tasks are in the first
    hundred that ECS lists: max_tasks is no higher.
    """
    return {
        "Comment": "Replaces tasks that started before the database password changed",
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": 60,
        "StartAt": "DescribeSecret",
        "States": {
            "DescribeSecret": _call(
                "secretsmanager:describeSecret",
                {"SecretId": secret},
                "ListTasks",
                settled=f"$toMillis($states.result.LastChangedDate) + {SETTLE_SECONDS * 1000}",
            ),
            "ListTasks": _call(
                "ecs:listTasks",
                {"Cluster": cluster, "ServiceName": service},
                "IsAnythingToLookAt",
                tasks="[$states.result.TaskArns]",
            ),
            "IsAnythingToLookAt": _choice("$count($tasks) = 0 or $millis() < $settled", "NothingIsDue", "DescribeTasks"),
            "DescribeTasks": _call(
                "ecs:describeTasks",
                {"Cluster": cluster, "Tasks": "{% $tasks %}"},
                "IsATaskTooOld",
                old="$count($states.result.Tasks[$toMillis(CreatedAt) < $settled])",
            ),
            "IsATaskTooOld": _choice("$old = 0", "NothingIsDue", "DescribeService"),
            "DescribeService": _call(
                "ecs:describeServices",
                {"Cluster": cluster, "Services": [service]},
                "IsADeploymentGoingOn",
                rollouts="$states.result.Services[0].Deployments.RolloutState",
            ),
            "IsADeploymentGoingOn": _choice("'IN_PROGRESS' in $rollouts", "IsItOverdue", "ReplaceTasks"),
            "ReplaceTasks": _call("ecs:updateService", {"Cluster": cluster, "Service": service, "ForceNewDeployment": True}, "IsItOverdue"),
            "IsItOverdue": _choice(f"$millis() > $settled + {OVERDUE_MINUTES * 60_000}", "OldTasksRun", "NothingIsDue"),
            "NothingIsDue": {"Type": "Succeed"},
            "OldTasksRun": {
                "Type": "Fail",
                "Error": "OldTasksRun",
                "Cause": f"Tasks that started before the database password changed still run {OVERDUE_MINUTES} minutes later",
            },
        },
    }


def _call(action: str, arguments: dict[str, Any], then: str, **assigned: str) -> dict[str, Any]:
    expressions = {name: f"{{% {expression} %}}" for name, expression in assigned.items()}
    assign = {"Assign": expressions} if expressions else {}
    return {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{action}", "Arguments": arguments, **assign, "Next": then}


def _choice(condition: str, then: str, otherwise: str) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Condition": f"{{% {condition} %}}", "Next": then}], "Default": otherwise}
