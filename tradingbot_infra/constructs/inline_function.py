"""A Lambda function whose whole source is in the template, and its role."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.inline_function import HANDLER, MEMORY_MIB, RUNTIME, InlineFunction


def inline_function(
    scope: Construct, of: InlineFunction, *, source: str, statements: Sequence[iam.PolicyStatement], log_group: logs.ILogGroup
) -> lambda_.CfnFunction:
    """The function, outside the VPC. It may do what `statements` allow, and write to its log group."""
    role = ServiceRole(
        scope,
        "Role",
        service="lambda.amazonaws.com",
        description=of.description,
        # Lambda's documentation has no condition for a role that it assumes.
        from_this_account=False,
        source_arn=None,
        statements=[
            *statements,
            iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]),
        ],
    ).granted
    return lambda_.CfnFunction(
        scope,
        "Function",
        description=of.description,
        runtime=RUNTIME,
        handler=HANDLER,
        code=lambda_.CfnFunction.CodeProperty(zip_file=source),
        memory_size=MEMORY_MIB,
        timeout=of.timeout_seconds,
        logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.log_group_name),
        role=role.role_arn,
    )
