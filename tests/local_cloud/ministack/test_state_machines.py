"""State machines in ministack in this process: with whose rights they call, and by which clock they count."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from ministack.app import SERVICE_HANDLERS
from ministack.services import stepfunctions

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import callers, state_machines
from tradingbot_infra.local_cloud.services import machine_roles

PATCHED = ("_execute_task", "_invoke_aws_sdk_integration", "_register_sfn_jsonata_functions", "_run_execution")
CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/c"
ROLE = "arn:aws:iam::000000000000:role/any"
IN_CLUSTER = {"ArnEquals": {"ecs:cluster": CLUSTER}}


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test changes in ministack is undone."""
    for name in PATCHED:
        monkeypatch.setattr(stepfunctions, name, getattr(stepfunctions, name))


def role(*statements: dict[str, Any]) -> str:
    """A role that may do this and nothing else."""
    name, trust = uuid.uuid4().hex, json.dumps({"Version": "2012-10-17", "Statement": []})
    arn: str = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    call("iam", "PutRolePolicy", RoleName=name, PolicyName="only", PolicyDocument=json.dumps(document))
    return arn


def run(state: dict[str, Any], role_arn: str = ROLE, **given: object) -> dict[str, Any]:
    """The end of a state machine of one state."""
    text = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": {**state, "End": True}}})

    async def executed() -> dict[str, Any]:
        made = await gateway.ask(
            "stepfunctions", "CreateStateMachine", name=uuid.uuid4().hex, type="EXPRESS", definition=text, roleArn=role_arn
        )
        return await gateway.ask("stepfunctions", "StartSyncExecution", stateMachineArn=made["stateMachineArn"], input=json.dumps(given))

    return asyncio.run(executed())


def calling(action: str, **arguments: object) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{action}", "Arguments": arguments}


@pytest.fixture
def secret() -> str:
    arn: str = call("secretsmanager", "CreateSecret", Name=uuid.uuid4().hex, SecretString="value")["ARN"]
    return arn


def test_a_call_that_the_role_allows_is_made(secret: str) -> None:
    state_machines.call_with_the_role(machine_roles.check_with(gateway.ask))
    allowed = role({"Action": "secretsmanager:DescribeSecret", "Resource": secret})
    ended = run(calling("secretsmanager:describeSecret", SecretId=secret), allowed)
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"])["Name"] == call("secretsmanager", "DescribeSecret", SecretId=secret)["Name"]


def test_its_calls_are_those_of_its_role_as_a_trail_shows_them(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state_machines.call_with_the_role(machine_roles.check_with(gateway.ask))
    asked: list[dict[str, Any]] = []
    answer = SERVICE_HANDLERS["secretsmanager"]

    async def answered(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        asked.append(callers.user_identity(headers, {}))
        return await answer(method, path, headers, *rest)

    monkeypatch.setitem(SERVICE_HANDLERS, "secretsmanager", answered)
    allowed = role({"Action": "secretsmanager:DescribeSecret", "Resource": secret})
    run(calling("secretsmanager:describeSecret", SecretId=secret), allowed)
    assert [(each["type"], each["sessionContext"]["sessionIssuer"]["arn"]) for each in asked] == [("AssumedRole", allowed)]


@pytest.mark.parametrize("action", ["secretsmanager:GetSecretValue", "secretsmanager:ListSecrets"])
def test_a_call_that_the_role_does_not_allow_fails_the_execution_in_awss_words(action: str, secret: str) -> None:
    state_machines.call_with_the_role(machine_roles.check_with(gateway.ask))
    ended = run(calling("secretsmanager:describeSecret", SecretId=secret), role({"Action": action, "Resource": "*"}))
    assert (ended["status"], ended["error"]) == ("FAILED", "SecretsManager.AccessDeniedException")
    assert "is not authorized to perform: secretsmanager:DescribeSecret on resource: " + secret in ended["cause"]


@pytest.mark.parametrize(
    ("action", "arguments", "statement", "allowed"),
    [
        ("ecs:listTasks", {"Cluster": CLUSTER}, {"Action": "ecs:ListTasks", "Resource": "*", "Condition": IN_CLUSTER}, True),
        ("ecs:listTasks", {"Cluster": f"{CLUSTER}-2"}, {"Action": "ecs:ListTasks", "Resource": "*", "Condition": IN_CLUSTER}, False),
        (
            "ecs:updateService",
            {"Cluster": CLUSTER, "Service": "api"},
            {"Action": "ecs:UpdateService", "Resource": f"{CLUSTER.replace('cluster/', 'service/')}/api"},
            True,
        ),
        (
            "ecs:updateService",
            {"Cluster": CLUSTER, "Service": "other"},
            {"Action": "ecs:UpdateService", "Resource": f"{CLUSTER.replace('cluster/', 'service/')}/api"},
            False,
        ),
        (
            "ecs:describeTasks",
            {"Cluster": CLUSTER, "Tasks": ["1", "2"]},
            {"Action": "ecs:DescribeTasks", "Resource": f"{CLUSTER.replace('cluster/', 'task/')}/1"},
            False,
        ),
    ],
)
def test_resources_and_conditions_decide(action: str, arguments: dict[str, Any], statement: dict[str, Any], allowed: bool) -> None:
    check = machine_roles.check_with(gateway.ask)
    service, operation = action.split(":")
    who = role(statement)
    if allowed:
        check(who, service, operation[:1].upper() + operation[1:], arguments)
    else:
        with pytest.raises(state_machines.DeniedCallError):
            check(who, service, operation[:1].upper() + operation[1:], arguments)


def test_moments_are_as_far_apart_as_on_aws() -> None:
    state_machines.count_time_by(20.0)
    passed = {"Type": "Pass", "Output": "{% $toMillis($states.input.later) - $toMillis($states.input.first) %}"}
    ended = run(passed, first="2026-11-29T00:00:00.000Z", later="2026-11-29T00:00:03.000Z")
    assert json.loads(ended["output"]) == 60_000
    now = {"Type": "Pass", "Output": "{% $abs($millis() - $toMillis($now())) < 60000 %}"}
    assert json.loads(run(now)["output"]) is True


def test_an_express_workflow_that_a_schedule_started_leaves_no_record() -> None:
    state_machines.forget_express_executions()
    text = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}})

    def kept(kind: str) -> int:
        named = uuid.uuid4().hex
        machine = call("stepfunctions", "CreateStateMachine", name=named, type=kind, definition=text, roleArn=ROLE)["stateMachineArn"]
        started = call("stepfunctions", "StartExecution", stateMachineArn=machine)["executionArn"]
        stepfunctions._run_execution(started)  # noqa: SLF001 - StartExecution does the same on a thread
        return len(call("stepfunctions", "ListExecutions", stateMachineArn=machine)["executions"])

    assert (kept("EXPRESS"), kept("STANDARD")) == (0, 1)
