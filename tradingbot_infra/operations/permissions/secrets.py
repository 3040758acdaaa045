"""Whether secrets are there to be read: they exist, have a value, and their own policies do not forbid it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.permissions.asking import asked
from tradingbot_infra.operations.permissions.findings import Cause, Denial, Permissions, in_short
from tradingbot_infra.operations.permissions.needs import READ_SECRET
from tradingbot_infra.operations.permissions.resource_policies import Call, Said, said_by
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

_CURRENT = "AWSCURRENT"


@dataclass(frozen=True)
class SecretLook:
    """A secret as a role finds it. `key` is its customer managed key, empty where it has none.

    `granted` is whether the secret's own policy lets the role in by name, whatever the role's own say; `lacking` is what keeps
    everybody from reading it.
    """

    secret: str
    key: str
    granted: bool
    lacking: Cause | None
    unknown: Permissions


def look_at_secret(session: Session, role_arn: str, secret: str) -> SecretLook:
    """Looks at a secret, by ARN or name. Its value is not asked for."""
    try:
        described, unseen = asked(lambda: session.secretsmanager.describe_secret(SecretId=secret), "Secrets")
    except Exception as error:
        if not is_missing(error):
            raise
        return SecretLook(secret, "", granted=False, lacking="secret_missing", unknown=Permissions())
    if described is None:
        return SecretLook(secret, "", granted=False, lacking=None, unknown=unseen)
    key, gone = described.get("KmsKeyId", ""), _lacking(described)
    if gone:
        return SecretLook(secret, key, granted=False, lacking=gone, unknown=Permissions())
    said, unread = _said(session, role_arn, secret)
    return SecretLook(secret, key, granted=said is Said.ROLE, lacking="secret_policy" if said is Said.DENIED else None, unknown=unread)


def lacking(looks: Iterable[SecretLook], *, environment: str) -> Permissions:
    """What keeps secrets from being read, one denial for each cause."""
    secrets: dict[Cause, list[str]] = {}
    for look in looks:
        if look.lacking:
            secrets.setdefault(look.lacking, []).append(look.secret)
    return Permissions(tuple(_denial(cause, tuple(of), environment) for cause, of in secrets.items()))


def _lacking(described: "DescribeSecretResponseTypeDef") -> Cause | None:
    if described.get("DeletedDate"):
        return "secret_deleted"
    current = any(_CURRENT in stages for stages in described.get("VersionIdsToStages", {}).values())
    return None if current else "secret_empty"


def _said(session: Session, role_arn: str, secret: str) -> tuple[Said | None, Permissions]:
    def ask() -> str:
        return session.secretsmanager.get_resource_policy(SecretId=secret).get("ResourcePolicy", "")

    policy, unread = asked(ask, "Policies of secrets")
    if not policy:
        return None, unread
    said = said_by(policy, Call(role_arn, READ_SECRET, ()))
    if said is not Said.UNKNOWN:
        return said, unread
    return said, Permissions(unknown=(f"Whether the policy of {in_short((secret,))} forbids {READ_SECRET} depends on conditions",))


def _denial(cause: Cause, secrets: tuple[str, ...], environment: str) -> Denial:
    what, fix = {
        "secret_missing": ("No such secret", f"cdk deploy DataStack --revert-drift -c env={environment}"),
        "secret_deleted": ("Scheduled for deletion", _each(secrets, "restore-secret")),
        "secret_empty": ("Without a value", f"python -m tradingbot_infra secrets push --env {environment}"),
        "secret_policy": (f"The secret's own policy denies {READ_SECRET}", _each(secrets, "delete-resource-policy")),
    }[cause]
    return Denial(cause, READ_SECRET, secrets, "explicit_deny" if cause == "secret_policy" else "", f"{what}: {in_short(secrets)}", fix)


def _each(secrets: Sequence[str], verb: str) -> str:
    return " && ".join(f"aws secretsmanager {verb} --secret-id {secret}" for secret in secrets)
