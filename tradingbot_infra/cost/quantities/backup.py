"""AWS Backup: recovery points in a vault."""

from collections.abc import Iterator

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::Backup::BackupVault",)

_NOTE = "Billed as RDS snapshots. They are incremental; the first one is a whole copy."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """One line for all vaults: the assumption is of all of them."""
    vaults = assembly.of_type("AWS::Backup::BackupVault")
    if vaults:
        stored = Quantity(
            id="backup.storage",
            what="Recovery points of the database",
            price="backup.rds_warm_gb_month",
            amount=usage.expected_backup_plan_gib,
        )
        yield counted(Part.NOT_IN_DOCUMENT, "AWS Backup", stored, of=vaults, note=_NOTE)
