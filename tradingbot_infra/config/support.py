"""Which support dates concern an environment."""

from collections.abc import Iterator
from datetime import date

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.support_dates import CDK_RUNTIME, PLACEHOLDER, POSTGRES_MAJORS, POSTGRES_MINORS, REDIS, Ending, Window, endings


def in_use(config: EnvironmentConfig) -> Iterator[Window]:
    """The support windows of everything that an environment deploys."""
    version = config.database.db_engine_version
    yield POSTGRES_MINORS[version]
    yield POSTGRES_MAJORS[version.partition(".")[0]]
    if config.cache.enable_redis:
        yield REDIS[config.cache.redis_engine_version]
    yield CDK_RUNTIME
    if config.task.image_tag is None:
        yield from PLACEHOLDER


def ending(config: EnvironmentConfig, today: date) -> tuple[Ending, ...]:
    """What an environment deploys that can no longer be created, is no longer supported, or reaches either date within NOTICE_DAYS."""
    return tuple(end for window in in_use(config) for end in endings(window, today))
