"""Schedules start state machines, in ministack in this process."""

import json
import time
import uuid
from typing import Any

import pytest

from tradingbot_infra.local_cloud.handlers.schedules import that_starts
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import state_machines
from tradingbot_infra.local_cloud.ministack.registries import resource_handlers
from tradingbot_infra.local_cloud.services.schedules import seconds_between

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("fast")]

TYPE = "AWS::Scheduler::Schedule"
PATIENCE_SECONDS = 30.0


def role(action: str) -> str:
    name, trust = uuid.uuid4().hex, json.dumps({"Version": "2012-10-17", "Statement": []})
    arn: str = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    call("iam", "PutRolePolicy", RoleName=name, PolicyName="only", PolicyDocument=json.dumps(document))
    return arn


@pytest.fixture
def machine() -> str:
    text = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}})
    arn: str = call("stepfunctions", "CreateStateMachine", name=uuid.uuid4().hex, definition=text, roleArn=role("s3:GetObject"))[
        "stateMachineArn"
    ]
    return arn


def schedule(machine: str, who: str, **properties: Any) -> dict[str, Any]:
    """The properties of a schedule that a stack has made."""
    made = {
        "Name": uuid.uuid4().hex,
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": machine, "RoleArn": who},
        **properties,
    }
    handler()["create"]("Schedule", made, "stack")
    return made


def handler() -> dict[str, Any]:
    return that_starts(resource_handlers()[TYPE])


def executions(machine: str) -> int:
    return len(call("stepfunctions", "ListExecutions", stateMachineArn=machine)["executions"])


def until_started(machine: str, times: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while executions(machine) < times:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_schedule_starts_its_state_machine_again_and_again_until_it_is_deleted(machine: str) -> None:
    made = schedule(machine, role("states:StartExecution"))
    until_started(machine, 2)
    handler()["delete"](made["Name"], made)
    assert state_machines.schedule("default", made["Name"]) is None
    time.sleep(1.5)
    before = executions(machine)
    time.sleep(2.5)
    assert executions(machine) == before


def test_a_role_that_may_not_start_it_starts_nothing(machine: str) -> None:
    denied = schedule(machine, role("states:StopExecution"))
    other = call(
        "stepfunctions",
        "CreateStateMachine",
        name=uuid.uuid4().hex,
        definition=json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}),
        roleArn=role("s3:GetObject"),
    )["stateMachineArn"]
    allowed = schedule(other, role("states:StartExecution"))
    until_started(other, 2)
    assert executions(machine) == 0
    for made in (denied, allowed):
        handler()["delete"](made["Name"], made)


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(2 hours)", 7200),
        ("cron(0 1 * * ? *)", None),
        ("at(2026-01-01T00:00:00)", None),
    ],
)
def test_only_rates_are_followed(expression: str, seconds: float | None) -> None:
    assert seconds_between({"ScheduleExpression": expression}) == seconds
