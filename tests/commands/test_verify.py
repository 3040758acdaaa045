"""`verify` on the deployed production."""

import json
from collections.abc import Mapping

import pytest

from tests.deployed import Deployed, Run, RunApart
from tests.operations.rendering import KEYS
from tests.operations.versions import settle

pytestmark = pytest.mark.local_cloud


@pytest.mark.usefixtures("filled")
def test_a_line_for_each_item_and_counts_at_the_end(deployed: Deployed, run: Run) -> None:
    settle(deployed)
    result = run("verify", *deployed.options)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "After the deployment"
    assert "  pass           Dashboard is there: tradingbot-ai-production shows 5 widgets" in lines
    items = [line for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert len(items) == 24
    counts = {outcome: sum(line.startswith(f"  {outcome}") for line in items) for outcome in ("pass", "fail", "not checkable")}
    assert counts["fail"] == 0
    assert lines[-1] == f"{counts['pass']} pass, 0 fail, {counts['not checkable']} not checkable"
    assert result.stderr.splitlines() == ["==> After the deployment: 12 items", "==> Security: 8 items", "==> The account: 4 items"]


@pytest.mark.usefixtures("filled")
def test_a_fault_exits_1_and_is_printed_with_its_evidence_and_next_step(deployed: Deployed, run: Run) -> None:
    cloudwatch, name = deployed.session.cloudwatch, deployed.names.alarm("ecs-cpu")
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    try:
        result, document = run("verify", *deployed.options), run("verify", *deployed.options, "--json")
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[name])
    assert (result.exit_code, document.exit_code) == (1, 1)
    lines = result.stdout.splitlines()
    at = lines.index(f"  fail           Alarms are set, and none is in ALARM: actions are switched off: {name}")
    step = (
        f"{KEYS} aws --region ap-southeast-2 --endpoint-url {deployed.cloud.endpoint} cloudwatch enable-alarm-actions --alarm-names {name}"
    )
    assert lines[at + 1 : at + 3] == ["      CloudWatch, actions of the alarms", f"      next: {step}"]
    (item,) = (item for item in json.loads(document.stdout)["items"] if item["outcome"] == "fail")
    assert item["id"] == "alarms-set"
    assert {
        "outcome": "fail",
        "looked_at": "CloudWatch, actions of the alarms",
        "found": f"actions are switched off: {name}",
        "next_step": step,
    } in item["findings"]


@pytest.mark.usefixtures("filled")
def test_json_has_every_item_with_its_findings(deployed: Deployed, run_apart: RunApart) -> None:
    result = run_apart("verify", "--env", "production", "--json", environ=deployed.environ)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert list(document) == ["environment", "account", "region", "passed", "failed", "not_checkable", "items", "notes"]
    assert (document["environment"], document["account"], document["region"]) == ("production", "000000000000", "ap-southeast-2")
    assert [item["checklist"] for item in document["items"]] == ["after-deployment"] * 12 + ["security"] * 8 + ["account"] * 4
    counted = [sum(item["outcome"] == outcome for item in document["items"]) for outcome in ("pass", "fail", "not_checkable")]
    assert counted == [document["passed"], document["failed"], document["not_checkable"]]
    for item in document["items"]:
        assert set(item) == {"id", "checklist", "title", "outcome", "findings"}
        assert item["findings"]
        assert all(set(finding) == {"outcome", "looked_at", "found", "next_step"} for finding in item["findings"])


def test_no_secret_is_ever_shown(deployed: Deployed, run: Run, filled: Mapping[str, str]) -> None:
    for words in ((), ("--json",)):
        result = run("verify", *deployed.options, *words)
        assert not [name for name, value in filled.items() if value in result.output]


def test_an_environment_that_is_not_deployed_is_one_line(deployed: Deployed, run: Run) -> None:
    result = run("verify", "--env", "staging", *deployed.options[2:])
    assert (result.exit_code, result.stdout) == (3, "")
    *_, line = result.stderr.splitlines()
    assert line == "No stack of staging exists on the local cloud: `make up ENV=staging` first"


def test_no_credentials_are_one_line(run_apart: RunApart, bare_environment: dict[str, str]) -> None:
    result = run_apart("verify", "--env", "production", environ={**bare_environment, "AWS_EC2_METADATA_DISABLED": "true"})
    assert (result.returncode, result.stdout) == (3, "")
    *_, line = result.stderr.splitlines()
    assert line.startswith("There are no AWS credentials: ")
