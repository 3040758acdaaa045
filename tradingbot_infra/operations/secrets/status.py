"""The state of every secret of an environment; values are read only on request."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_MASTER_SECRET, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.secrets.formats import problem
from tradingbot_infra.operations.secrets.values import held, version_list
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

_CURRENT = "AWSCURRENT"
_BY_HAND = "by hand"
_BY_RDS = "by RDS"
_IMPAIRED = f"{DATABASE_MASTER_SECRET}: RDS can no longer rotate it (impaired); allowed: a secret and a KMS key that RDS may use"


class State(StrEnum):
    """Whether a secret can be read."""

    EXISTS = "exists"
    MISSING = "missing"
    SCHEDULED = "scheduled for deletion"
    NOT_SHOWN = "not shown"
    """RDS's own secret on the local cloud, which does not show it."""


class Value(StrEnum):
    """What a secret holds."""

    REAL = "real"
    PLACEHOLDER = "placeholder"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SecretStatus:
    """One secret.

    `secret_id` is its name or ARN in Secrets Manager. `changed` is when its current value was written, `deletion` when it
    is deleted. `kms_key` is whether it is under a customer managed key rather than aws/secretsmanager. `wrong` is what is wrong
    with the form of its value, or what prevents RDS from rotating it; None unless values were checked.
    """

    name: str
    secret_id: str
    state: State
    rotation: str
    value: Value = Value.NONE
    versions: int = 0
    changed: datetime | None = None
    deletion: datetime | None = None
    kms_key: bool | None = None
    wrong: str | None = None

    @property
    def ready(self) -> bool:
        """Whether tasks can use it."""
        return self.state is State.NOT_SHOWN or (self.state is State.EXISTS and self.value is Value.REAL and self.wrong is None)


def read_secrets(session: Session, config: EnvironmentConfig, *, check: bool) -> Iterator[SecretStatus]:
    """Every secret in turn: those of the application, then those that CloudFormation and RDS fill.

    Without `check` no value is read: an application secret with only one version still holds the value that CloudFormation
    generated. With it each of their values is read and judged by its form, which also finds a value that CloudFormation
    generated later, over a real one.
    """
    names = config.names
    for name in APPLICATION_SECRETS:
        yield _of_application(session, name, names.secret(name), check=check)
    yield _status(session, DATABASE_URL_SECRET, names.secret(DATABASE_URL_SECRET), "none")
    if config.cache.enable_redis and config.cache.redis_transit_encryption:
        yield _status(session, REDIS_AUTH_TOKEN_SECRET, names.secret(REDIS_AUTH_TOKEN_SECRET), _BY_HAND)
    yield _database_master(session, config)


def _of_application(session: Session, name: str, secret_id: str, *, check: bool) -> SecretStatus:
    status = _status(session, name, secret_id, _BY_HAND)
    if status.value is not Value.REAL:
        return status
    if not check:
        return replace(status, value=Value.PLACEHOLDER) if status.versions == 1 else status
    found = held(session, name, secret_id)
    return replace(status, value=Value.PLACEHOLDER if found.placeholder else Value.REAL, wrong=problem(name, found.value))


def _status(session: Session, name: str, secret_id: str, rotation: str) -> SecretStatus:
    """A secret now. Whatever value it holds counts as a real one here."""
    try:
        found = session.secretsmanager.describe_secret(SecretId=secret_id)
    except Exception as error:
        if not is_missing(error):
            raise
        return SecretStatus(name, secret_id, State.MISSING, rotation)
    status = SecretStatus(name, secret_id, State.EXISTS, _rotation(found) or rotation, kms_key=bool(found.get("KmsKeyId")))
    if found.get("DeletedDate"):
        # Versions and values of such a secret are out of reach until it is restored.
        return replace(status, state=State.SCHEDULED, value=Value.UNKNOWN, deletion=found["DeletedDate"])
    versions = version_list(session, secret_id)
    changed = next((version.get("CreatedDate") for version in versions if _CURRENT in version.get("VersionStages", [])), None)
    return replace(status, value=Value.REAL if changed else Value.NONE, versions=len(versions), changed=changed)


def _rotation(found: "DescribeSecretResponseTypeDef") -> str | None:
    if not found.get("RotationEnabled"):
        return None
    by = "RDS" if found.get("OwningService") == "rds" else "Secrets Manager"
    rules = found.get("RotationRules", {})
    days = rules.get("AutomaticallyAfterDays")
    return f"by {by}, {f'every {days} days' if days else rules.get('ScheduleExpression', 'on a schedule')}"


def _database_master(session: Session, config: EnvironmentConfig) -> SecretStatus:
    if config.database.db_credentials == "self-managed":
        return _status(session, DATABASE_MASTER_SECRET, config.names.secret(DATABASE_MASTER_SECRET), _BY_HAND)
    try:
        found = session.rds.describe_db_instances(DBInstanceIdentifier=config.names.database)["DBInstances"]
    except Exception as error:
        if not is_missing(error):
            raise
        found = []
    managed = found[0].get("MasterUserSecret", {}) if found else {}
    if "SecretArn" in managed:
        wrong = _IMPAIRED if managed.get("SecretStatus") == "impaired" else None
        return replace(_status(session, DATABASE_MASTER_SECRET, managed["SecretArn"], _BY_RDS), wrong=wrong)
    if found and session.local:
        return SecretStatus(DATABASE_MASTER_SECRET, "", State.NOT_SHOWN, _BY_RDS, value=Value.UNKNOWN)
    return SecretStatus(DATABASE_MASTER_SECRET, "", State.MISSING, _BY_RDS)
