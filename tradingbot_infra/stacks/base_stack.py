"""What all stacks share: name, region, tags, protection against deletion, and how application.py builds them."""

from typing import Self

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.exports import Exports


class BaseStack(cdk.Stack):
    """A stack of an environment or of its account. The account is the one whose credentials deploy it; synthesis does not ask.

    `exports` is what the stacks after it may use, None where there is nothing.
    """

    exports: object = None

    def __init__(self, scope: Construct, place: PlacedStack, *, description: str, config: EnvironmentConfig) -> None:
        tags = config.tags_of(place.names)
        super().__init__(
            scope,
            place.id,
            stack_name=place.name,
            description=description,
            env=cdk.Environment(region=place.region),
            tags=tags,
            termination_protection=config.retention.deletion_protection,
        )
        for key, value in tags.items():
            cdk.Tags.of(self).add(key, value)

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """The stack at its place, with what it needs of the stacks before it. Each stack has its own.

        Raises LookupError when no stack before it exports what it needs.
        """
        raise NotImplementedError(f"{cls.__name__}.build is missing")

    def publish(self, name: str, value: str, description: str) -> None:
        """An output for people and scripts, as `terraform output` gave them."""
        cdk.CfnOutput(self, name, value=value, description=description)
