"""What the four stacks share: region, fixed name, tags, and protection against deletion."""

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig


class EnvironmentStack(cdk.Stack):
    """A stack of one environment. The account is the one whose credentials deploy it; synthesis does not ask."""

    def __init__(self, scope: Construct, construct_id: str, *, part: str, description: str, config: EnvironmentConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=config.names.stack(part),
            description=description,
            env=cdk.Environment(region=config.network.region),
            tags=config.tags,
            termination_protection=config.retention.deletion_protection,
        )
        for key, value in config.tags.items():
            cdk.Tags.of(self).add(key, value)

    def publish(self, name: str, value: str, description: str) -> None:
        """An output for people and scripts, as `terraform output` gave them."""
        cdk.CfnOutput(self, name, value=value, description=description)
