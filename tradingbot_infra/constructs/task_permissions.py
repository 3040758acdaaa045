"""Statements of the two roles of a task (DESIGN, Service)."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager

from tradingbot_infra.constructs.repository import PULL_ACTIONS
from tradingbot_infra.design.telemetry import METRIC_ACTIONS, TRACE_ACTIONS

_SHELL_ACTIONS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""What ECS Exec needs (ECS Developer Guide, "ECS Exec"); these actions support no resource narrower than `*`."""


class TaskPermissions:
    """The statements of the execution role and of the task role.

    The secrets belong to another stack. Grants across stacks would change their key's policy and close a circle between the two
    stacks, so the roles get statements of their own, by complete ARN.
    """

    def __init__(
        self, *, secrets: Sequence[secretsmanager.ISecret], secrets_key: kms.IKey, repository: ecr.IRepository, log_group: logs.ILogGroup
    ) -> None:
        self._secrets = secrets
        self._secrets_key = secrets_key
        self._repository = repository
        self._log_group = log_group

    def to_start(self) -> list[iam.PolicyStatement]:
        """For the execution role: pull from the one repository, read the secrets, write the one log group."""
        return [
            # The action supports no narrower resource.
            iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
            iam.PolicyStatement(actions=list(PULL_ACTIONS), resources=[self._repository.repository_arn]),
            iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self._log_group.log_group_arn]),
            *self._read_secrets(),
        ]

    def to_run(self, *, shell: bool, traces: bool, metrics: bool) -> list[iam.PolicyStatement]:
        """For the task role: read the secrets at run time, send telemetry, and ECS Exec where the environment enables it."""
        statements = self._read_secrets()
        sent = [*(TRACE_ACTIONS if traces else ()), *(METRIC_ACTIONS if metrics else ())]
        if sent:
            # These support no narrower resource, and data points of OTLP have no namespace that a condition could name.
            here = {"StringEquals": {"aws:RequestedRegion": cdk.Stack.of(self._log_group).region}}
            statements.append(iam.PolicyStatement(actions=sent, resources=["*"], conditions=here))
        if shell:
            statements.append(iam.PolicyStatement(actions=list(_SHELL_ACTIONS), resources=["*"]))
        return statements

    def _read_secrets(self) -> list[iam.PolicyStatement]:
        region = cdk.Stack.of(self._log_group).region
        return [
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret.secret_arn for secret in self._secrets]),
            iam.PolicyStatement(
                actions=["kms:Decrypt"],
                resources=[self._secrets_key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}},
            ),
        ]
