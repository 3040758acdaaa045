"""`exec` on the deployed production."""

import pytest

from tests.deployed import Deployed, Run

pytestmark = pytest.mark.local_cloud


def test_production_allows_no_shell(deployed: Deployed, run: Run) -> None:
    result = run("exec", *deployed.options)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("tradingbot-ai-production-service: ECS Exec is off; set enable_execute_command=true")
