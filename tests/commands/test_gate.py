"""`gate` over what ECS says of a running deployment."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from tests.deployed import Run
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.session import Session

NAMES = load_config("staging").names
ARN = f"arn:aws:ecs:ap-southeast-2:111122223333:service-deployment/{NAMES.cluster}/{NAMES.service}/abc123"
BEGUN = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
PAUSE = {
    "hookId": "ecs-pause-1",
    "targetType": "PAUSE",
    "status": "AWAITING_ACTION",
    "expiresAt": datetime(2026, 11, 29, 21, 30, tzinfo=UTC),
    "timeoutAction": "ROLLBACK",
}
TESTED = {"hookId": "ecs-lambda-1", "targetType": "AWS_LAMBDA", "status": "AWAITING_ACTION"}


def deployment(*hooks: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What DescribeServiceDeployments says of a deployment."""
    return {
        "serviceDeploymentArn": ARN,
        "status": "IN_PROGRESS",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "targetServiceRevision": {"requestedProductionTrafficWeight": 0.0, "requestedTestTrafficWeight": 100.0},
        "lifecycleHookDetails": list(hooks),
        "createdAt": BEGUN,
        **changed,
    }


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any], strategy: str = "BLUE_GREEN") -> Iterator[Stubber]:
    """An account with a service of this strategy, and these service deployments that have not ended."""
    with ExitStack() as entered:
        ecs, stubber = entered.enter_context(boto3_client("ecs"))
        sts, _ = entered.enter_context(boto3_client("sts"))
        counts = {"desiredCount": 2, "runningCount": 2, "pendingCount": 0}
        service = {
            "serviceName": NAMES.service,
            "status": "ACTIVE",
            "taskDefinition": "td:7",
            "deployments": [{"status": "PRIMARY"}],
            "deploymentConfiguration": {"strategy": strategy},
            **counts,
        }
        stubber.add_response("describe_services", {"services": [service]})
        stubber.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [{"name": "api"}]}})
        if strategy != "ROLLING":
            asked = {"cluster": NAMES.cluster, "service": NAMES.service, "status": ANY}
            brief = [{"serviceDeploymentArn": each["serviceDeploymentArn"], "createdAt": each["createdAt"]} for each in found]
            stubber.add_response("list_service_deployments", {"serviceDeployments": brief}, asked)
            if found:
                stubber.add_response("describe_service_deployments", {"serviceDeployments": list(found)})
        session = session_over(ecs=ecs, sts=sts)
        monkeypatch.setattr(Session, "of_account", lambda **_: session)
        yield stubber


def test_it_shows_what_a_deployment_waits_for_until_when_and_both_ways_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(TESTED, PAUSE)):
        result = run("gate", "--env", "staging")
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert first == "abc123: IN_PROGRESS, stage POST_TEST_TRAFFIC_SHIFT, the new version has 0 % of the traffic"
    assert second == (
        "  waits for an answer until 2026-11-29 21:30 UTC, then ECS rolls back; "
        "`tradingbot gate continue --env staging` or `tradingbot gate back --env staging`"
    )


def test_a_function_that_has_not_answered_is_no_gate(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(TESTED)):
        result = run("gate", "show", "--env", "staging")
    assert "  waits for nobody; `tradingbot gate back --env staging` brings the version before back" in result.stdout


def test_alarms_and_the_reason_of_a_rollback_are_shown_and_nothing_more_can_be_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    back = deployment(status="ROLLBACK_IN_PROGRESS", rollback={"reason": "alarm detected"}, alarms={"triggeredAlarmNames": ["x-alb-5xx"]})
    with account(monkeypatch, back):
        result = run("gate", "show", "--env", "staging")
    assert result.stdout.splitlines()[0].startswith("abc123: ROLLBACK_IN_PROGRESS, stage ")
    assert result.stdout.splitlines()[0].endswith(": alarm detected")
    assert result.stdout.splitlines()[1:] == ["  alarm x-alb-5xx went to ALARM"]


