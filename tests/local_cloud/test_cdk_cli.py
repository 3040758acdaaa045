"""How the CDK CLI is called: a small Node.js program in its place prints its arguments and environment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.cdk_cli.lines import BOOTSTRAP_STACK
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.server import LocalCloud, client, running
from tradingbot_infra.node import node_executable

ECHO = "console.log(JSON.stringify({words: process.argv.slice(2), env: process.env, cwd: process.cwd()})); process.exit(3)"


@pytest.fixture
def cli(tmp_path: Path) -> CdkCli:
    program = tmp_path / "node_modules" / "aws-cdk" / "bin" / "cdk"
    program.parent.mkdir(parents=True)
    program.write_text(ECHO)
    return CdkCli(tmp_path, LocalCloud("http://127.0.0.1:1", 1, 1, tmp_path), ("eu-central-1", "us-east-1"), tmp_path / "out")


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("deploy", ["deploy", "--all", "--require-approval", "never", "--progress", "events"]),
        ("destroy", ["destroy", "--all", "--force"]),
        ("diff", ["diff"]),
    ],
)
def test_a_command_names_the_environment_the_assembly_and_the_callers_words(cli: CdkCli, method: str, words: list[str]) -> None:
    result: CdkResult = getattr(cli, method)("staging", ["--verbose"], capture=True)
    assert result.returncode == 3
    assert json.loads(result.text)["words"] == [*words, "-c", "env=staging", "--output", str(cli.output), "--verbose"]


def test_the_cli_runs_in_the_project_with_the_pinned_node_and_only_the_local_cloud(cli: CdkCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    told = json.loads(cli.diff("production", capture=True).text)
    assert Path(told["cwd"]) == cli.project_root.resolve()
    assert told["env"]["JSII_NODE"] == str(node_executable())
    assert told["env"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert told["env"]["AWS_REGION"] == "eu-central-1"
    assert "AWS_PROFILE" not in told["env"]


def test_without_capture_the_log_keeps_the_whole_output(cli: CdkCli, capfd: pytest.CaptureFixture[str]) -> None:
    result = cli.destroy("production")
    command, output = (cli.local_cloud.state_directory / "deploy.log").read_text().splitlines()
    assert command == f"$ cdk destroy --all --force -c env=production --output {cli.output}"
    assert result == CdkResult(3, f"{output}\n")
    assert capfd.readouterr() == ("", "")


def test_a_missing_cli_is_one_line_of_advice(cli: CdkCli) -> None:
    (cli.project_root / "node_modules" / "aws-cdk" / "bin" / "cdk").unlink()
    with pytest.raises(UserError, match=r"^The CDK CLI is not installed at [^\n]+: run `make setup`$"):
        cli.diff("production")


@pytest.mark.local_cloud
def test_every_region_is_bootstrapped_once_without_synthesizing_the_app(tmp_path: Path) -> None:
    with running(tmp_path) as cloud:
        first, second = ("ap-southeast-2", "us-east-1")
        cli = CdkCli(PROJECT_ROOT, cloud, (first,), tmp_path / "cdk.out")
        assert "bootstrapped" in cli.bootstrap(capture=True).text
        wider = replace(cli, regions=(first, second))
        result = wider.bootstrap(capture=True)
        assert (result.returncode, f"/{second} bootstrapped" in result.text, first in result.text) == (0, True, False)
        assert wider.bootstrap(capture=True) == CdkResult(0, "")
        for region in (first, second):
            (stack,) = client(cloud.endpoint, region, "cloudformation").describe_stacks(StackName=BOOTSTRAP_STACK)["Stacks"]
            assert stack["StackStatus"] == "CREATE_COMPLETE"
        assert not cli.output.exists()
