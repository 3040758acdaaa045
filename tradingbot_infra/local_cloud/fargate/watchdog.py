"""`python -m tradingbot_infra.local_cloud.fargate.watchdog`: kills the containers of a local cloud whose process ended, in whatever way.

The local cloud holds the other end of standard input, which ends with it, even when it is killed.
"""

import json
import shutil
import signal
import sys
from collections.abc import Iterable

from tradingbot_infra.local_cloud.fargate.processes import Family, kill_all

READY = "ready\n"
"""What it writes once no signal but SIGKILL ends it."""


def main() -> None:
    """Reads what runs, one line for each change, until the local cloud ends. Then nothing of it is left."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdout.write(READY)
    sys.stdout.flush()
    for family in _running_at_the_end(sys.stdin):
        kill_all(family)
        shutil.rmtree(family.directory, ignore_errors=True)


def line(family: Family, *, runs: bool) -> str:
    """One line of the watchdog's input."""
    entry = {"directory": family.directory, "since": family.since, "leader": family.leader, "runs": runs}
    return json.dumps(entry) + "\n"


def _running_at_the_end(lines: Iterable[str]) -> list[Family]:
    running: dict[str, Family] = {}
    for one in lines:
        if not one.endswith("\n"):
            break  # the local cloud died while it wrote
        entry = json.loads(one)
        running.pop(entry["directory"], None)
        if entry["runs"]:
            running[entry["directory"]] = Family(entry["directory"], entry["leader"], entry["since"])
    return list(running.values())


if __name__ == "__main__":
    main()
