"""What a synthesis and the start of a command cost, each beside its floor, and a further environment beside the first. `make bench`.

Both of a pair run in turn on the same machine and Node.js, and figures are taken pair by pair, so that a noisy machine disturbs
them least. The floor of the synthesis is an app with one topic that imports the same packages; that of a command's start is Python
with the libraries of the command line.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PROJECT_ROOT = Path(__file__).parents[1]
RUNS = 7

FLOOR_OF_SYNTHESIS = """
from tradingbot_infra.node import use_pinned_node
use_pinned_node()
import aws_cdk as cdk
from aws_cdk import aws_sns as sns
from tradingbot_infra.application import new_app
app = new_app()
sns.Topic(cdk.Stack(app, "Floor"), "Topic")
app.synth()
"""
FLOOR_OF_START = "import pydantic, rich.console, typer"

FURTHER_ENVIRONMENT = """
import sys, tempfile, time
from pathlib import Path
start = time.perf_counter()
from tradingbot_infra.node import use_pinned_node
use_pinned_node()
from tradingbot_infra.application import synthesize_and_inspect
from tradingbot_infra.config.settings import load_config
ends = [start]
for environment in ("production", "staging"):
    with tempfile.TemporaryDirectory() as directory:
        synthesize_and_inspect(load_config(environment), Path(directory))
    ends.append(time.perf_counter())
print((ends[2] - ends[1]) / (ends[1] - ends[0]))
"""


class Seconds(NamedTuple):
    """What one run took. `cpu` is user and system time, what it starts included."""

    cpu: float
    wall: float


def measured(command: Sequence[str], environ: Mapping[str, str], code: int) -> Seconds:
    """One run.

    Raises RuntimeError when it does not end with this exit code: a run that fails early would look fast.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    silent = subprocess.DEVNULL
    ended = subprocess.run([sys.executable, *command], cwd=PROJECT_ROOT, env=environ, check=False, stdout=silent, stderr=silent)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode != code:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}, expected {code}")
    return Seconds(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def pairs(ours: Sequence[str], floor: Sequence[str], environ: Mapping[str, str], *, code: int = 0) -> list[tuple[Seconds, Seconds]]:
    """Both, in turn, ours ending with this exit code; the first pair warms the disk cache and is dropped."""
    return [(measured(ours, environ, code), measured(floor, environ, 0)) for _ in range(RUNS + 1)][1:]


def further_environments() -> list[float]:
    """The time of staging after production in one process, divided by the time until production was synthesized."""
    command = [sys.executable, "-c", FURTHER_ENVIRONMENT]
    runs = [subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True) for _ in range(RUNS + 1)][1:]
    return [float(run.stdout) for run in runs]


def show(rows: Mapping[str, Sequence[float]]) -> None:
    """Each figure as lowest, median and highest."""
    for name, values in rows.items():
        print(f"  {name:<48} {min(values):6.2f} {statistics.median(values):6.2f} {max(values):6.2f}")


def main() -> None:
    """Prints every comparison."""
    print(f"Seconds of a whole process, {RUNS} runs in turn: lowest, median, highest")
    with tempfile.TemporaryDirectory() as outdir:
        environ = {**os.environ, "CDK_CONTEXT_JSON": json.dumps({"env": "production"}), "CDK_OUTDIR": outdir}
        synthesis = pairs(["app.py"], ["-c", FLOOR_OF_SYNTHESIS], environ)
    show(
        {
            "python app.py, production, CPU": [ours.cpu for ours, _ in synthesis],
            "floor, one topic, CPU": [floor.cpu for _, floor in synthesis],
            "ratio of CPU (aim: at most 2.0)": [ours.cpu / floor.cpu for ours, floor in synthesis],
            "python app.py, production, wall": [ours.wall for ours, _ in synthesis],
            "floor, one topic, wall": [floor.wall for _, floor in synthesis],
            "ratio of wall": [ours.wall / floor.wall for ours, floor in synthesis],
            "a further environment / the first (aim: 0.15)": further_environments(),
        }
    )
    for words, code in ((["--help"], 0), (["status"], 2), (["doctor", "no-such-symptom", "--env", "production"], 2)):
        start = pairs(["-m", "tradingbot_infra", *words], ["-c", FLOOR_OF_START], os.environ, code=code)
        show(
            {
                f"start: {' '.join(words)}, CPU": [ours.cpu for ours, _ in start],
                "floor, Python and libraries": [floor.cpu for _, floor in start],
                "beyond it (aim: under 0.5)": [ours.cpu - floor.cpu for ours, floor in start],
            }
        )


if __name__ == "__main__":
    main()
