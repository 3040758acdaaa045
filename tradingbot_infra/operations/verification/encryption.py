"""Checks: stored data is encrypted, and Redis uses TLS where the settings say so."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from tradingbot_infra.config.sections.cache import CacheConfig
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.data_stores import Database, Redis
from tradingbot_infra.operations.live.logs import log_group_keys
from tradingbot_infra.operations.printed_commands import CdkDeploy, revert
from tradingbot_infra.operations.secrets.status import SecretStatus
from tradingbot_infra.operations.verdict import Finding, failed, judged, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look

KMS = ("KMS", "KMS_DSSE")
"""Encryption types of a repository under a KMS key (ECR API, EncryptionConfiguration)."""

_NEW_DATABASE = "copy a snapshot under a KMS key, and restore that copy: encryption cannot be switched on later"
_NEW_REDIS = "create a new replication group from a backup: encryption cannot be switched on later"
_NEW_REPOSITORY = "create a new repository, and push the images again: encryption cannot be changed later"


def database(store: Database | None) -> Finding:
    """Whether RDS encrypts its storage."""
    if store is None:
        return failed("there is no database", revert("data"))
    name = store.identifier
    return judged(store.encrypted, good=f"{name} is encrypted", bad=f"{name} is not encrypted", next_step=_NEW_DATABASE)


def redis(store: Redis | None, cache: CacheConfig) -> Iterator[Finding]:
    """Whether Redis encrypts what it stores, and what it sends unless the settings say otherwise."""
    if store is None:
        yield failed("there is no Redis", revert("data"))
        return
    at_rest = store.at_rest_encryption
    yield judged(at_rest, good="Redis is encrypted at rest", bad="Redis is not encrypted at rest", next_step=_NEW_REDIS)
    if store.transit_encryption:
        yield passed("and in transit")
    elif cache.redis_transit_encryption:
        yield failed("Redis is not encrypted in transit, and redis_transit_encryption=true", revert("data"))
    else:
        yield not_assessed("redis_transit_encryption=false: traffic between tasks and Redis is not encrypted")


def repository(encryption: str) -> Finding:
    """Whether images are under a KMS key."""
    bad = f"images are encrypted by {encryption}, without a KMS key"
    return judged(encryption in KMS, good=f"images are encrypted by {encryption}", bad=bad, next_step=_NEW_REPOSITORY)


def secrets(statuses: Iterable[SecretStatus]) -> Finding:
    """Whether secrets are under a customer managed key. Skips missing secrets, and one that RDS does not show."""
    known = [status for status in statuses if status.kms_key is not None]
    bare = [status.name for status in known if not status.kms_key]
    if bare:
        return failed(f"under the AWS managed key: {', '.join(bare)}", revert("data"))
    if not known:
        return failed("there is no secret", CdkDeploy())
    return passed(f"{len(known)} secrets are under a customer managed key")


def log_groups(declared: Collection[str], keys: Mapping[str, bool]) -> Iterator[Finding]:
    """Whether every log group that the stacks declare exists and has a key."""
    missing = sorted(set(declared) - set(keys))
    bare = sorted(name for name, key in keys.items() if not key)
    if missing:
        yield failed(f"deleted by hand: {', '.join(missing)}", revert())
    if bare:
        yield failed(f"without a key: {', '.join(bare)}", revert())
    if keys and not missing and not bare:
        yield passed(f"{len(keys)} log groups are under a customer managed key")


def _redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis:
        yield from redis(facts.redis, facts.config.cache)


def _log_groups(facts: Facts) -> Iterator[Finding]:
    declared = frozenset(resource.physical_id for resource in facts.declared("AWS::Logs::LogGroup"))
    return log_groups(declared, log_group_keys(facts.session, declared))


LOOKS = (
    Look("RDS, storage of the instance", lambda facts: (database(facts.database),)),
    Look("ElastiCache, the replication group", _redis),
    Look("ECR, the repository", lambda facts: (repository(facts.repository.encryption),)),
    Look("Secrets Manager, keys of the secrets", lambda facts: (secrets(facts.secrets),)),
    Look("CloudWatch Logs, keys of the log groups", _log_groups),
)
