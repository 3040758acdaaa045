"""ElastiCache: node hours and snapshots."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::ElastiCache::ReplicationGroup",)

SERVICE = "ElastiCache"


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Every node of a replication group, and its snapshots."""
    for group in assembly.of_type("AWS::ElastiCache::ReplicationGroup"):
        nodes, size, engine = int(group.properties["NumCacheClusters"]), group.properties["CacheNodeType"], group.properties["Engine"]
        what = f"{plural(nodes, 'node')} of {size}"
        hours = Quantity(id="elasticache.nodes", what=what, price=f"elasticache.{engine}.{size}.node_hour", amount=Decimal(nodes) * HOURS)
        yield counted(Part.DOCUMENT, SERVICE, hours, of=(group,))
        if group.properties.get("SnapshotRetentionLimit"):
            what = f"Snapshots of {group.properties['SnapshotRetentionLimit']} days, beyond the free one"
            snapshots = Quantity(
                id="elasticache.snapshots", what=what, price="elasticache.backup_gb_month", amount=usage.expected_redis_backup_gib
            )
            yield counted(Part.NOT_IN_DOCUMENT, SERVICE, snapshots, of=(group,))
