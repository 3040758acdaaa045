"""What the server tells the watchdog: one line of JSON for each change."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from tradingbot_infra.local_cloud.watchdog.families import Family


def line(family: Family, *, runs: bool) -> str:
    """A family that runs from now on, in the place of one of the same directory; or one that ended."""
    return json.dumps([asdict(family), runs]) + "\n"


def left(lines: Iterable[str]) -> list[Family]:
    """What runs after these lines."""
    running: dict[str, Family] = {}
    for one in lines:
        if not one.endswith("\n"):
            break  # the server died while it wrote
        entry, runs = json.loads(one)
        running.pop(entry["directory"], None)
        if runs:
            running[entry["directory"]] = Family(**entry)
    return list(running.values())
