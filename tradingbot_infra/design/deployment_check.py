"""The lifecycle hook as its template holds it: the function's source, and the line that says whom and what to ask."""

from collections.abc import Sequence

from tradingbot_infra.design.deployment import TEST_HEADER
from tradingbot_infra.design.inline_function import InlineFunction
from tradingbot_infra.design.placeholder import PLACEHOLDER_ANSWER

CHECK = InlineFunction(
    file="deployment_check.py",
    description="Asks the new version of the API before production traffic moves to it",
    # Two rounds over eleven paths, each answer after almost five seconds.
    timeout_seconds=150,
)


def check_source(*, address: str, port: int, name: str | None, paths: Sequence[str]) -> str:
    """The text of the function. `name` is the certificate's; None for plain HTTP. The first of `paths` is the health check's."""
    asked = {"address": address, "port": port, "name": name or "", "header": TEST_HEADER, "paths": list(paths)}
    return CHECK.source_with("DeploymentCheck", {**asked, "placeholder": PLACEHOLDER_ANSWER})
