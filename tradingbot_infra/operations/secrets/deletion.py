"""Deletes secrets so that they can be restored, and restores them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session

RECOVERY_DAYS = 7
"""How long a deleted secret can be restored (DESIGN, Data: "deletion leaves 7 days to recover")."""


def deletions(session: Session, names: Names, secrets: Iterable[str]) -> dict[str, datetime | None]:
    """The secrets that exist, and for each scheduled for deletion the moment at which it is deleted."""
    found: dict[str, datetime | None] = {}
    for secret in secrets:
        try:
            answer = session.secretsmanager.describe_secret(SecretId=names.secret(secret))
        except Exception as error:
            if not is_missing(error):
                raise
            continue
        found[secret] = answer.get("DeletedDate")
    return found


def schedule(session: Session, names: Names, secrets: Iterable[str]) -> Iterator[tuple[str, datetime]]:
    """Deletes one secret after the other; yields each with the moment until which it can be restored.

    From then on nobody can read it: running tasks keep the value they started with, and new tasks fail to start.
    """
    for secret in secrets:
        answer = session.secretsmanager.delete_secret(SecretId=names.secret(secret), RecoveryWindowInDays=RECOVERY_DAYS)
        yield secret, answer["DeletionDate"]


def restore(session: Session, names: Names, secrets: Iterable[str]) -> Iterator[str]:
    """Cancels the deletion of one secret after the other; yields the name after each. Their values are unchanged."""
    for secret in secrets:
        session.secretsmanager.restore_secret(SecretId=names.secret(secret))
        yield secret
