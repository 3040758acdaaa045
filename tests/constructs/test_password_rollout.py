"""What the state machine decides, in ministack's Step Functions with written answers of the APIs."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ministack.services import stepfunctions

from tests.conftest import Synthesize
from tradingbot_infra.design.password_rollout import OVERDUE_MINUTES, SETTLE_SECONDS, definition
from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.templates import Assembly

CLUSTER, SERVICE, SECRET = "arn:aws:ecs:ap-southeast-2:000000000000:cluster/c", "api", "rds!db-1"
ROLE = "arn:aws:iam::000000000000:role/rollout"


@dataclass
class Account:
    """What the APIs answer. Ages are in minutes; `rollouts` are the states of the service's deployments."""

    changed: float = 30
    tasks: tuple[float, ...] = (60, 60)
    rollouts: tuple[str, ...] = ("COMPLETED",)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def answer(self, resource: str, arguments: Mapping[str, Any]) -> Any:
        """One call of the state machine."""
        operation = resource.rpartition(":")[2]
        self.calls.append((operation, arguments))
        return getattr(self, re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", operation))()

    def describe_secret(self) -> dict[str, Any]:
        return {
            "Name": "rds!db-1",
            "CreatedDate": ago(90 * 1440),
            "LastChangedDate": ago(self.changed),
            "LastRotatedDate": ago(self.changed),
        }

    def list_tasks(self) -> dict[str, Any]:
        return {"TaskArns": [f"arn:aws:ecs:ap-southeast-2:000000000000:task/c/{number}" for number in range(len(self.tasks))]}

    def describe_tasks(self) -> dict[str, Any]:
        return {"Failures": [], "Tasks": [{"CreatedAt": ago(age), "LastStatus": "RUNNING"} for age in self.tasks]}

    def describe_services(self) -> dict[str, Any]:
        return {"Failures": [], "Services": [{"DesiredCount": 2, "Deployments": [{"RolloutState": state} for state in self.rollouts]}]}

    def update_service(self) -> dict[str, Any]:
        return {"Service": {"DesiredCount": 2}}

    @property
    def replaced(self) -> bool:
        """Whether the state machine asked for a new deployment."""
        return "updateService" in [operation for operation, _ in self.calls]


def ago(minutes: float) -> str:
    """A moment as Step Functions shows it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Execute = Callable[[Account], dict[str, Any]]


@pytest.fixture
def execute(monkeypatch: pytest.MonkeyPatch) -> Execute:
    """`execute(account)`: the end of one execution."""
    monkeypatch.setattr(stepfunctions.time, "sleep", lambda _: None)

    async def executed() -> dict[str, Any]:
        text = json.dumps(definition(cluster=CLUSTER, service=SERVICE, secret=SECRET))
        made = await gateway.ask(
            "stepfunctions", "CreateStateMachine", name=uuid.uuid4().hex, type="EXPRESS", definition=text, roleArn=ROLE
        )
        return await gateway.ask("stepfunctions", "StartSyncExecution", stateMachineArn=made["stateMachineArn"])

    def execution(account: Account) -> dict[str, Any]:
        monkeypatch.setattr(stepfunctions, "_invoke_aws_sdk_integration", account.answer)
        return asyncio.run(executed())

    return execution


SETTLE = SETTLE_SECONDS / 60


@pytest.mark.parametrize(
    ("account", "replaced"),
    [
        (Account(), True),
        (Account(tasks=(60,)), True),
        (Account(tasks=(5, 5)), False),
        (Account(tasks=(5, 60)), True),
        (Account(tasks=()), False),
        (Account(tasks=(30 - SETTLE / 2,)), True),
        (Account(tasks=(30 - SETTLE * 1.5,)), False),
        (Account(changed=SETTLE / 2), False),
        (Account(changed=SETTLE * 1.5), True),
        (Account(rollouts=("IN_PROGRESS", "COMPLETED")), False),
        (Account(rollouts=("COMPLETED", "IN_PROGRESS")), False),
        (Account(rollouts=("FAILED", "COMPLETED")), True),
    ],
    ids=str,
)
def test_tasks_of_before_the_change_are_replaced_once_nothing_is_deployed(account: Account, replaced: bool, execute: Execute) -> None:
    assert execute(account)["status"] == "SUCCEEDED"
    assert account.replaced == replaced


def test_a_new_deployment_changes_nothing_else_of_the_service(execute: Execute) -> None:
    account = Account()
    execute(account)
    (update,) = [arguments for operation, arguments in account.calls if operation == "updateService"]
    assert update == {"Cluster": CLUSTER, "Service": SERVICE, "ForceNewDeployment": True}


def test_no_secret_is_read(execute: Execute) -> None:
    account = Account()
    execute(account)
    assert [operation for operation, _ in account.calls] == [
        "describeSecret",
        "listTasks",
        "describeTasks",
        "describeServices",
        "updateService",
    ]


@pytest.mark.parametrize("rollouts", [("COMPLETED",), ("IN_PROGRESS",)])
def test_an_execution_fails_where_old_tasks_still_run_an_hour_later(rollouts: tuple[str, ...], execute: Execute) -> None:
    late = Account(changed=OVERDUE_MINUTES + SETTLE + 1, tasks=(24 * 60,), rollouts=rollouts)
    ended = execute(late)
    assert (ended["status"], ended["error"]) == ("FAILED", "OldTasksRun")
    assert late.replaced == (rollouts == ("COMPLETED",)), "it tries again nevertheless"
    in_time = Account(changed=OVERDUE_MINUTES + SETTLE - 1, tasks=(24 * 60,), rollouts=rollouts)
    assert execute(in_time)["status"] == "SUCCEEDED"


class WithoutDate(Account):
    def describe_secret(self) -> dict[str, Any]:
        return {"Name": SECRET}


class WithoutService(Account):
    def describe_services(self) -> dict[str, Any]:
        return {"Failures": [{"Reason": "MISSING"}], "Services": []}


class Refused(Account):
    def list_tasks(self) -> dict[str, Any]:
        raise stepfunctions._ExecutionError("Ecs.AccessDeniedException", "no")  # noqa: SLF001 - what ministack raises


@pytest.mark.parametrize("account", [WithoutDate(), WithoutService(), Refused()], ids=lambda account: type(account).__name__)
def test_what_cannot_be_judged_fails_the_execution(account: Account, execute: Execute) -> None:
    assert execute(account)["status"] == "FAILED"
    assert not account.replaced


def test_a_schedule_starts_it_as_often_as_the_setting_says(synthesize: Synthesize) -> None:
    for minutes, rate in ((1, "rate(1 minute)"), (5, "rate(5 minutes)")):
        (schedule,) = synthesize("production", db_password_check_minutes=str(minutes)).of_type("AWS::Scheduler::Schedule")
        assert schedule.properties["ScheduleExpression"] == rate
        assert schedule.properties["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}


def test_each_role_is_for_one_resource(assembly: Assembly) -> None:
    tied = {
        statement["Principal"]["Service"]: statement["Condition"]["ArnEquals"]["aws:SourceArn"]
        for role in assembly.of_type("AWS::IAM::Role")
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]
        if "ArnEquals" in statement.get("Condition", {})
    }
    assert tied.keys() == {"scheduler.amazonaws.com", "states.amazonaws.com"}
    assert tied["states.amazonaws.com"].endswith("-service-password-rollout")
    assert ":schedule-group/" in tied["scheduler.amazonaws.com"]
