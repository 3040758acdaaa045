"""RDS: instance hours, storage, and backups beyond the free share."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::RDS::DBInstance",)

SERVICE = "RDS"

INSTANCE_LINE = "rds.instance"

_FREE = "Database Insights in standard mode costs nothing with the 7 days that it keeps."
_BACKUP = "AWS stores backups as large as the provisioned storage of the region's databases at no charge; this is the amount beyond that."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The three lines of the document, for each instance."""
    for instance in assembly.of_type("AWS::RDS::DBInstance"):
        yield _instance(instance)
        yield _storage(instance)
        yield _backup(instance, usage)
        if instance.properties.get("DatabaseInsightsMode") == "advanced":
            yield _advanced_insights(instance)


def reservation(instance: Resource) -> str:
    """The beginning of the price keys of a reservation."""
    return f"rds.reserved.{instance.properties['DBInstanceClass']}.{_zones(instance)}"


def _is_multi_az(instance: Resource) -> bool:
    return bool(instance.properties.get("MultiAZ", False))


def _zones(instance: Resource) -> str:
    return "multi_az" if _is_multi_az(instance) else "single_az"


def _instance(instance: Resource) -> BilledItem:
    engine, size = instance.properties["Engine"], instance.properties["DBInstanceClass"]
    what = f"{size}, {'Multi-AZ' if _is_multi_az(instance) else 'one zone'}"
    return counted(
        Part.DOCUMENT,
        SERVICE,
        Quantity(id=INSTANCE_LINE, what=what, price=f"rds.{engine}.{size}.zone_hour", amount=HOURS * (2 if _is_multi_az(instance) else 1)),
        Quantity(id=INSTANCE_LINE, what=what, price=f"rds.{engine}.{size}.{_zones(instance)}_hour", amount=HOURS),
        of=(instance,),
        note=_FREE,
    )


def _storage(instance: Resource) -> BilledItem:
    gib, kind = Decimal(instance.properties["AllocatedStorage"]), instance.properties.get("StorageType", "gp2")
    what = f"{gib} GB of {kind} storage"
    return counted(
        Part.DOCUMENT,
        SERVICE,
        Quantity(id="rds.storage", what=what, price=f"rds.storage.{kind}.gb_month", amount=gib),
        Quantity(id="rds.storage", what=what, price=f"rds.storage.{kind}.{_zones(instance)}_gb_month", amount=gib),
        of=(instance,),
    )


def _backup(instance: Resource, usage: UsageConfig) -> BilledItem:
    what = f"Backups of {instance.properties['BackupRetentionPeriod']} days, beyond the free share"
    return counted(
        Part.DOCUMENT,
        SERVICE,
        Quantity(id="rds.backup", what=what, price="rds.backup_lump", amount=usage.expected_extra_backup_gib),
        Quantity(id="rds.backup", what=what, price="rds.backup_gb_month", amount=usage.expected_extra_backup_gib),
        of=(instance,),
        note=_BACKUP,
    )


def _advanced_insights(instance: Resource) -> BilledItem:
    mode = Quantity(id="rds.insights", what="Database Insights, advanced", price="rds.database_insights_advanced", amount=Decimal(1))
    return counted(Part.NOT_IN_DOCUMENT, SERVICE, mode, of=(instance,))
