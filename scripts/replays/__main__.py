"""Replays a change of each setting at each edge, one at a time, in production and staging; some minutes. Exits 1 if it finds more
than scripts/replays/explained.py explains."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.replays.edges import Change, edges
from scripts.replays.explained import ANOTHER_ENVIRONMENT
from scripts.replays.pairs import Pair, pair
from tradingbot_infra.config.settings import load_config, settings
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly


def main(environments: list[str]) -> int:
    """Prints each pair with findings; returns the exit code."""
    use_pinned_node()
    unexplained = 0
    for environment in environments:
        for found in _pairs(environment):
            _print(environment, found)
            unexplained += len(found.unexplained)
    print(f"{unexplained} findings are not explained")
    return 1 if unexplained else 0


def _pairs(environment: str) -> Iterator[Pair]:
    base = _synthesized(environment, {})
    for key, change in edges(environment):
        if key not in ANOTHER_ENVIRONMENT and settings()[key].section != "usage":
            yield pair(base, change, _synthesized(environment, change))


def _synthesized(environment: str, change: Change) -> Assembly:
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(load_config(environment, change), Path(directory))


def _print(environment: str, found: Pair) -> None:
    for arrow, plan in (("->", found.there), ("<-", found.back)):
        for finding in plan.findings:
            mark = "UNEXPLAINED " if finding in found.unexplained else ""
            print(f"{environment} {dict(found.change)} {arrow} {mark}{finding.line}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["production", "staging"]))
