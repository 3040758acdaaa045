"""`status`, `outputs`, `logs`, `scale` and `exec`, as a person or a script uses them on the deployed production."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.operations.conftest import Deployed, Run, RunApart
from tradingbot_infra.operations.scaling import Bounds, configured, read_scaling, set_bounds
from tradingbot_infra.operations.service import read_service, tasks

pytestmark = pytest.mark.local_cloud


def test_status_shows_every_part_and_ends_well(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options)
    assert result.exit_code == 0, result.output
    lines = {" ".join(line.split()) for line in result.stdout.splitlines()}
    assert "tradingbot-ai-production-network CREATE_COMPLETE" in lines
    assert "tradingbot-ai-production-service 2 of 2 tasks run COMPLETED ECS deployment completed." in lines
    assert "tradingbot-ai-production-postgres available PostgreSQL 15.19, db.t3.micro" in lines
    assert "alarms 18 INSUFFICIENT_DATA" in lines
    assert sum(line.startswith("task ") for line in lines) == 2


def test_status_as_json_says_in_one_word_whether_all_is_well(deployed: Deployed, run: Run) -> None:
    document = json.loads(run("status", *deployed.options, "--json").stdout)
    assert document["well"] is True
    assert [stack["part"] for stack in document["stacks"]] == ["network", "data", "service", "monitoring"]
    assert document["service"]["task_definition"]["container"] == "tradingbot-container"
    assert document["alarm_counts"] == {"INSUFFICIENT_DATA": 18}


def test_status_fails_while_an_alarm_rings_and_says_which(deployed: Deployed, run: Run) -> None:
    name = deployed.names.alarm("rds-cpu")
    cloudwatch = deployed.session.cloudwatch
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")
    try:
        result = run("status", *deployed.options)
        assert result.exit_code == 1
        assert any(line.split() == [name, "rings", "planted"] for line in result.stdout.splitlines())
        assert json.loads(run("status", *deployed.options, "--json").stdout)["well"] is False
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason="restored")


def test_status_fails_where_a_target_is_unhealthy(deployed: Deployed, run: Run) -> None:
    target_group = read_service(deployed.session, deployed.names).target_group_arn
    planted = [{"Id": "127.0.0.1", "Port": 9}]
    deployed.session.elbv2.register_targets(TargetGroupArn=target_group, Targets=planted)  # type: ignore[arg-type]  # a dict of the right form
    try:
        result = run("status", *deployed.options)
        assert result.exit_code == 1
        assert any(line.startswith("target 127.0.0.1:9") and "unhealthy" in line for line in result.stdout.splitlines())
    finally:
        deployed.session.elbv2.deregister_targets(TargetGroupArn=target_group, Targets=planted)  # type: ignore[arg-type]  # as above


def test_outputs_are_those_of_terraform_output(deployed: Deployed, run: Run) -> None:
    document = json.loads(run("outputs", *deployed.options, "--json").stdout)
    assert {"VpcId", "EgressAddresses", "RepositoryUri", "DatabaseEndpoint", "LoadBalancerAddress"} <= set(document["outputs"])
    one = run("outputs", *deployed.options, "--name", "VpcId")
    assert one.stdout == f"{document['outputs']['VpcId']}\n"
    all_of_them = dict(line.split(maxsplit=1) for line in run("outputs", *deployed.options).stdout.splitlines())
    assert all_of_them == document["outputs"]


def test_an_output_that_is_not_there_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("outputs", *deployed.options, "--name", "Vpc")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Vpc: no stack has such an output; allowed: VpcId, ")


class TestLogs:
    """The application's log."""

    @pytest.fixture(autouse=True)
    def lines(self, deployed: Deployed) -> None:
        logs, group = deployed.session.logs, deployed.names.container_log_group
        stream = f"test-{time.monotonic_ns()}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        messages = ["started [bold]:warning:[/bold]", '{"level": "ERROR", "message": "no"}']
        now = int(time.time() * 1000)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": text} for text in messages])

    def test_lines_are_printed_as_they_were_written(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m")
        assert result.exit_code == 0, result.output
        assert any(line.endswith(" started [bold]:warning:[/bold]") for line in result.stdout.splitlines())

    def test_json_is_one_object_a_line(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m", "--json")
        messages = [json.loads(line)["message"] for line in result.stdout.splitlines()]
        assert '{"level": "ERROR", "message": "no"}' in messages

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--errors", "--filter", "x"), "--errors and --filter: one or the other; allowed: a --filter that also names the level"),
            (("--since", "yesterday"), "yesterday: is no period; allowed: a number with s, m, h or d, such as 10m"),
        ],
    )
    def test_a_wrong_option_is_one_line(self, deployed: Deployed, run: Run, words: tuple[str, ...], told: str) -> None:
        result = run("logs", *deployed.options, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{told}\n")


class TestScale:
    """Each test leaves the bounds as the settings choose them."""

    @pytest.fixture(autouse=True)
    def restored(self, deployed: Deployed) -> Iterator[None]:
        yield
        set_bounds(deployed.session, deployed.names, configured(deployed.config), 2)

    def test_alone_it_changes_nothing(self, deployed: Deployed, run: Run) -> None:
        result = run("scale", *deployed.options)
        assert result.exit_code == 0, result.output
        assert "Now: 2 to 10 tasks, 2 wanted" in result.stdout
        assert read_scaling(deployed.session, deployed.config).now == Bounds(2, 10)

    def test_more_tasks_run_at_once_and_a_reset_takes_the_hold_away(self, deployed: Deployed, run: Run) -> None:
        result = run("scale", *deployed.options, "--tasks", "4")
        assert (
            "Before: 2 to 10 tasks\nNow: 4 to 10 tasks, 4 wanted\nSettings: 2 to 10 tasks; `scale --reset` goes back to them"
            in result.stdout
        )
        assert len(tasks(deployed.session, deployed.names, status="RUNNING")) == 4
        reset = json.loads(run("scale", *deployed.options, "--reset", "--json").stdout)
        assert (reset["before"], reset["now"]) == ({"fewest": 4, "most": 10}, {"fewest": 2, "most": 10})

    def test_stopping_everything_wants_the_environments_name(self, deployed: Deployed, run: Run) -> None:
        for answers in ("yes\n", "staging\n", ""):
            result = run("scale", *deployed.options, "--tasks", "0", answers=answers)
            assert result.exit_code == 1
        assert read_service(deployed.session, deployed.names).desired == 2
        result = run("scale", *deployed.options, "--tasks", "0", answers="production\n")
        assert result.exit_code == 0, result.output
        assert tasks(deployed.session, deployed.names, status="RUNNING") == ()

    def test_a_script_may_stop_everything_with_yes(self, deployed: Deployed, run: Run) -> None:
        assert run("scale", *deployed.options, "--tasks", "0", "--yes").exit_code == 0
        assert read_service(deployed.session, deployed.names).desired == 0

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--tasks", "11"), "--tasks 11: production runs at most max_tasks=10; allowed: 0 to 10, or raise the setting"),
            (("--tasks", "3", "--reset"), "--tasks and --reset: one or the other"),
        ],
    )
    def test_a_wrong_number_is_one_line_and_changes_nothing(self, deployed: Deployed, run: Run, words: tuple[str, ...], told: str) -> None:
        result = run("scale", *deployed.options, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{told}\n")
        assert read_scaling(deployed.session, deployed.config).now == Bounds(2, 10)


def test_nobody_gets_into_productions_containers(deployed: Deployed, run: Run) -> None:
    result = run("exec", *deployed.options)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("tradingbot-ai-production-service: lets nobody in; enable_execute_command=true")


def test_the_endpoint_of_the_shell_serves_as_well_as_the_option(deployed: Deployed, run_apart: RunApart) -> None:
    result = run_apart("status", "--env", "production", "--json", environ=deployed.environ)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["environment"] == "production"
    assert result.stderr == ""


def test_an_environment_that_does_not_stand_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options[2:], "--env", "staging")
    assert (result.exit_code, result.stdout) == (3, "")
    where = "No stack of staging stands in account 000000000000, region ap-southeast-2"
    assert result.stderr == f"{where}: check the profile, or `cdk deploy --all -c env=staging` first\n"
