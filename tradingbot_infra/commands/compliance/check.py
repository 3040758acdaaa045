"""What the commands of `compliance` share: an environment judged by every pack, as a report."""

import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands.console import PROJECT_ROOT, print_step
from tradingbot_infra.commands.options import context_arguments, load_settings
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import setting_values
from tradingbot_infra.node import use_pinned_node

if TYPE_CHECKING:
    from tradingbot_infra.compliance.inspection import Inspection
    from tradingbot_infra.compliance.report.document import Report
    from tradingbot_infra.compliance.report.origin import Commit


def check(environment: str, setting: list[str] | None) -> "Report":
    """An environment with settings given by -c, synthesized and judged. Reaches no AWS account."""
    config = load_settings(environment, context_arguments(setting))
    changed = "".join(f", {setting}" for setting in setting_values(config) if setting.differs)
    print_step(f"Synthesizing {environment} with every pack{changed}")
    return inspected(config)[0]


def inspected(config: EnvironmentConfig) -> "tuple[Report, Inspection]":
    """The report of an environment, and the inspection that it was made of, with its assembly."""
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
    from tradingbot_infra.application import synthesize_and_inspect
    from tradingbot_infra.compliance.report.build import build

    with tempfile.TemporaryDirectory() as directory:
        inspection = synthesize_and_inspect(config, Path(directory))
        return build(inspection, commit()), inspection


def commit() -> "Commit | None":
    """The commit of the checkout; None outside a git repository, or without git."""
    from tradingbot_infra.compliance.report.origin import Commit

    try:
        identifier, day = _git("show", "--no-patch", "--format=%H %cs", "HEAD").split()
        return Commit(identifier, date.fromisoformat(day), bool(_git("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607 - the user's own git
