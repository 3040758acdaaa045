"""The command line as a whole: its list of commands, and how fast it starts."""

import subprocess
import sys

from tests.conftest import PROJECT_ROOT
from tests.deployed import RunApart


def test_help_lists_the_commands(run_apart: RunApart) -> None:
    result = run_apart("--help")
    assert result.returncode == 0
    assert all(f" {verb} " in result.stdout for verb in ("up", "down"))


def test_the_command_line_starts_without_the_cdk() -> None:
    program = "import sys, tradingbot_infra.__main__\nassert not {'aws_cdk', 'jsii', 'ministack'} & set(sys.modules), sorted(sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
