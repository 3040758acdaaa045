"""A customer managed KMS key whose policy names every action."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from tradingbot_infra.config.model import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin

_ACCOUNT_ACTIONS = (
    "CancelKeyDeletion",
    "CreateAlias",
    "CreateGrant",
    "Decrypt",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
"""What the account may let its own identities do with a symmetric key (Service Authorization Reference, AWS KMS).

The default policy says `kms:*`; named one by one, an action that AWS adds later is a decision and no surprise.
"""


class EncryptionKey(kms.Key):
    """A symmetric key that rotates every year. Its account decides by IAM who uses it; services get statements of their own."""

    def __init__(self, scope: Construct, logical_id: str, *, alias: str, description: str, retention: RetentionConfig) -> None:
        super().__init__(
            scope,
            logical_id,
            alias=alias,
            description=description,
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(retention.key_deletion_days),
            removal_policy=keep_or_destroy(retention),
            policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="AccountDecidesByIam",
                        principals=[iam.AccountRootPrincipal()],
                        actions=[f"kms:{action}" for action in _ACCOUNT_ACTIONS],
                        # In a key policy "*" is the key itself; there is no other form.
                        resources=["*"],
                    )
                ]
            ),
        )
        pin(self, logical_id)

    def admit_service(self, sid: str, service: str, *, actions: list[str], conditions: dict[str, dict[str, str]]) -> None:
        """Lets an AWS service use the key under conditions that tie it to this account."""
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=actions,
                resources=["*"],  # the key itself, as above
                conditions=conditions,
            )
        )


class LogsKey(EncryptionKey):
    """The key of every log group (CloudWatch Logs User Guide, "Encrypt log data using AWS KMS")."""

    def __init__(self, scope: Construct, logical_id: str, *, alias: str, retention: RetentionConfig) -> None:
        super().__init__(scope, logical_id, alias=alias, description="Log groups", retention=retention)
        stack = cdk.Stack.of(self)
        self.admit_service(
            "CloudWatchLogs",
            f"logs.{stack.region}.amazonaws.com",
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": stack.format_arn(
                        service="logs", resource="log-group", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
                    )
                }
            },
        )
