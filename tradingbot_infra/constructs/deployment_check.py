"""The Lambda function that ECS asks before it moves production traffic to a new version (functions/deployment_check.py)."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.deployment_check import DESCRIPTION, HANDLER, MEMORY_MIB, RUNTIME, TIMEOUT_SECONDS, check_source


class DeploymentCheck(Construct):
    """A function whose whole source is in the template. It is outside the VPC, as those who use the API are.

    `name` is that of the certificate, None for plain HTTP. `service_arn` is the one service whose number of tasks it may read.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        address: str,
        port: int,
        name: str | None,
        paths: Sequence[str],
        service_arn: str,
        log_group: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        role = ServiceRole(
            self,
            "Role",
            service="lambda.amazonaws.com",
            description=DESCRIPTION,
            # Lambda's documentation has no condition for a role that it assumes.
            from_this_account=False,
            source_arn=None,
            statements=[
                iam.PolicyStatement(actions=["ecs:DescribeServices"], resources=[service_arn]),
                iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]),
            ],
        ).granted
        self.function_arn = lambda_.CfnFunction(
            self,
            "Function",
            description=DESCRIPTION,
            runtime=RUNTIME,
            handler=HANDLER,
            code=lambda_.CfnFunction.CodeProperty(zip_file=check_source(address=address, port=port, name=name, paths=paths)),
            memory_size=MEMORY_MIB,
            timeout=TIMEOUT_SECONDS,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.log_group_name),
            role=role.role_arn,
        ).attr_arn
