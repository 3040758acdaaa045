"""`doctor` on the deployed production."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from tests.deployed import Deployed, Run
from tests.operations.diagnosis import plants
from tests.operations.rendering import KEYS
from tests.operations.versions import settle
from tradingbot_infra.endpoints import know_promql
from tradingbot_infra.operations.session import Session

SYMPTOMS = [
    *("tasks-pending", "slow-start", "cannot-stop", "api-502", "alb-503", "api-403", "database", "exchange-unreachable"),
    *("high-cost", "account-silent", "strategy-silent", "slow"),
]
SENTINEL = "SENTINEL-not-to-be-seen"


@pytest.mark.parametrize(("word", "shown"), [("database-down", "database-down"), ("Database", "Database"), ("", "''")])
def test_an_unknown_symptom_is_one_line(run: Run, word: str, shown: str) -> None:
    result = run("doctor", word, "--env", "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"production: SYMPTOM={shown}: there is no such symptom; allowed: {', '.join(SYMPTOMS)}\n"


def test_without_a_local_cloud_there_is_no_diagnosis(run: Run, tmp_path: Path) -> None:
    result = run("doctor", "--env", "production", "--local", "--state-directory", str(tmp_path))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "No local cloud is running: `make up` starts one\n"


def denied(service: str, region: str) -> Any:
    """A client whose every call is refused, as by a policy that allows nothing."""
    core = botocore.session.Session()
    know_promql(core)
    keys = {"aws_access_key_id": "made-up", "aws_secret_access_key": "made-up"}
    session: Any = boto3.Session(botocore_session=core, region_name=region, **keys)
    client: Any = session.client(service)

    def refuse(model: Any, **_: Any) -> None:
        message = f"User: someone is not authorized to perform: {service}:{model.name} on resource: *"
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, model.name)

    client.meta.events.register("before-call", refuse)
    return client


def test_denied_actions_are_listed_and_are_no_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "of_account", lambda **_: Session(denied, region="ap-southeast-2"))
    result = run("doctor", "--env", "production")
    assert result.exit_code == 0, result.output
    assert "database: No cause found; 7 of 7 checks could not be made" in result.stdout
    for action in ("cloudformation:DescribeStacks", "ecs:DescribeServices", "rds:DescribeDBInstances", "ce:GetCostAndUsage"):
        assert f"these credentials may not do {action}" in result.stdout


@pytest.mark.local_cloud
class TestOnTheDeployedProduction:
    """Each test undoes the fault that it plants."""

    def test_without_a_fault_every_symptom_lists_what_was_checked(self, deployed: Deployed, run: Run) -> None:
        settle(deployed)
        result = run("doctor", *deployed.options)
        assert result.exit_code == 0, result.output
        outcomes = [line for line in result.stdout.splitlines() if line and not line.startswith(" ")]
        assert [line.partition(";")[0] for line in outcomes] == [f"{name}: No cause found" for name in SYMPTOMS]
        assert outcomes[-4] == "high-cost: No cause found; 1 of 3 checks could not be made"
        # Nobody could hear an e-mail here, and the trail may not have delivered yet.
        assert re.fullmatch("account-silent: No cause found; [12] of 5 checks could not be made", outcomes[-3])
        assert result.stdout.count("  Looked at: ") == len(SYMPTOMS)
        assert "Not assessed: spending by service (Cost Explorer): the endpoint does not offer GetCostAndUsage" in result.stdout
        assert re.findall(r"^==> ([a-z0-9-]+): \d+ checks$", result.stderr, re.MULTILINE) == SYMPTOMS

    def test_json_keys_are_stable(self, deployed: Deployed, run: Run) -> None:
        settle(deployed)
        result = run("doctor", *deployed.options, "--json")
        document = json.loads(result.stdout)
        assert document["environment"] == "production"
        assert [each["symptom"] for each in document["symptoms"]] == SYMPTOMS
        for each in document["symptoms"]:
            assert set(each) == {"symptom", "causes", "not_assessed", "looked_at"}
            assert each["causes"] == []
            assert all(set(what) == {"what", "why"} for what in each["not_assessed"])

    def test_a_cause_is_printed_with_its_fix_below_it(self, deployed: Deployed, run: Run) -> None:
        with plants.a_stopped_database(deployed):
            result = run("doctor", "database", *deployed.options)
            document = json.loads(run("doctor", "database", *deployed.options, "--json").stdout)
        command = f"{KEYS} aws --region ap-southeast-2 --endpoint-url {deployed.cloud.endpoint}"
        assert result.exit_code == 1
        assert result.stdout.splitlines()[:6] == [
            "database: 1 found, the most likely first",
            "  CERTAIN: The instance is stopped: somebody stopped it; RDS starts it by itself after seven days",
            "    Fix:",
            f"      {command} rds start-db-instance --db-instance-identifier tradingbot-ai-production-postgres",
            "    Seen:",
            "      tradingbot-ai-production-postgres: stopped",
        ]
        ((cause,),) = [each["causes"] for each in document["symptoms"]]
        assert set(cause) == {"id", "title", "certainty", "evidence", "fix"}
        assert (cause["id"], cause["certainty"]) == ("instance-not-available", "certain")

    @pytest.mark.parametrize(
        "value", [f"postgresql://{SENTINEL}:{SENTINEL}@{SENTINEL}.com:5432/{SENTINEL}", f"postgresql://h:{SENTINEL}/x"]
    )
    def test_no_part_of_a_secret_is_ever_shown(self, deployed: Deployed, run: Run, value: str) -> None:
        with plants.a_database_url(deployed, value):
            results = [run("doctor", "database", *deployed.options, *form) for form in ((), ("--json",))]
        for result in results:
            assert result.exit_code == 1
            assert "database-url" in result.stdout
            assert SENTINEL.lower() not in (result.stdout + result.stderr + repr(result.exception)).lower()
