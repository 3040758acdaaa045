"""Fixes as a person reads them."""

import re

from tradingbot_infra.operations.diagnosis.finding import Cause
from tradingbot_infra.operations.printed_commands import CommandTarget, Step, rendered

KEYS = "AWS_ACCESS_KEY_ID=local-cloud AWS_SECRET_ACCESS_KEY=local-cloud"
"""What a printed command of the AWS CLI begins with where it reaches the local cloud."""


def plain(step: Step, environment: str = "production") -> str:
    """A step as printed for an account, but for the region of the AWS CLI, which test_commands.py looks at."""
    target = CommandTarget(environment, "ap-southeast-2", None, None, ())
    return re.sub(r"aws --region \S+", "aws", rendered(step, target))


def plain_fix(cause: Cause, environment: str = "production") -> list[str]:
    """All steps of a cause's fix."""
    return [plain(step, environment) for step in cause.fix]
