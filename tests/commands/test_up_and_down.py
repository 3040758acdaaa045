"""`up` and `down`: their output and exit codes."""

import json
import os
from pathlib import Path

import pytest

from tests.deployed import Run, RunApart
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.local_cloud.lock import alone_in
from tradingbot_infra.local_cloud.server import client, find, running, stop


@pytest.mark.parametrize("verb", ["up", "down"])
def test_an_unknown_environment_is_one_line_on_stderr(verb: str, run: Run) -> None:
    result = run(verb, "--env", "prod")
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line == f"env=prod: there is no such environment (did you mean production?); allowed: {', '.join(ENVIRONMENTS)}"


def test_a_port_out_of_range_is_refused(run: Run) -> None:
    result = run("up", "--port", "80")
    assert result.exit_code == 2
    assert "Invalid value for '--port': Input should be greater than or equal to 1024" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("v1", "allowed: TAG=DIRECTORY with a Dockerfile in it, or TAG=COMMAND"),
        ("=examples/api", "allowed: TAG=DIRECTORY with a Dockerfile in it, or TAG=COMMAND"),
        ("v1=docs", "docs has no Dockerfile"),
        ("v1='python3", "No closing quotation"),
    ],
)
def test_what_cannot_stand_in_for_an_image_is_one_line_and_nothing_starts(tmp_path: Path, run: Run, image: str, words: str) -> None:
    result = run("up", "--state-directory", str(tmp_path), "--image", image)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"--image {image}: {words}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["up", "down", "deploy"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--no-rolback",), "No such option: --no-rolback"),
        (("stray",), "Got unexpected extra argument"),
        (("--", "-c", "nat_gateways=1"), "-c: settings come before --"),
        (("--", "--context=nat_gateways=1"), "--context=nat_gateways=1: settings come before --"),
        (("--state-directory", ""), "the name of a folder is missing"),
        (("--state-directory", "README.md"), "README.md: is a file; allowed: a folder"),
        (("--state-directory", "x" * 300), "File name too long"),
        (("--state-directory", "~nobody-here/x"), "~nobody-here/x: "),
    ],
    ids=["unknown", "stray", "setting", "long-setting", "empty", "file", "too-long", "unknown-home"],
)
def test_an_option_that_the_command_does_not_know_never_reaches_the_cdk_cli(
    verb: str, words: tuple[str, ...], message: str, run: Run
) -> None:
    result = run(verb, "--env", "staging", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert message in line


@pytest.mark.parametrize("verb", ["up", "down", "deploy"])
def test_help_starts_and_destroys_nothing(verb: str, run: Run) -> None:
    result = run(verb, "-h")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "[-- CDK OPTIONS]" in result.stdout


def test_a_folder_that_cannot_be_made_is_one_line(run: Run) -> None:
    result = run("up", "--state-directory", "/proc/none")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("/proc/none: cannot be written: ")


def test_of_two_at_once_the_second_says_who_works_here(tmp_path: Path, run: Run) -> None:
    with alone_in(tmp_path):
        result = run("up", "--state-directory", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Another `up` or `down` (process {os.getpid()}) works on this local cloud: wait for its end\n"


@pytest.mark.parametrize("damage", ["{", "[]", "\0", "directory"])
def test_damaged_stand_ins_are_one_line_and_nothing_starts(tmp_path: Path, run: Run, damage: str) -> None:
    file = tmp_path / "images.json"
    file.mkdir() if damage == "directory" else file.write_text(damage)
    result = run("up", "--state-directory", str(tmp_path), "--image", "v1=sleep 1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == f"{file}: is damaged: delete it and name every --image again"


def test_down_succeeds_if_nothing_is_running(tmp_path: Path, run: Run) -> None:
    result = run("down", "--state-directory", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "No local cloud is running; nothing to do.\n")


@pytest.mark.local_cloud
def test_up_prints_stacks_and_outputs_and_down_destroys_them(tmp_path: Path, bare_environment: dict[str, str], run_apart: RunApart) -> None:
    # A profile and keys that look real: nothing of them may reach the deployment.
    environ = {**bare_environment, "AWS_PROFILE": "somebody", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    state = ("--env", "development", "--state-directory", str(tmp_path))
    try:
        up = run_apart("up", *state, "--time-scale", "100", "-c", "alarm_emails=desk@example.com", environ=environ)
        assert up.returncode == 0, up.stderr[-2000:]
        for stack in ("network", "data", "service", "monitoring"):
            assert [line.split()[1] for line in up.stderr.splitlines() if line.startswith(f"  {stack} ")][-1] == "complete"
        assert len(up.stdout.splitlines() + up.stderr.splitlines()) < 40, "all else is in the log"
        assert "CREATE_IN_PROGRESS" in (tmp_path / "deploy.log").read_text()
        assert all(output in up.stdout for output in ("LoadBalancerAddress", "RepositoryUri", "DatabaseEndpoint", "DashboardUrl"))
        assert "000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-development\n" in up.stdout, "a value is cut"
        assert "resources, such as scaling policies (docs/local-cloud.md" in up.stdout
        assert up.stdout.splitlines()[-3:] == [
            f"  tradingbot {words} --state-directory {tmp_path}"
            for words in (
                "status --env development -c alarm_emails=desk@example.com --local",
                "verify --env development -c alarm_emails=desk@example.com --local",
                "down --env development -c alarm_emails=desk@example.com",
            )
        ]
        cloud = find(tmp_path)
        assert cloud is not None
        other_port = run_apart("up", *state, "--port", "1025", environ=environ)
        assert (other_port.returncode, other_port.stderr.splitlines()[-1]) == (
            1,
            f"The local cloud runs on port {cloud.port}, not 1025: stop it with `make down` and start it again",
        )
        (tmp_path / "server.json").write_text("{")  # whoever damages the record hides nothing
        down = run_apart("down", *state, environ=environ)
        assert down.returncode == 0, down.stderr[-2000:]
        assert [line.split()[1] for line in down.stderr.splitlines() if line.startswith("  network ")][-1] == "destroyed"
        assert "development is destroyed, and the local cloud has stopped." in down.stdout
        assert find(tmp_path) is None
    finally:
        stop(tmp_path)


def test_a_wrong_setting_is_reported_before_anything_starts(tmp_path: Path, run: Run) -> None:
    result = run("up", "--env", "development", "--state-directory", str(tmp_path), "-c", "task_cpu=7")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "development: task_cpu=7: Fargate has no such size; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384"
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.local_cloud
def test_what_the_cdk_cli_says_before_its_first_stack_is_printed_above_our_error(tmp_path: Path, run_apart: RunApart) -> None:
    try:
        result = run_apart("up", "--env", "development", "--state-directory", str(tmp_path), "--", "--app", "false")
        assert result.returncode == 1
        assert result.stderr.splitlines()[-1] == f"cdk deploy ended with exit code 1; its whole output is in {tmp_path / 'deploy.log'}"
        assert "Traceback" not in result.stderr
    finally:
        stop(tmp_path)


@pytest.mark.local_cloud
def test_down_keeps_the_local_cloud_running_for_another_environment(
    tmp_path: Path, bare_environment: dict[str, str], run_apart: RunApart
) -> None:
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    with running(tmp_path) as cloud:
        cloudformation = client(cloud.endpoint, "ap-southeast-2", "cloudformation")
        cloudformation.create_stack(StackName="tradingbot-ai-staging-network", TemplateBody=topic)
        cloudformation.get_waiter("stack_create_complete").wait(StackName="tradingbot-ai-staging-network")
        down = run_apart("down", "--env", "development", "--state-directory", str(tmp_path), environ=bare_environment)
        assert down.returncode == 0, down.stderr[-2000:]
        assert "development was not deployed here; the local cloud keeps running for tradingbot-ai-staging-network." in down.stdout
        assert find(tmp_path) is not None
