"""Which keys protect what is stored, where no other module of facts tells it."""

from collections.abc import Iterable, Mapping

from tradingbot_infra.design.naming import Names
from tradingbot_infra.operations.session import Session

KMS = ("KMS", "KMS_DSSE")
"""Encryption types of a repository under a KMS key; AES256 is a key that nobody governs (ECR API, EncryptionConfiguration)."""


def repository_encryption(session: Session, names: Names) -> str | None:
    """How images are encrypted; None when there is no repository."""
    try:
        (found,) = session.ecr.describe_repositories(repositoryNames=[names.repository])["repositories"]
    except session.ecr.exceptions.RepositoryNotFoundException:
        return None
    return found.get("encryptionConfiguration", {}).get("encryptionType", "AES256")


def log_group_keys(session: Session, groups: Iterable[str]) -> Mapping[str, bool]:
    """Whether each of these log groups has a KMS key of ours; a group that does not exist is missing here."""
    wanted = set(groups)
    keys: dict[str, bool] = {}
    for name in sorted(wanted):
        for page in session.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
            keys |= {group["logGroupName"]: bool(group.get("kmsKeyId")) for group in page["logGroups"] if group["logGroupName"] == name}
    return keys
