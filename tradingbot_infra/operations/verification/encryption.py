"""Checks: whatever is stored is encrypted, and Redis speaks TLS where the settings say so."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from tradingbot_infra.config.sections.cache import CacheConfig
from tradingbot_infra.operations.live.data_stores import Database, Redis
from tradingbot_infra.operations.live.encryption import KMS, log_group_keys, repository_encryption
from tradingbot_infra.operations.secrets.status import SecretStatus
from tradingbot_infra.operations.verification.check import Finding, Look, failed, judged, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps

_NEW_DATABASE = "copy a snapshot under a KMS key, and restore that copy: encryption cannot be switched on later"
_NEW_REDIS = "make a new replication group from a backup: encryption cannot be switched on later"
_NEW_REPOSITORY = "make a new repository, and push the images again: encryption cannot be changed later"


def database(store: Database | None, steps: NextSteps) -> Finding:
    """Whether RDS encrypts its storage."""
    if store is None:
        return failed("there is no database", steps.revert("data"))
    name = store.identifier
    return judged(store.encrypted, good=f"{name} is encrypted", bad=f"{name} is not encrypted", next_step=_NEW_DATABASE)


def redis(store: Redis | None, cache: CacheConfig, steps: NextSteps) -> Iterator[Finding]:
    """Whether Redis encrypts what it stores, and what it sends unless the settings say otherwise."""
    if store is None:
        yield failed("there is no Redis", steps.revert("data"))
        return
    at_rest = store.at_rest_encryption
    yield judged(at_rest, good="Redis is encrypted at rest", bad="Redis is not encrypted at rest", next_step=_NEW_REDIS)
    if store.transit_encryption:
        yield passed("and in transit")
    elif cache.redis_transit_encryption:
        yield failed("Redis is not encrypted in transit, and redis_transit_encryption=true", steps.revert("data"))
    else:
        yield not_checkable("redis_transit_encryption=false: what tasks and Redis say to each other is plain")


def repository(encryption: str | None, steps: NextSteps) -> Finding:
    """Whether images are under a KMS key."""
    if encryption is None:
        return failed("there is no repository", steps.revert("data"))
    bad = f"images are encrypted by {encryption}, under no key of KMS"
    return judged(encryption in KMS, good=f"images are encrypted by {encryption}", bad=bad, next_step=_NEW_REPOSITORY)


def secrets(statuses: Iterable[SecretStatus], steps: NextSteps) -> Finding:
    """Whether secrets are under a key of ours. What is not there, or RDS keeps to itself, has none to tell of."""
    told = [status for status in statuses if status.kms_key is not None]
    bare = [status.name for status in told if not status.kms_key]
    if bare:
        return failed(f"under the key of AWS: {', '.join(bare)}", steps.revert("data"))
    if not told:
        return failed("there is no secret", steps.deploy())
    return passed(f"{len(told)} secrets are under a key of ours")


def log_groups(declared: Collection[str], keys: Mapping[str, bool], steps: NextSteps) -> Iterator[Finding]:
    """Whether every log group that the stacks declare exists and has a key."""
    missing = sorted(set(declared) - set(keys))
    bare = sorted(name for name, key in keys.items() if not key)
    if missing:
        yield failed(f"deleted by hand: {', '.join(missing)}", steps.revert())
    if bare:
        yield failed(f"without a key: {', '.join(bare)}", steps.revert())
    if keys and not missing and not bare:
        yield passed(f"{len(keys)} log groups are under a key of ours")


def _database(facts: Facts) -> Iterator[Finding]:
    yield database(facts.database, facts.steps)


def _redis(facts: Facts) -> Iterator[Finding]:
    if facts.config.cache.enable_redis:
        yield from redis(facts.redis, facts.config.cache, facts.steps)


def _repository(facts: Facts) -> Iterator[Finding]:
    yield repository(repository_encryption(facts.session, facts.names), facts.steps)


def _secrets(facts: Facts) -> Iterator[Finding]:
    yield secrets(facts.secrets, facts.steps)


def _log_groups(facts: Facts) -> Iterator[Finding]:
    declared = frozenset(resource.physical_id for resource in facts.declared("AWS::Logs::LogGroup"))
    return log_groups(declared, log_group_keys(facts.session, declared), facts.steps)


LOOKS = (
    Look("RDS, storage of the instance", _database),
    Look("ElastiCache, the replication group", _redis),
    Look("ECR, the repository", _repository),
    Look("Secrets Manager, keys of the secrets", _secrets),
    Look("CloudWatch Logs, keys of the log groups", _log_groups),
)
