"""`python -m tradingbot_infra.local_cloud.watchdog`: ends what a local cloud started once its process is gone, in whatever way.

The local cloud holds the other end of standard input, which ends with it, even when it is killed.
"""

import shutil
import signal
import sys
import time
from collections.abc import Sequence

from tradingbot_infra.local_cloud.watchdog.families import Family, kill_all
from tradingbot_infra.local_cloud.watchdog.lines import left

GRACE_SECONDS = 3.0
"""How long those get that are ended gently; PostgreSQL and Redis both answer SIGINT by ending at once in good order."""

_POLL_SECONDS = 0.05


def main() -> None:
    """Reads what runs until the local cloud ends. Then nothing of it is left."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    families = left(sys.stdin)
    gentle = [family for family in families if family.gently]
    for family in gentle:
        family.send(signal.SIGINT)
    _remove([family for family in families if not family.gently])
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(True for family in gentle for _ in family.members()):
        time.sleep(_POLL_SECONDS)
    _remove(gentle)


def _remove(families: Sequence[Family]) -> None:
    for family in families:
        kill_all(family)
        shutil.rmtree(family.directory, ignore_errors=True)


if __name__ == "__main__":
    main()
