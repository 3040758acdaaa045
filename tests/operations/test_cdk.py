"""How the CDK CLI of an account is called: a small Node.js program in its place prints its arguments."""

import json
import os
from pathlib import Path

import pytest

from tradingbot_infra.cdk_cli.audience import Silent
from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.deployment.cdk import Cdk

ECHO = "console.log(JSON.stringify(process.argv.slice(2))); process.exit(Number(process.env.CODE))"


def cdk(root: Path, code: int = 0) -> Cdk:
    program = root / "node_modules" / "aws-cdk" / "bin" / "cdk"
    program.parent.mkdir(parents=True)
    program.write_text(ECHO)
    return Cdk(root, {**os.environ, "CODE": str(code)}, "desk", Silent(), RunLog(root / "reports" / "deploy.log"))


def test_a_deployment_names_its_parameters_and_its_profile_and_the_log_keeps_every_run(tmp_path: Path) -> None:
    cli = cdk(tmp_path)
    cli.synthesize("staging", ["-c", "min_tasks=2"], tmp_path / "out")
    cli.deploy(tmp_path / "out", "ServiceStack", ["--force"], parameters={"ImageTag": "v2"})
    first, _, second, words = cli.log.path.read_text().splitlines()
    assert first == f"$ cdk synth --quiet -c env=staging -c min_tasks=2 --output {tmp_path / 'out'}"
    assert second.startswith("$ cdk deploy ServiceStack --exclusively")
    assert json.loads(words)[-5:] == ["--parameters", "ImageTag=v2", "--profile", "desk", "--force"]


def test_a_failure_names_the_log(tmp_path: Path) -> None:
    cli = cdk(tmp_path, code=3)
    with pytest.raises(UserError, match=rf"^cdk destroy DataStack ended with exit code 3; its whole output is in {cli.log.path}$"):
        cli.destroy(tmp_path, "DataStack")


def test_a_log_that_cannot_be_written_is_one_line_before_anything_runs(tmp_path: Path) -> None:
    cli = cdk(tmp_path)
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(UserError, match=r"deploy\.log: cannot be written: "):
        cli.deploy(tmp_path, "DataStack")
