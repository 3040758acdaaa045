"""Redis."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, renamed

_GROUP = {
    "SnapshotRetentionLimit": "SnapshotRetentionLimit",
    "TransitEncryptionEnabled": "TransitEncryptionEnabled",
}
"""Members of ReplicationGroup in the ElastiCache API. Encryption at rest cannot change after the creation, so it is as declared."""


def _replication_group(one: One) -> Live:
    found = one.session.elasticache.describe_replication_groups(ReplicationGroupId=one.physical_id)["ReplicationGroups"][0]
    return Live(
        properties={**renamed(found, _GROUP), "AutomaticFailoverEnabled": found.get("AutomaticFailover") in ("enabled", "enabling")}
    )


READERS: Mapping[str, Reader] = {"AWS::ElastiCache::ReplicationGroup": _replication_group}
