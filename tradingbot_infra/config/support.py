"""Which support dates concern an environment."""

from collections.abc import Iterator
from datetime import date

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.support_dates import (
    AS_OF,
    CDK_RUNTIME,
    INLINE_RUNTIME,
    PLACEHOLDER,
    POSTGRES_MAJORS,
    POSTGRES_MINORS,
    REDIS,
    Ending,
    Window,
    endings,
    is_newer_postgres,
)


def in_use(config: EnvironmentConfig) -> Iterator[Window]:
    """The support windows of everything that an environment deploys."""
    version = config.database.db_engine_version
    if version in POSTGRES_MINORS:
        yield POSTGRES_MINORS[version]
    yield POSTGRES_MAJORS[version.partition(".")[0]]
    if config.cache.enable_redis:
        yield REDIS[config.cache.redis_engine_version]
    yield CDK_RUNTIME
    if config.deployment.shifts_traffic or config.account.ours or config.notifications.chat == "telegram":
        yield INLINE_RUNTIME
    if config.task.image_tag is None:
        yield from PLACEHOLDER


def newer(config: EnvironmentConfig) -> Iterator[str]:
    """What an environment deploys that is newer than the tables of support dates, so that nobody watches its end."""
    version = config.database.db_engine_version
    if is_newer_postgres(version):
        yield f"PostgreSQL {version} on RDS: newer than what was known on {AS_OF}; AWS may not offer it, and its end is not watched"


def ending(config: EnvironmentConfig, today: date) -> tuple[Ending, ...]:
    """What an environment deploys that can no longer be created, is no longer supported, or reaches either date within NOTICE_DAYS."""
    return tuple(end for window in in_use(config) for end in endings(window, today))
