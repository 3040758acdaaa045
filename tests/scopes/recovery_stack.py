"""RecoveryStack: a log group in ap-southeast-4."""

from typing import Self

from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.encryption_key import LogsKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports


class RecoveryStack(BaseStack):
    """A log group in Melbourne, under a key of that region."""

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """It needs nothing of another stack."""
        stack = cls(scope, place, description="Test: log in ap-southeast-4", config=config)
        key = LogsKey(stack, "RecoveryKey", alias=place.names.key_alias("recovery"), retention=config.retention)
        LogGroup(stack, "RecoveryLog", name=f"/recovery/{place.names.prefix}", key=key, retention=config.retention)
        stack.publish("RecoveryLogName", f"/recovery/{place.names.prefix}", "Log group of the second region")
        return stack
