"""The command line: what a person reads, where, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.__main__ import app
from tradingbot_infra.local_cloud.server import client, find, running, stop

MODULE = [sys.executable, "-m", "tradingbot_infra"]


def run(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """One command, whole."""
    return subprocess.run([*MODULE, *words], cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False)


def test_help_lists_the_commands() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert all(f" {verb} " in result.stdout for verb in ("up", "down"))


@pytest.mark.parametrize("verb", ["up", "down"])
def test_an_unknown_environment_is_one_line_on_stderr(verb: str) -> None:
    result = run(verb, "--env", "prod")
    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line == "prod: env=prod: there is no such environment; allowed: production, high-availability, balanced, staging, development"


def test_a_port_that_cannot_be_is_refused() -> None:
    result = run("up", "--port", "80")
    assert result.returncode == 2
    assert "Invalid value for '--port': Input should be greater than or equal to 1024" in result.stderr
    assert "Traceback" not in result.stderr


def test_going_down_where_nothing_runs_is_no_failure(tmp_path: Path) -> None:
    result = run("down", "--state-directory", str(tmp_path))
    assert (result.returncode, result.stdout) == (0, "No local cloud runs; nothing to do.\n")


def test_the_command_line_starts_without_the_cdk() -> None:
    program = "import sys, tradingbot_infra.__main__\nassert not {'aws_cdk', 'jsii', 'ministack'} & set(sys.modules), sorted(sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.local_cloud
def test_up_prints_what_stands_and_down_ends_it(tmp_path: Path, bare_environment: dict[str, str]) -> None:
    # A profile and keys that look real: nothing of them may reach the deployment.
    environ = {**bare_environment, "AWS_PROFILE": "somebody", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    state = ("--env", "development", "--state-directory", str(tmp_path))
    try:
        up = run("up", *state, "-c", "alarm_emails=desk@example.com", environ=environ)
        assert up.returncode == 0, up.stderr[-2000:]
        for stack in ("network", "data", "service", "monitoring"):
            assert f"tradingbot-ai-development-{stack}" in up.stdout
        assert up.stdout.count("CREATE_COMPLETE") >= 4
        assert all(output in up.stdout for output in ("LoadBalancerAddress", "RepositoryUri", "DatabaseEndpoint", "DashboardUrl"))
        assert "000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-development\n" in up.stdout, "a value is cut"
        assert "AWS::ApplicationAutoScaling::ScalableTarget" in up.stdout
        assert find(tmp_path) is not None
        down = run("down", *state, environ=environ)
        assert down.returncode == 0, down.stderr[-2000:]
        assert "development is destroyed, the local cloud has stopped." in down.stdout
        assert find(tmp_path) is None
    finally:
        stop(tmp_path)


def test_a_bad_setting_is_told_before_anything_starts(tmp_path: Path) -> None:
    result = run("up", "--env", "development", "--state-directory", str(tmp_path), "-c", "task_cpu=7")
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "development: task_cpu=7: Fargate has no such size; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384"
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.local_cloud
def test_what_the_cdk_cli_refuses_stands_in_its_own_words_above_ours(tmp_path: Path) -> None:
    try:
        result = run("up", "--env", "development", "--state-directory", str(tmp_path), "--app", "false")
        assert result.returncode == 1
        assert result.stderr.splitlines()[-1] == "cdk deploy ended with exit code 1; its own words stand above"
        assert "Traceback" not in result.stderr
    finally:
        stop(tmp_path)


@pytest.mark.local_cloud
def test_down_keeps_the_local_cloud_up_for_another_environment(tmp_path: Path, bare_environment: dict[str, str]) -> None:
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    with running(tmp_path) as cloud:
        cloudformation = client(cloud.endpoint, "ap-southeast-2", "cloudformation")
        cloudformation.create_stack(StackName="tradingbot-ai-staging-network", TemplateBody=topic)
        cloudformation.get_waiter("stack_create_complete").wait(StackName="tradingbot-ai-staging-network")
        down = run("down", "--env", "development", "--state-directory", str(tmp_path), environ=bare_environment)
        assert down.returncode == 0, down.stderr[-2000:]
        assert "development did not stand here; the local cloud stays up for tradingbot-ai-staging-network." in down.stdout
        assert find(tmp_path) is not None


def run_in_this_process(*words: str) -> Result:
    """One command without a process of its own: the CDK is loaded once for several."""
    return CliRunner().invoke(app, words, prog_name="tradingbot_infra")


@pytest.mark.xdist_group("inspections")
def test_compliance_writes_the_report_and_fails_on_what_it_is_told(tmp_path: Path) -> None:
    result = run_in_this_process("compliance", "--env", "development", "--output", str(tmp_path), "--fail-on", "exception")
    assert result.exit_code == 1, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.html",
        "report.json",
        "report.csv",
        "report.sarif",
        "alerts.sarif",
        "summary.md",
    }
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["environment"] == "development"
    for framework in report["frameworks"]:
        counts = ", ".join(f"{count} {status}" for status, count in framework["counts"].items() if count)
        assert f"{framework['id']:<15} {counts}" in result.stdout


@pytest.mark.xdist_group("inspections")
@pytest.mark.parametrize(("fail_on", "code"), [(("fail",), 1), (("nothing",), 0), (("nothing", "not-assessed"), 1)])
def test_compliance_reports_a_violation_and_fails_unless_told_otherwise(tmp_path: Path, fail_on: tuple[str, ...], code: int) -> None:
    choices = [word for choice in fail_on for word in ("--fail-on", choice)]
    words = ("-c", "readonly_root_filesystem=false", "--output", str(tmp_path), *choices)
    result = run_in_this_process("compliance", "--env", "staging", *words)
    assert result.exit_code == code, result.output
    failing = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "PCI.DSS.401-2.2.4" in failing
    assert "ServiceStack/Task/Resource" in failing


@pytest.mark.xdist_group("inspections")
def test_explain_prints_a_control_with_what_was_judged() -> None:
    result = run("compliance", "explain", "CIS-2.2.4")
    assert result.returncode == 0, result.stderr
    assert "CIS-2.2.4: Database spread over zones [pass]" in result.stdout
    assert "DataStack/Database/Resource" in result.stdout


@pytest.mark.xdist_group("inspections")
def test_explain_takes_the_options_that_stand_before_it() -> None:
    result = run_in_this_process("compliance", "--env", "staging", "-c", "db_multi_az=true", "explain", "rds.multi_az")
    assert result.exit_code == 0, result.output
    assert "Synthesizing staging" in result.stderr
    assert "rds.multi_az: The database has a standby in another zone [pass]" in result.stdout


@pytest.mark.xdist_group("inspections")
def test_a_directory_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run_in_this_process("compliance", "--env", "development", "--output", str(tmp_path / "file" / "below"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"{tmp_path / 'file' / 'below'}: the report cannot be written: Not a directory"
    assert result.stdout == ""


def test_explain_of_an_unknown_control_is_one_line_at_once() -> None:
    result = run("compliance", "explain", "CIS-5.33")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("CIS-5.33: there is no such control or rule; nearest: CIS-5.3")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--env", "prod"), "prod: env=prod: there is no such environment; allowed: production, "),
        (("-c", "env=staging"), "production: env=staging: --env chooses the environment; allowed: any other setting after -c"),
        (("-c", "nat_gateways=9"), "production: nat_gateways=9: is not allowed; allowed: a whole number from 1 to 3"),
        (("--fail-on", "rain"), "Invalid value for '--fail-on'"),
    ],
)
def test_a_mistake_in_a_compliance_command_is_told_without_a_traceback(words: tuple[str, ...], told: str) -> None:
    result = run("compliance", *words)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
