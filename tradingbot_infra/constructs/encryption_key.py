"""A customer managed KMS key whose policy names every action."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
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
"""What the account may allow its own identities to do with a symmetric key (Service Authorization Reference, AWS KMS).

The default policy allows `kms:*`. With named actions, an action that AWS adds later needs a decision here.
"""


class EncryptionKey(kms.Key):
    """A symmetric key with yearly rotation. IAM policies of the account decide who uses it; AWS services get own statements."""

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
                        # In a key policy "*" means this key.
                        resources=["*"],
                    )
                ]
            ),
        )
        pin(self, logical_id)

    def admit_service(self, sid: str, service: str, *, actions: list[str], conditions: Mapping[str, Mapping[str, str | list[str]]]) -> None:
        """Allows an AWS service to use the key, under conditions that limit it to this account."""
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=actions,
                resources=["*"],  # this key, as above
                conditions=conditions,
            )
        )

    def admit_log_groups(self, *names: str) -> None:
        """Allows CloudWatch Logs to use the key for log groups of these names, which may have `*`.

        The page allows patterns such as `GenerateDataKey*`; these are the actions of a symmetric key that they stand for (CloudWatch
        Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service").
        """
        stack = cdk.Stack.of(self)
        arns = [
            stack.format_arn(service="logs", resource="log-group", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
            for name in names
        ]
        self.admit_service(
            "CloudWatchLogs",
            f"logs.{stack.region}.amazonaws.com",
            actions=[
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arns[0] if len(arns) == 1 else arns}},
        )


class LogsKey(EncryptionKey):
    """The key of every log group of an environment."""

    def __init__(self, scope: Construct, logical_id: str, *, alias: str, retention: RetentionConfig) -> None:
        super().__init__(scope, logical_id, alias=alias, description="Log groups", retention=retention)
        self.admit_log_groups("*")
