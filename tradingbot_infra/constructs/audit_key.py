"""The key of what the account records: the trail and its log, AWS Config's history, and messages about them."""

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.encryption_key import EncryptionKey

_DATA_KEYS = ["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
"""What `kms:GenerateDataKey*` stands for with a symmetric key."""


class AuditKey(EncryptionKey):
    """One key, because who may read the trail may read the rest: it is all about the same account.

    CloudTrail may use it for one trail (CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"), AWS Config for this
    account (AWS Config Developer Guide, "Permissions for the KMS Key for the AWS Config Delivery Channel"): its service-linked role may
    use no key, so it delivers as the service.
    """

    def __init__(
        self, scope: Construct, logical_id: str, *, alias: str, retention: RetentionConfig, trail: str, log_groups: list[str]
    ) -> None:
        super().__init__(scope, logical_id, alias=alias, description="What the account records", retention=retention)
        self.admit_log_groups(*log_groups)
        self._admit_trail(trail)

    def admit_config(self) -> None:
        """Allows AWS Config to deliver."""
        self.admit_service("AwsConfig", "config.amazonaws.com", actions=["kms:Decrypt", "kms:GenerateDataKey"], conditions=self._account())

    def admit_alarms(self) -> None:
        """Allows CloudWatch to publish alarms to a topic with this key."""
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        self.admit_service("CloudWatchAlarms", "cloudwatch.amazonaws.com", actions=actions, conditions=self._account())

    def _admit_trail(self, trail: str) -> None:
        stack = cdk.Stack.of(self)
        # A trail of all regions: which region's ARN is in the context is not documented, so any region of this one name.
        of_any_region = stack.format_arn(service="cloudtrail", region="*", resource="trail", resource_name=trail)
        this_trail = {"aws:SourceArn": stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail)}
        context = {"kms:EncryptionContext:aws:cloudtrail:arn": of_any_region}
        conditions = {"StringEquals": this_trail, "StringLike": context}
        self.admit_service("CloudTrailEncrypts", "cloudtrail.amazonaws.com", actions=_DATA_KEYS, conditions=conditions)
        self.admit_service(
            "CloudTrailDescribes", "cloudtrail.amazonaws.com", actions=["kms:DescribeKey"], conditions={"StringEquals": this_trail}
        )

    def _account(self) -> dict[str, dict[str, str]]:
        return {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}}
