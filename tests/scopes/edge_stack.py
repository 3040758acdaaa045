"""EdgeStack: in us-east-1, and it reads an output of a stack in the home region."""

from typing import Self

from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.encryption_key import LogsKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports


class EdgeStack(BaseStack):
    """A log group under a key of its region, and the id of the VPC in Sydney."""

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """It needs the VPC of NetworkStack."""
        stack = cls(scope, place, description="Test: log in us-east-1", config=config)
        key = LogsKey(stack, "EdgeKey", alias=place.names.key_alias("edge"), retention=config.retention)
        LogGroup(stack, "EdgeLog", name=f"/edge/{place.names.prefix}", key=key, retention=config.retention)
        stack.publish("VpcAtHome", exports[NetworkExports].vpc.vpc_id, "The VPC of the home region")
        return stack
