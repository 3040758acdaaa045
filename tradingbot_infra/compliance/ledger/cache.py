"""Exceptions of the ElastiCache replication group."""

from tradingbot_infra.compliance.exception import ComplianceException, above, below, off, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import CACHE

ENTRIES = (
    ComplianceException(
        id="default-cache-port",
        rules=("AwsSolutions-AEC5",),
        paths=(CACHE,),
        when=(on("enable_redis"),),
        mechanism="Redis listens on 6379, as the design document says",
        consequence="Its port can be guessed",
        compensation="Only the tasks can reach it, with TLS and a token; another port hides nothing from a scan",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="one-cache-node",
        rules=("redis.failover", "AwsSolutions-AEC4"),
        paths=(CACHE,),
        when=(on("enable_redis"), off("redis_automatic_failover")),
        mechanism="The design document saves the replica, and a new one waits for the change that turns failover on",
        consequence="The cache is unavailable for minutes while its node or zone is replaced",
        compensation="It holds nothing that the database does not; high-availability has a replica",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="short-cache-snapshots",
        rules=("NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup",),
        paths=(CACHE,),
        when=(on("enable_redis"), below("redis_snapshot_retention_days", 15)),
        mechanism="Snapshots are kept as long as the design document says, and the public rule asks for 15 days",
        consequence="An older state of the cache cannot be restored",
        compensation="It holds nothing that the database does not; high-availability keeps 15 days",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="five-cache-snapshots",
        rules=("redis.snapshots",),
        paths=(CACHE,),
        when=(on("enable_redis"), above("redis_snapshot_retention_days", 4), below("redis_snapshot_retention_days", 7)),
        mechanism="Snapshots are kept five days, as the design document says, and public scanners ask for a week",
        consequence="A state of the cache that is older than that cannot be restored",
        compensation="It holds nothing that the database does not; high-availability keeps 15 days",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
