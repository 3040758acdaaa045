"""`status` on the deployed production."""

import json

import pytest

from tests.deployed import Deployed, Run, RunApart
from tests.operations.planted_targets import registered
from tests.stacks.alarms import PRODUCTION_ALARMS

pytestmark = pytest.mark.local_cloud


def test_status_shows_every_part_and_succeeds(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options)
    assert result.exit_code == 0, result.output
    lines = {" ".join(line.split()) for line in result.stdout.splitlines()}
    assert "tradingbot-ai-production-network CREATE_COMPLETE" in lines
    assert "tradingbot-ai-production-service 2 of 2 tasks running COMPLETED ECS deployment completed." in lines
    assert "tradingbot-ai-production-postgres available PostgreSQL 15.19, db.t3.micro" in lines
    assert f"alarms {len(PRODUCTION_ALARMS)} INSUFFICIENT_DATA" in lines
    assert sum(line.startswith("task ") for line in lines) == 2


def test_json_has_one_key_for_whether_all_is_well(deployed: Deployed, run: Run) -> None:
    document = json.loads(run("status", *deployed.options, "--json").stdout)
    assert document["well"] is True
    assert [stack["part"] for stack in document["stacks"]] == ["network", "data", "service", "monitoring"]
    assert document["service"]["task_definition"]["container"] == "tradingbot-container"
    assert document["alarm_counts"] == {"INSUFFICIENT_DATA": len(PRODUCTION_ALARMS)}


def test_status_fails_while_an_alarm_fires_and_names_it(deployed: Deployed, run: Run) -> None:
    name = deployed.names.alarm("rds-cpu")
    cloudwatch = deployed.session.cloudwatch
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="planted")
    try:
        result = run("status", *deployed.options)
        assert result.exit_code == 1
        assert any(line.split() == [name, "ALARM", "planted"] for line in result.stdout.splitlines())
        assert json.loads(run("status", *deployed.options, "--json").stdout)["well"] is False
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason="restored")


def test_status_fails_if_a_target_is_unhealthy(deployed: Deployed, run: Run) -> None:
    with registered(deployed, 9):
        result = run("status", *deployed.options)
    assert result.exit_code == 1
    assert any(line.startswith("target 127.0.0.1:9") and "unhealthy" in line for line in result.stdout.splitlines())


def test_an_endpoint_in_the_environment_variables_works_without_the_option(deployed: Deployed, run_apart: RunApart) -> None:
    result = run_apart("status", "--env", "production", "--json", environ=deployed.environ)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["environment"] == "production"
    assert result.stderr == ""


def test_an_environment_that_is_not_deployed_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("status", *deployed.options[2:], "--env", "staging")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "No stack of staging exists on the local cloud: `make up ENV=staging` first\n"
