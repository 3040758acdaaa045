"""Whether an expression can be read, asked of Prometheus's own tool without a server."""

import json
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tradingbot_infra.local_cloud.prometheus.names import rewritten

_ERROR = re.compile(r"could not parse expression: (.*)")
_SECONDS = 30


@cache
def mistake(query: str) -> str:
    """What is wrong with an expression, in Prometheus's words; empty if nothing is, or where `promtool` is not installed."""
    tool = shutil.which("promtool")
    if tool is None:
        return ""
    rules = {"groups": [{"name": "query", "rules": [{"alert": "query", "expr": rewritten(query)}]}]}
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "rules.json"  # YAML too
        file.write_text(json.dumps(rules), encoding="utf-8")
        said = subprocess.run([tool, "check", "rules", file], capture_output=True, text=True, check=False, timeout=_SECONDS)
    if said.returncode == 0:
        return ""
    found = _ERROR.search(said.stdout + said.stderr)
    return found[1] if found else (said.stderr or said.stdout).strip()
