"""Versions of secrets; no value is read."""

from datetime import datetime

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session


def secret_changed(session: Session, secret: str) -> datetime | None:
    """When a secret got its current value; None when Secrets Manager does not say, or it is deleted."""
    # Without deprecated versions there are a handful at most, which one answer holds (Secrets Manager API, ListSecretVersionIds).
    try:
        versions = session.secretsmanager.list_secret_version_ids(SecretId=secret)["Versions"]
    except Exception as error:
        if not is_missing(error):
            raise
        return None
    return next((version.get("CreatedDate") for version in versions if "AWSCURRENT" in version.get("VersionStages", [])), None)
