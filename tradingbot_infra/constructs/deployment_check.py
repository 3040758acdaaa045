"""The Lambda function that ECS asks before it moves production traffic to a new version (functions/deployment_check.py)."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.inline_function import inline_function
from tradingbot_infra.design.deployment_check import CHECK, check_source


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
        self.function_arn = inline_function(
            self,
            CHECK,
            source=check_source(address=address, port=port, name=name, paths=paths),
            statements=[iam.PolicyStatement(actions=["ecs:DescribeServices"], resources=[service_arn])],
            log_group=log_group,
        ).attr_arn
