"""Rules for AWS KMS keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import is_true, is_unknown, literal, not_assessed, observe, seen
from tradingbot_infra.compliance.reading.policy_documents import Statement, each_allowed, is_open_to_anyone, principals
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import Assembly, Resource

KEY = "AWS::KMS::Key"
ALIAS = "AWS::KMS::Alias"

ROTATION_PERIOD_DAYS = 365
"""The longest time between rotations, in days, and the service's default (AWS KMS Developer Guide, "Rotate AWS KMS keys")."""

MIN_PENDING_DAYS = 7
"""The shortest time that KMS waits before it deletes a key, in days (AWS KMS API, ScheduleKeyDeletion)."""

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})

_LOGS = "log groups"
_DATA = "data stores"
_MESSAGING = "messaging"
_KINDS = {
    "AWS::Logs::LogGroup": _LOGS,
    "AWS::SNS::Topic": _MESSAGING,
    "AWS::SQS::Queue": _MESSAGING,
    "AWS::Events::EventBus": _MESSAGING,
    "AWS::Backup::BackupVault": _DATA,
    "AWS::DynamoDB::Table": _DATA,
    "AWS::ECR::Repository": _DATA,
    "AWS::EFS::FileSystem": _DATA,
    "AWS::ElastiCache::ReplicationGroup": _DATA,
    "AWS::RDS::DBCluster": _DATA,
    "AWS::RDS::DBInstance": _DATA,
    "AWS::S3::Bucket": _DATA,
    "AWS::SecretsManager::Secret": _DATA,
}


@rule("kms.rotation", KEY, title="Symmetric keys rotate every year", fix="Set `enable_key_rotation=True` on the key.")
def rotation(key: Resource, _: Assembly) -> Iterator[Observation]:
    spec = key.properties.get("KeySpec", "SYMMETRIC_DEFAULT")
    if is_unknown(spec):
        yield not_assessed("Properties.KeySpec", spec, "a known kind of key")
    elif spec == "SYMMETRIC_DEFAULT":
        yield observe(key, "EnableKeyRotation", is_true, "true", default=False)
        yield observe(
            key,
            "RotationPeriodInDays",
            lambda days: int(days) <= ROTATION_PERIOD_DAYS,
            f"at most {ROTATION_PERIOD_DAYS}",
            default=ROTATION_PERIOD_DAYS,
        )


@rule(
    "kms.policy",
    KEY,
    title="Key policies admit nobody outside this account, and services only on its behalf",
    fix="Name the principals; restrict a service by aws:SourceAccount, aws:SourceArn or the encryption context.",
)
def policy(key: Resource, assembly: Assembly) -> Iterator[Observation]:
    document = key.properties.get("KeyPolicy")
    expected = "named principals, services restricted to this account"
    if document is None:
        yield seen("Properties.KeyPolicy", None, True, f"{expected}; the default policy names this account alone")
    elements, here = ("Principal", "NotPrincipal", "Condition"), ThisAccount.of(key, assembly)
    yield from each_allowed(
        "Properties.KeyPolicy", document, elements, lambda statement: _lets_in_this_account(statement, here), expected, assembly
    )


@rule(
    "kms.retained",
    KEY,
    title="Keys are kept when their stack is deleted, and have a waiting period before deletion",
    fix="Set `retain_data`: keep the key with a retaining removal policy, and leave `pending_window` at 7 days or more.",
)
def retained(key: Resource, _: Assembly) -> Iterator[Observation]:
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        yield literal(attribute, key.body.get(attribute, "Delete"), lambda choice: choice in _KEPT, "Retain or RetainExceptOnCreate")
    yield observe(key, "PendingWindowInDays", lambda days: int(days) >= MIN_PENDING_DAYS, f"at least {MIN_PENDING_DAYS}", default=30)


@rule(
    "kms.separation",
    KEY,
    title="Log groups, data stores and messaging have separate keys",
    fix="Give each kind its own key, so that a grant on one allows nothing else.",
)
def separation(key: Resource, assembly: Assembly) -> Iterator[Observation]:
    aliases = [alias for alias in assembly.of_type(ALIAS) if assembly.referred(alias.properties.get("TargetKeyId")) == key]
    kinds = sorted({_KINDS[user.type] for user in assembly.of_type(*_KINDS) if _uses(user.properties, [key, *aliases], assembly)})
    yield seen("what it encrypts", kinds, len(kinds) <= 1, "one of log groups, data stores, messaging")


@rule(
    "kms.used",
    KEY,
    title="Every key encrypts something, and has an alias by which people know it",
    fix="Give the key an `alias`, or remove a key that nothing uses.",
)
def used(key: Resource, assembly: Assembly) -> Iterator[Observation]:
    aliases = [alias for alias in assembly.of_type(ALIAS) if assembly.referred(alias.properties.get("TargetKeyId")) == key]
    yield seen(ALIAS, [alias.logical_id for alias in aliases], bool(aliases), "an alias of this key")
    users = [user.logical_id for user in assembly.of_type(*_KINDS) if _uses(user.properties, [key, *aliases], assembly)]
    yield seen("what it encrypts", users, bool(users), "a resource of these stacks")


def _lets_in_this_account(statement: Statement, here: ThisAccount) -> bool:
    if here.is_for_others(statement):
        return False
    if is_open_to_anyone(statement):
        return here.is_tied_by(statement, "aws:sourceaccount", "aws:principalaccount", "kms:calleraccount")
    if any(principal.startswith("Service:") for principal in principals(statement)):
        tied = here.is_tied_by(statement, "aws:sourceaccount", "aws:sourcearn", "kms:encryptioncontext:")
        return tied and here.admits_only_it(statement)
    return here.admits_only_it(statement)


def _uses(value: Any, names: list[Resource], assembly: Assembly) -> bool:
    if isinstance(value, str):
        return assembly.referred(value) in names
    if isinstance(value, Mapping):
        return any(_uses(item, names, assembly) for item in value.values())
    return isinstance(value, list) and any(_uses(item, names, assembly) for item in value)
