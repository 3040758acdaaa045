"""Time in the local cloud: every waiting time of AWS, divided by one scale.

The figures stay AWS's own and so does the logic; with a scale of 20 an interval of 30 seconds takes 1.5.
"""

import asyncio
import os

SCALE_VARIABLE = "LOCAL_CLOUD_TIME_SCALE"
"""Environment variable of the server's process that holds the scale."""
DEFAULT_SCALE = 20.0
"""Scale of `make up`: a deployment that AWS makes in five minutes takes 15 seconds."""

PROGRAM_START_SECONDS = 15.0
"""How long a real program may take to start whatever the scale, on a busy machine; for `least`, where AWS waits for a start."""

_scale = float(os.environ.get(SCALE_VARIABLE, "1"))


def scaled(seconds: float, *, least: float = 0.0) -> float:
    """How many seconds of this machine stand for `seconds` of AWS.

    `least` is for the time that a real program needs whatever the scale, such as the time-out of a health check.
    """
    return max(seconds / _scale, min(least, seconds))


async def sleep(seconds: float) -> None:
    """Waits for `seconds` of AWS."""
    await asyncio.sleep(scaled(seconds))
