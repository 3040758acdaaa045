"""Retention: what outlives a stack, and how long logs and keys are kept."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting

LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retention periods of a log group, in days (CloudWatch Logs API, PutRetentionPolicy)."""

_COMPLETE_ARN = r"^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$"


_SUFFIX_LENGTH = len("-AbCd12")
"""Secrets Manager ends each ARN with a hyphen and six random characters (Secrets Manager User Guide, "What's in a secret")."""


def secret_name(arn: str) -> str:
    """The name of the secret that has this complete ARN."""
    return arn.split(":secret:")[1][:-_SUFFIX_LENGTH]


class RetentionConfig(Section, title="Retention"):
    """What is kept, and for how long."""

    retain_data: bool = setting("Keep data, keys, secrets, images and logs, or a snapshot of them, when a stack is deleted")
    deletion_protection: bool = setting("Protect RDS, the load balancer and the stacks from deletion")
    log_retention_days: int = setting("Retention of every log group, days", allowed="a retention period of CloudWatch Logs")
    adopt_secret_arns: tuple[Annotated[str, Field(pattern=_COMPLETE_ARN)], ...] = setting(
        "Application secrets of an earlier deployment, used instead of creating new ones. Secrets that are not listed are created",
        allowed="complete ARNs of application secrets of this environment, separated by commas, or nothing",
    )
    adopt_secrets_key_arn: str | None = setting(
        "KMS key that encrypts the adopted secrets",
        allowed="arn:aws:kms:REGION:ACCOUNT:key/ID of the same region, or none",
        pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/[0-9a-f-]+$",
    )
    key_deletion_days: int = setting("Waiting period before a KMS key is deleted, days", ge=7, le=30)


def retention_is_one_that_cloudwatch_offers(retention: RetentionConfig) -> Iterator[Problem]:
    days = retention.log_retention_days
    if days not in LOG_RETENTION_DAYS:
        yield Problem("log_retention_days", days, "CloudWatch Logs does not offer this period", listed(LOG_RETENTION_DAYS))


def adopted_secrets_come_with_their_key(retention: RetentionConfig) -> Iterator[Problem]:
    arns, key = retention.adopt_secret_arns, retention.adopt_secrets_key_arn
    if arns and key is None:
        yield Problem("adopt_secrets_key_arn", "none", "adopted secrets need the key that encrypts them", "the ARN of that key")
    if key is not None and not arns:
        yield Problem("adopt_secret_arns", "", "a key is adopted together with the secrets that it encrypts", "the ARNs of those secrets")
