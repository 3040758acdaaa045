"""CPU seconds of a whole synthesis, and of a command's start, each beside its floor. `make bench`.

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
from collections.abc import Callable, Sequence
from pathlib import Path

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


def cpu_seconds(command: Sequence[str], environ: dict[str, str], code: int) -> float:
    """User and system time of one run, what it starts included.

    Raises RuntimeError when it does not end with this exit code: a run that fails early would look fast.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    silent = subprocess.DEVNULL
    ended = subprocess.run([sys.executable, *command], cwd=PROJECT_ROOT, env=environ, check=False, stdout=silent, stderr=silent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode != code:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}, expected {code}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pairs(ours: Sequence[str], floor: Sequence[str], environ: dict[str, str], *, code: int = 0) -> list[tuple[float, float]]:
    """Both, in turn, ours ending with this exit code; the first pair warms the disk cache and is dropped."""
    return [(cpu_seconds(ours, environ, code), cpu_seconds(floor, environ, 0)) for _ in range(RUNS + 1)][1:]


def show(ours: str, floor: str, measured: list[tuple[float, float]], together: str, joined: Callable[[float, float], float]) -> None:
    """Each figure as lowest, median and highest."""
    rows = {ours: [own for own, _ in measured], floor: [low for _, low in measured], together: [joined(*pair) for pair in measured]}
    for name, values in rows.items():
        print(f"  {name:<44} {min(values):6.2f} {statistics.median(values):6.2f} {max(values):6.2f}")


def main() -> None:
    """Prints both comparisons."""
    print(f"CPU seconds of a whole process, {RUNS} runs in turn: lowest, median, highest")
    with tempfile.TemporaryDirectory() as outdir:
        environ = {**os.environ, "CDK_CONTEXT_JSON": json.dumps({"env": "production"}), "CDK_OUTDIR": outdir}
        synthesis = pairs(["app.py"], ["-c", FLOOR_OF_SYNTHESIS], environ)
    show("python app.py, production", "floor, one topic", synthesis, "ratio (aim: at most 2.0)", lambda own, floor: own / floor)
    for words, code in ((["--help"], 0), (["status"], 2), (["doctor", "no-such-symptom", "--env", "production"], 2)):
        start = pairs(["-m", "tradingbot_infra", *words], ["-c", FLOOR_OF_START], dict(os.environ), code=code)
        show(
            f"start: {' '.join(words)}", "floor, Python and libraries", start, "beyond it (aim: under 0.5)", lambda own, floor: own - floor
        )


if __name__ == "__main__":
    main()
