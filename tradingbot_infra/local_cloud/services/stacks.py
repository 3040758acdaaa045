"""CloudFormation's DescribeStacks, which waits a little for a stack that is being changed.

A stack changes within a second here, but the CDK CLI asks for its status once at the start and then every five seconds.
"""

import asyncio
import time
from typing import Any

from tradingbot_infra.local_cloud.services.operation import Call

LONGEST_SECONDS = 10.0
"""How long an answer waits."""

_POLL_SECONDS = 0.02


async def describe(call: Call) -> dict[str, Any]:
    """DescribeStacks; for a named stack, once its operation has ended or LONGEST_SECONDS have passed."""
    deadline = time.monotonic() + LONGEST_SECONDS
    answer = await call.as_asked()
    while "StackName" in call.parameters and _changes(answer["Stacks"][0]) and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_SECONDS)
        answer = await call.as_asked()
    return answer


def _changes(stack: dict[str, Any]) -> bool:
    status: str = stack["StackStatus"]
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
