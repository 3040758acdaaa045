"""The expected usage of the account's own resources, under the names by which an environment's are priced."""

from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig


def usage_of_account(usage: UsageConfig) -> UsageConfig:
    """How keys, topics and log groups of the account's stacks are used. Nobody queries their logs every day, and functions write little."""
    return usage.model_copy(
        update={
            "expected_kms_requests": usage.expected_account_kms_requests,
            "expected_alarm_emails": usage.expected_security_notices,
            "expected_query_gib": Decimal(0),
            "expected_other_log_gib": Decimal(0),
        }
    )
