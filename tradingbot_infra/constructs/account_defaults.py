"""A function that sets what CloudFormation has no type for, and a custom resource for each setting."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.account_defaults_permissions import statements
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.design.account_defaults import DESCRIPTION, HANDLER, MEMORY_MIB, RUNTIME, TIMEOUT_SECONDS, defaults_source


class AccountDefaults(Construct):
    """`settings` has the properties of each custom resource by its type. The function's role may do what these need, and no more. `after`
    has, by type, what must be there before.

    A function in the stack rather than a verb of the command line: so `cdk deploy` sets it too, whoever runs it, CloudFormation says what
    failed, and no person needs these permissions. A deletion leaves what was set.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Mapping[str, Mapping[str, object]],
        regions: list[str],
        log_group: logs.ILogGroup,
        after: Mapping[str, Construct],
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = ServiceRole(
            self,
            "Role",
            service="lambda.amazonaws.com",
            description=DESCRIPTION,
            # Lambda's documentation has no condition for a role that it assumes.
            from_this_account=False,
            source_arn=None,
            statements=[
                *(each for kind in settings for each in statements(stack, kind, regions)),
                iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]),
            ],
        ).granted
        function = lambda_.CfnFunction(
            self,
            "Function",
            description=DESCRIPTION,
            runtime=RUNTIME,
            handler=HANDLER,
            code=lambda_.CfnFunction.CodeProperty(zip_file=defaults_source()),
            memory_size=MEMORY_MIB,
            timeout=TIMEOUT_SECONDS,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group.log_group_name),
            role=role.role_arn,
        )
        for kind, properties in settings.items():
            resource = cdk.CustomResource(
                self,
                kind.partition("::")[2],
                resource_type=kind,
                service_token=function.attr_arn,
                # As long as the function itself, and some for CloudFormation's own part.
                service_timeout=cdk.Duration.seconds(TIMEOUT_SECONDS + 60),
                properties=dict(properties),
            )
            if kind in after:
                resource.node.add_dependency(after[kind])
