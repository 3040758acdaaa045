"""Who accepts exceptions, until when, and the condition that separates test environments from live ones."""

from datetime import date

from tradingbot_infra.compliance.exception import one_of

OWNER = "trading-platform"

NEXT_REVIEW = date(2027, 2, 28)
"""For exceptions that leave an attacker something to use."""

YEARLY_REVIEW = date(2027, 8, 31)

TEST_DATA_ONLY = one_of("data_classification", "public", "internal")
"""The environment holds no customer data and no live exchange keys; those are confidential (config/environments.py)."""