def test_json_has_the_gate_or_why_there_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(PAUSE)):
        document = json.loads(run("gate", "show", "--env", "staging", "--json").stdout)
    assert document["deployment"]["gate"] == {"hook_id": "ecs-pause-1", "until": "2026-11-29T21:30:00+00:00", "otherwise": "ROLLBACK"}
    with account(monkeypatch):
        document = json.loads(run("gate", "show", "--env", "staging", "--json").stdout)
    assert (document["deployment"], document["why_not"]) == (None, f"{NAMES.service}: no deployment is running, so nothing waits")


@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "ROLLING"])
def test_where_nothing_waits_one_line_says_so_and_nothing_is_changed(strategy: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "replaces its tasks (ROLLING), which waits for nobody" if strategy == "ROLLING" else "no deployment is running, so nothing waits"
    with account(monkeypatch, strategy=strategy):
        shown = run("gate", "show", "--env", "staging")
    assert shown.exit_code == 0
    assert shown.stdout.endswith(f"{why}\n")
    for verb in ("continue", "back"):
        with account(monkeypatch, strategy=strategy):
            result = run("gate", verb, "--env", "staging", "--yes")
        assert (result.exit_code, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        assert line.startswith("Nothing was changed: ")
        assert why in line


def test_continue_answers_the_gate_and_no_other_hook(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(TESTED, PAUSE)) as stubber:
        asked = {"serviceDeploymentArn": ARN, "hookId": "ecs-pause-1", "action": "CONTINUE"}
        stubber.add_response("continue_service_deployment", {"serviceDeploymentArn": ARN}, asked)
        result = run("gate", "continue", "--env", "staging", "--yes")
    assert (result.exit_code, result.stdout) == (
        0,
        "abc123 goes on. `tradingbot gate show --env staging` shows how far it is\n",
    )


def test_continue_does_nothing_for_a_deployment_that_waits_for_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = {**PAUSE, "status": "SUCCEEDED"}
    with account(monkeypatch, deployment(answered, lifecycleStage="BAKE_TIME")):
        result = run("gate", "continue", "--env", "staging", "--yes")
    assert result.exit_code == 1
    assert "is IN_PROGRESS, stage BAKE_TIME, " in result.stderr
    assert result.stderr.endswith("and waits for nobody\n")


def test_back_answers_a_gate_and_stops_what_does_not_wait(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(PAUSE)) as stubber:
        asked = {"serviceDeploymentArn": ARN, "hookId": "ecs-pause-1", "action": "ROLLBACK"}
        stubber.add_response("continue_service_deployment", {"serviceDeploymentArn": ARN}, asked)
        assert run("gate", "back", "--env", "staging", "--yes").exit_code == 0
    with account(monkeypatch, deployment(lifecycleStage="BAKE_TIME")) as stubber:
        stubber.add_response(
            "stop_service_deployment", {"serviceDeploymentArn": ARN}, {"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"}
        )
        assert run("gate", "back", "--env", "staging", "--yes").stdout.startswith("abc123 goes back. ")


@pytest.mark.parametrize("status", ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED"])
def test_what_goes_back_already_is_not_told_twice(status: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(status=status)):
        result = run("gate", "back", "--env", "staging", "--yes")
    assert result.exit_code == 1
    assert status in result.stderr


@pytest.mark.parametrize("verb", ["continue", "back"])
def test_without_a_terminal_it_asks_for_yes_and_changes_nothing(verb: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(monkeypatch, deployment(PAUSE)):
        result = run("gate", verb, "--env", "staging")
    assert result.exit_code == 1
    assert "--yes does it without asking" in result.stderr


def test_of_several_deployments_the_newest_counts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    older = deployment(serviceDeploymentArn=f"{ARN}0", status="STOP_REQUESTED", createdAt=datetime(2026, 11, 29, 19, 0, tzinfo=UTC))
    with account(monkeypatch, older, deployment()):
        assert run("gate", "show", "--env", "staging").stdout.startswith("abc123: IN_PROGRESS")
