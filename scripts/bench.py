"""CPU seconds of a whole synthesis beside the floor: an app with one topic that imports the same packages. `make bench`.

Both run in turn on the same Node.js, and the ratio is taken pair by pair, so that a noisy machine disturbs it least.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT_ROOT = Path(__file__).parents[1]
RUNS = 7
AIM = 2.0

FLOOR = """
from tradingbot_infra.node import use_pinned_node
use_pinned_node()
import aws_cdk as cdk
from aws_cdk import aws_sns as sns
from tradingbot_infra.application import new_app
app = new_app()
sns.Topic(cdk.Stack(app, "Floor"), "Topic")
app.synth()
"""


def cpu_seconds(command: list[str], outdir: str) -> float:
    """User and system time of one run, its Node.js included."""
    environ = {**os.environ, "CDK_CONTEXT_JSON": json.dumps({"env": "production"}), "CDK_OUTDIR": outdir}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=PROJECT_ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints both figures and their ratio, each as lowest, median and highest."""
    ours, floors = [], []
    with tempfile.TemporaryDirectory() as outdir:
        for run in range(RUNS + 1):
            floor = cpu_seconds([sys.executable, "-c", FLOOR], outdir)
            own = cpu_seconds([sys.executable, "app.py"], outdir)
            if run:  # the first warms the disk cache
                floors.append(floor)
                ours.append(own)
    print(f"CPU seconds of a whole process, {RUNS} runs in turn: lowest, median, highest")
    ratios = [own / floor for own, floor in zip(ours, floors, strict=True)]
    for name, values in (("python app.py, production", ours), ("floor, one topic", floors), ("ratio", ratios)):
        print(f"  {name:<26} {min(values):6.2f} {statistics.median(values):6.2f} {max(values):6.2f}")
    print(f"  aim: a ratio of at most {AIM}")


if __name__ == "__main__":
    main()
