"""`status` on the deployed production."""

import json
import re
import signal
import subprocess
import sys
from itertools import islice

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import Deployed, Run, RunApart
from tests.operations.planted_targets import registered
from tests.operations.versions import settle
from tests.stacks.alarms import PRODUCTION_ALARMS
from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.operations.live.stacks import read_stacks

pytestmark = pytest.mark.local_cloud


def test_status_shows_every_part_and_succeeds(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options)
    assert result.exit_code == 0, result.output
    headings = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert headings == ["production: well", "Stacks", f"Service {deployed.names.service}", "Data stores", "Trading", "Alarms"]
    lines = {" ".join(line.split()) for line in result.stdout.splitlines()}
    assert f"address {read_stacks(deployed.session, deployed.config)[2].outputs['ApiUrl']}" in lines
    assert "tradingbot-ai-production-network CREATE_COMPLETE" in lines
    assert "tasks 2 of 2 tasks running" in lines
    assert "rollout COMPLETED ECS deployment completed." in lines
    assert "CPU no value in the last 10 minutes" in lines
    assert "tradingbot-ai-production-postgres available PostgreSQL 15.19, db.t3.micro" in lines
    assert sum(line.startswith("task ") for line in lines) == 2
    assert any(re.match(r"INSUFFICIENT_DATA \d+: alb-5xx, ", line) for line in lines)


def test_json_has_one_key_for_whether_all_is_well(deployed: Deployed, run: Run) -> None:
    document = json.loads(run("status", *deployed.options, "--json").stdout)
    assert document["well"] is True
    assert [stack["part"] for stack in document["stacks"]] == ["network", "data", "service", "monitoring", "security"]
    assert document["service"]["task_definition"]["container"] == "tradingbot-container"
    alarms = len(PRODUCTION_ALARMS) + len(ACCOUNT_ALARMS) + 1  # the composite one of an outage
    assert sum(document["alarm_counts"].values()) == len(document["alarms"]) == alarms
    # What another test changed in the account is told of by its alarms.
    assert [alarm["name"] for alarm in document["alarms"] if alarm["state"] == "ALARM" and not alarm["of_account"]] == []


def test_status_fails_while_an_alarm_fires_and_names_it(deployed: Deployed, run: Run) -> None:
    name = deployed.names.alarm("rds-cpu")
    cloudwatch = deployed.session.cloudwatch
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")
    try:
        result = run("status", *deployed.options)
        assert result.exit_code == 1
        assert any(
            line.startswith("  ALARM ") and "rds-cpu, since " in line and line.endswith(": planted") for line in result.stdout.splitlines()
        )
        assert json.loads(run("status", *deployed.options, "--json").stdout)["well"] is False
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason="restored")


def test_status_fails_if_a_target_is_unhealthy(deployed: Deployed, run: Run) -> None:
    with registered(deployed, 9):
        result = run("status", *deployed.options)
    assert result.exit_code == 1
    assert any(line.startswith("  target 127.0.0.1:9") and "unhealthy" in line for line in result.stdout.splitlines())


def test_an_endpoint_in_the_environment_variables_works_without_the_option(deployed: Deployed, run_apart: RunApart) -> None:
    result = run_apart("status", "--env", "production", "--json", environ=deployed.environ)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["environment"] == "production"
    assert result.stderr == ""


def test_an_environment_that_is_not_deployed_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options[2:], "--env", "staging")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "No stack of staging exists on the local cloud: `make up ENV=staging` first\n"


def test_a_service_that_scale_stopped_is_not_well_and_the_way_back_is_printed(deployed: Deployed, run: Run) -> None:
    assert run("scale", *deployed.options, "--tasks", "0", "--yes").exit_code == 0
    try:
        result, document = run("status", *deployed.options), json.loads(run("status", *deployed.options, "--json").stdout)
    finally:
        assert run("scale", *deployed.options, "--reset").exit_code == 0
        settle(deployed)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "production: NOT WELL"
    at = lines.index("  0 wanted, min_tasks=2: `scale --tasks 0` stopped every task")
    assert lines[at + 1] == "  next: `tradingbot scale --reset --env production --local` starts them again"
    assert (document["well"], document["idle"]["planned"]) == (False, False)


def test_watching_prints_one_block_after_the_other_into_a_pipe_until_ctrl_c(deployed: Deployed) -> None:
    words = [sys.executable, "-m", "tradingbot_infra", "status", "--watch", "--every", "1", *deployed.options]
    with subprocess.Popen(words, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begins = (line.strip() for line in iter(process.stdout.readline, "") if "Ctrl-C ends it" in line or "production:" in line)
        blocks = list(islice(begins, 4))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert [line.split(", ")[1] if "every" in line else line for line in blocks] == ["every 1 s", "production: well"] * 2
    assert (process.returncode, errors) == (0, "")


def test_watching_is_not_for_programs(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options, "--watch", "--json")
    assert (result.exit_code, result.stderr) == (1, "--watch and --json: one or the other; allowed: --json again and again\n")
