"""Whether secrets can be read: they exist, have a value, and their own policies do not deny it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.permissions.asking import asked
from tradingbot_infra.operations.permissions.findings import Denial, DenialCause, Permissions, in_short
from tradingbot_infra.operations.permissions.needs import READ_SECRET
from tradingbot_infra.operations.permissions.resource_policies import Call, PolicyAnswer, policy_answer
from tradingbot_infra.operations.printed_commands import AwsCli, Chain, OwnCommand, Step, chain, revert
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import NotAssessed

if TYPE_CHECKING:
    from types_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

_CURRENT = "AWSCURRENT"


@dataclass(frozen=True)
class SecretLook:
    """A secret as a role finds it. `key` is its customer managed key, empty where it has none.

    `granted` is whether the secret's own policy lets the role in by name, whatever the role's own say; `cause` is why nobody
    can read it.
    """

    secret: str
    key: str
    granted: bool
    cause: DenialCause | None
    not_assessed: Permissions


def look_at_secret(session: Session, role_arn: str, secret: str) -> SecretLook:
    """Looks at a secret, by ARN or name. Its value is not asked for."""
    try:
        described, unseen = asked(lambda: session.secretsmanager.describe_secret(SecretId=secret), "Secrets")
    except Exception as error:
        if not is_missing(error):
            raise
        return SecretLook(secret, "", granted=False, cause="secret_missing", not_assessed=Permissions())
    if described is None:
        return SecretLook(secret, "", granted=False, cause=None, not_assessed=unseen)
    key, gone = described.get("KmsKeyId", ""), _cause(described)
    if gone:
        return SecretLook(secret, key, granted=False, cause=gone, not_assessed=Permissions())
    answer, unread = _asked_policy(session, role_arn, secret)
    return SecretLook(
        secret,
        key,
        granted=answer is PolicyAnswer.ROLE,
        cause="secret_policy" if answer is PolicyAnswer.DENIED else None,
        not_assessed=unread,
    )


def unreadable(looks: Iterable[SecretLook]) -> Permissions:
    """Why secrets cannot be read, one denial for each cause."""
    secrets: dict[DenialCause, list[str]] = {}
    for look in looks:
        if look.cause:
            secrets.setdefault(look.cause, []).append(look.secret)
    return Permissions(tuple(_denial(cause, tuple(of)) for cause, of in secrets.items()))


def _cause(described: "DescribeSecretResponseTypeDef") -> DenialCause | None:
    if described.get("DeletedDate"):
        return "secret_deleted"
    current = any(_CURRENT in stages for stages in described.get("VersionIdsToStages", {}).values())
    return None if current else "secret_empty"


def _asked_policy(session: Session, role_arn: str, secret: str) -> tuple[PolicyAnswer | None, Permissions]:
    def ask() -> str:
        return session.secretsmanager.get_resource_policy(SecretId=secret).get("ResourcePolicy", "")

    policy, unread = asked(ask, "Policies of secrets")
    if not policy:
        return None, unread
    answer = policy_answer(policy, Call(role_arn, READ_SECRET, ()))
    if answer is not PolicyAnswer.NOT_ASSESSED:
        return answer, unread
    return answer, Permissions(
        not_assessed=(NotAssessed(f"Whether the policy of {in_short((secret,))} denies {READ_SECRET} depends on conditions"),)
    )


def _denial(cause: DenialCause, secrets: tuple[str, ...]) -> Denial:
    found: dict[DenialCause, tuple[str, Step]] = {
        "secret_missing": ("No such secret", revert("data")),
        "secret_deleted": ("Scheduled for deletion", _each(secrets, "restore-secret")),
        "secret_empty": ("Without a value", OwnCommand("secrets push")),
        "secret_policy": (f"The secret's own policy denies {READ_SECRET}", _each(secrets, "delete-resource-policy")),
    }
    what, fix = found[cause]
    return Denial(cause, READ_SECRET, secrets, "explicit_deny" if cause == "secret_policy" else "", f"{what}: {in_short(secrets)}", fix)


def _each(secrets: Sequence[str], verb: str) -> Chain:
    return chain(*(AwsCli(f"secretsmanager {verb} --secret-id {secret}") for secret in secrets))
