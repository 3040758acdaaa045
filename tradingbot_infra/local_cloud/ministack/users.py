"""Who uses a network resource or a subnet group, and what a container of data holds, in ministack's state."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.services import alb, backup, ec2, ecs, elasticache, rds, s3


def of_network(resource_id: str) -> list[str]:
    """Keys of what has a network interface in this subnet or security group, and of other security groups whose rules name it."""
    return sorted(key for key, record in _in_networks() if key != resource_id and resource_id in json.dumps(record, default=str))


def of_database_subnets(name: str) -> list[str]:
    """The RDS instances in a subnet group."""
    return sorted(key for key, record in rds._instances.items() if name in json.dumps(record.get("DBSubnetGroup"), default=str))  # noqa: SLF001


def of_cluster(arn: str) -> list[str]:
    """The ECS services of a cluster, by ARN or name, that are not deleted."""
    active = (record for record in ecs._services.values() if record["status"] != "INACTIVE")  # noqa: SLF001
    return sorted(record["serviceName"] for record in active if arn in (record["clusterArn"], record["clusterArn"].rpartition("/")[2]))


def recovery_points(vault: str) -> int:
    """How many recovery points a backup vault has; 0 when there is none of this name."""
    return int(backup._vaults.get(vault, {}).get("NumberOfRecoveryPoints", 0))  # noqa: SLF001


def has_objects(bucket: str) -> bool:
    """Whether an S3 bucket has objects, or earlier versions of some; false when there is none of this name."""
    return bool(s3._buckets.get(bucket, {}).get("objects")) or bool(s3._bucket_has_versions(bucket))  # noqa: SLF001


def _in_networks() -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from rds._instances.items()  # noqa: SLF001
    yield from elasticache._replication_groups.items()  # noqa: SLF001
    yield from alb._lbs.items()  # noqa: SLF001
    yield from ((key, record) for key, record in ecs._services.items() if record["status"] != "INACTIVE")  # noqa: SLF001
    yield from ((key, record) for key, record in ec2._vpc_endpoints.items() if record.get("State") != "deleted")  # noqa: SLF001
    yield from ((key, record) for key, record in ec2._nat_gateways.items() if record.get("State") != "deleted")  # noqa: SLF001
    yield from ((key, record) for key, record in ec2._instances.items() if "terminated" not in str(record.get("State")))  # noqa: SLF001
    yield from ec2._security_groups.items()  # noqa: SLF001
