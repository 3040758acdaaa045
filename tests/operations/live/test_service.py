"""Which container of a task is told, and how many tasks are asked for at a time."""

from typing import Any

from botocore.stub import Stubber

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.service import Task, tasks

NAMES = load_config("production").names
DIGEST = f"sha256:{'a' * 64}"
SIDECAR = {
    "name": "aws-guardduty-agent-x",
    "image": "guardduty",
    "imageDigest": "sha256:0",
    "runtimeId": "other",
    "exitCode": 0,
    "reason": "Sidecar",
}
OWN = {"name": "api", "image": "api:v1", "imageDigest": DIGEST, "runtimeId": "own", "exitCode": 137, "reason": "OutOfMemoryError"}


def answer(stubber: Stubber, arns: list[str], *answers: list[dict[str, Any]]) -> None:
    """ECS lists these tasks, and describes them in so many answers."""
    stubber.add_response("list_tasks", {"taskArns": arns})
    for number, found in enumerate(answers):
        asked = arns[100 * number : 100 * (number + 1)]
        told = [{"taskDefinitionArn": "td:7", **task} for task in found]
        stubber.add_response("describe_tasks", {"tasks": told}, {"cluster": NAMES.cluster, "tasks": asked})
    definition = {"taskDefinition": {"containerDefinitions": [{"name": "api"}]}}
    stubber.add_response("describe_task_definition", definition, {"taskDefinition": "td:7"})


def read(*containers: dict[str, Any]) -> Task:
    """A stopped task with these containers."""
    with boto3_client("ecs") as (ecs, stubber):
        answer(
            stubber, ["a/1"], [{"taskArn": "a/1", "stoppedReason": "Essential container in task exited", "containers": list(containers)}]
        )
        (task,) = tasks(session_over(ecs=ecs), NAMES, status="STOPPED")
    return task


def test_the_container_of_the_task_definition_is_told_wherever_it_stands() -> None:
    task = read(SIDECAR, OWN)
    assert task == read(OWN, SIDECAR) == read(OWN)
    assert (task.image, task.image_digest, task.runtime_id, task.exit_code) == ("api:v1", DIGEST, "own", 137)
    assert task.reason == "Essential container in task exited; OutOfMemoryError"


def test_a_container_that_never_started_has_neither_digest_nor_exit_code() -> None:
    task = read({"name": "api", "reason": "CannotPullContainerError"}, SIDECAR)
    assert (task.image_digest, task.runtime_id, task.exit_code) == ("", "", None)
    assert read().exit_code is None


def test_an_exit_code_of_zero_is_one() -> None:
    assert read({**OWN, "exitCode": 0}).exit_code == 0


def test_a_hundred_tasks_are_asked_for_at_a_time_and_their_task_definition_once() -> None:
    arns = [f"a/{number}" for number in range(101)]
    described = [{"taskArn": arn, "containers": [OWN]} for arn in arns]
    with boto3_client("ecs") as (ecs, stubber):
        answer(stubber, arns, described[:100], described[100:])
        found = tasks(session_over(ecs=ecs), NAMES, status="RUNNING")
    assert [task.arn for task in found] == arns


def test_no_task_is_no_call() -> None:
    with boto3_client("ecs") as (ecs, stubber):
        stubber.add_response("list_tasks", {"taskArns": []})
        assert tasks(session_over(ecs=ecs), NAMES, status="RUNNING") == ()
