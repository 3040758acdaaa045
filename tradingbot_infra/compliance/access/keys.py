"""Who may use a customer managed key: this account's own IAM, and the services that work with what the key encrypts."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.account_security import key_statements, log_groups
from tradingbot_infra.compliance.access.monitoring import PUBLISHERS
from tradingbot_infra.compliance.access.row import ACCOUNT, FROM_THIS_ACCOUNT, Document, Listed, log_group
from tradingbot_infra.templates import Assembly, Resource

KEY = "AWS::KMS::Key"

_ENCRYPTED_BY = {"AWS::Logs::LogGroup": "KmsKeyId", "AWS::SNS::Topic": "KmsMasterKeyId"}

_OF_THE_ACCOUNT = "AccountSecurityStack"

_THIS_KEY = ("*",)
"""In a key policy, the key."""

_ACCOUNT_ACTIONS = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""What the account may allow its own identities to do with a symmetric key (Service Authorization Reference, AWS KMS).

Signing, sharing between regions and importing material are not among them.
"""

_LOGS_ACTIONS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""Of a symmetric key (CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service")."""


def key_documents(assembly: Assembly) -> Iterator[Document]:
    """The policy of every key, whichever stack it is in."""
    for key in assembly.of_type(KEY):
        yield Document(path=key.path, field="KeyPolicy", statements=tuple(_statements(key, assembly)))


def _statements(key: Resource, assembly: Assembly) -> Iterator[Listed]:
    yield Listed(actions=_ACCOUNT_ACTIONS, resources=_THIS_KEY, principals=(f"AWS:arn:aws:iam::{ACCOUNT}:root",))
    if key.stack == _OF_THE_ACCOUNT and assembly.config is not None:
        yield _logs(assembly.stacks[key.stack].region, *log_groups(assembly.config))
        yield from key_statements(assembly.config)
        return
    encrypted = {
        each.type for each in assembly.of_type(*_ENCRYPTED_BY) if assembly.referred(each.properties.get(_ENCRYPTED_BY[each.type])) == key
    }
    if "AWS::Logs::LogGroup" in encrypted:
        yield _logs(assembly.stacks[key.stack].region, "*")
    if "AWS::SNS::Topic" in encrypted:
        yield from (_publishes(service) for service in PUBLISHERS)


def _logs(region: str, *names: str) -> Listed:
    groups = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": [log_group(region, name) for name in names]}}
    return Listed(actions=_LOGS_ACTIONS, resources=_THIS_KEY, principals=(f"Service:logs.{region}.amazonaws.com",), condition=groups)


def _publishes(service: str) -> Listed:
    """SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics"."""
    actions = ("kms:Decrypt", "kms:GenerateDataKey")
    return Listed(actions=actions, resources=_THIS_KEY, principals=(f"Service:{service}",), condition=FROM_THIS_ACCOUNT)
