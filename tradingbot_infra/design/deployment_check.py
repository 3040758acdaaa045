"""The lifecycle hook as its template holds it: the function's source, and the line that says whom and what to ask."""

from collections.abc import Sequence
from pathlib import Path

from tradingbot_infra.design.deployment import TEST_HEADER
from tradingbot_infra.design.placeholder import PLACEHOLDER_ANSWER

_SOURCE = Path(__file__).parents[1] / "functions" / "deployment_check.py"

RUNTIME = "python3.14"
HANDLER = "index.handler"
"""CloudFormation puts source text into a module named index."""

MEMORY_MIB = 128
TIMEOUT_SECONDS = 150
"""Two rounds over eleven paths, each answer after almost five seconds."""

DESCRIPTION = "Asks the new version of the API before production traffic moves to it"


def check_source(*, address: str, port: int, name: str | None, paths: Sequence[str]) -> str:
    """The text of the function. `name` is the certificate's; None for plain HTTP. The first of `paths` is the health check's."""
    asked = {"address": address, "port": port, "name": name or "", "header": TEST_HEADER, "paths": list(paths)}
    arguments = ", ".join(f"{key}={value!r}" for key, value in {**asked, "placeholder": PLACEHOLDER_ANSWER}.items())
    return f"{_SOURCE.read_text(encoding='utf-8')}\n\nhandler = DeploymentCheck({arguments})\n"
