"""AuditStack: a log group of the account, under a key of its own."""

from typing import Self

from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.encryption_key import LogsKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports


class AuditStack(BaseStack):
    """The account has one, whatever the number of its environments."""

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """It needs nothing of an environment."""
        stack = cls(scope, place, description="Test: log of the account", config=config)
        key = LogsKey(stack, "ArchiveKey", alias=place.names.key_alias("archive"), retention=config.retention)
        LogGroup(stack, "AuditLog", name=f"/audit/{place.names.prefix}", key=key, retention=config.retention)
        stack.publish("AuditLogName", f"/audit/{place.names.prefix}", "Log group of the account")
        return stack
