"""A log group that is declared, encrypted and expires. A group that an AWS service creates itself is neither encrypted nor expiring."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin


class LogGroup(logs.LogGroup):
    """A log group under a customer managed key, with the environment's retention."""

    def __init__(self, scope: Construct, logical_id: str, *, name: str, key: kms.IKey, retention: RetentionConfig) -> None:
        super().__init__(
            scope,
            logical_id,
            log_group_name=name,
            encryption_key=key,
            removal_policy=keep_or_destroy(retention),
        )
        pin(self, logical_id)
        # In days; the CDK has an enum member for each period instead.
        resource = self.node.default_child
        if isinstance(resource, logs.CfnLogGroup):
            resource.retention_in_days = retention.log_retention_days
