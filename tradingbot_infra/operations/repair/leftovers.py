"""What the deletion of a stack keeps under a fixed name, which the next creation would find taken.

Only what the stack itself created counts. KMS keys and the bucket of access logs stay too, but their names are not fixed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Kind:
    """One CloudFormation type.

    `holds` says in words what would be lost, empty for nothing; without such a resource it returns None, or raises "not found".
    """

    title: str
    holds: Callable[[Session, str], str | None]
    delete: Callable[[Session, str], object]


@dataclass(frozen=True)
class Leftover:
    """One resource that exists. `holds` is what would be lost with it; empty if nothing."""

    resource: StackResource
    holds: str

    @property
    def title(self) -> str:
        """What it is, for people."""
        return f"{KINDS[self.resource.type].title} {self.resource.physical_id}"


def existing(session: Session, created: Iterable[StackResource]) -> tuple[Leftover, ...]:
    """Those of these resources that have a fixed name and exist, in or out of a stack."""
    found = ((one, _holds(session, one)) for one in created if one.type in KINDS)
    return tuple(Leftover(one, holds) for one, holds in found if holds is not None)


def delete(session: Session, leftover: Leftover) -> None:
    """Deletes one that holds nothing; none is not found."""
    try:
        KINDS[leftover.resource.type].delete(session, leftover.resource.physical_id)
    except Exception as error:
        if not is_missing(error):
            raise


def _holds(session: Session, resource: StackResource) -> str | None:
    try:
        return KINDS[resource.type].holds(session, resource.physical_id)
    except Exception as error:
        if not is_missing(error):
            raise
        return None


def _group_holds(session: Session, name: str) -> str | None:
    pages = session.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    return "" if any(group["logGroupName"] == name for page in pages for group in page["logGroups"]) else None


def _secret_holds(session: Session, arn: str) -> str:
    """CloudFormation writes one version; a second one was written by a person."""
    secret = session.secretsmanager.describe_secret(SecretId=arn)
    written = len(secret.get("VersionIdsToStages", {})) > 1
    return "a value that somebody wrote" if written else ""


def _repository_holds(session: Session, name: str) -> str:
    images = session.ecr.list_images(repositoryName=name)["imageIds"]
    return "images" if images else ""


def _vault_holds(session: Session, name: str) -> str:
    points = session.backup.describe_backup_vault(BackupVaultName=name).get("NumberOfRecoveryPoints", 0)
    return f"{points} recovery points" if points else ""


KINDS: Mapping[str, Kind] = {
    "AWS::Backup::BackupVault": Kind(
        "backup vault", _vault_holds, lambda session, name: session.backup.delete_backup_vault(BackupVaultName=name)
    ),
    "AWS::ECR::Repository": Kind("repository", _repository_holds, lambda session, name: session.ecr.delete_repository(repositoryName=name)),
    "AWS::Logs::LogGroup": Kind("log group", _group_holds, lambda session, name: session.logs.delete_log_group(logGroupName=name)),
    "AWS::SecretsManager::Secret": Kind(
        "secret",
        _secret_holds,
        lambda session, arn: session.secretsmanager.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True),
    ),
}
"""The types of the design with fixed names and a deletion policy that keeps them."""
