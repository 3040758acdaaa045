"""RunTask: overrides, and containers that wait for each other and share a volume."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from tests.local_cloud.clusters import PLACEHOLDER, SLEEP, Cluster
from tests.local_cloud.fargate.task import awslogs, log_group, role
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.local_cloud

WRITE = "import sys; open(sys.argv[1], 'w').write('from the first')"
READ = "import sys; print(open(sys.argv[1]).read())"


def python(name: str, program: str, *words: str, **more: Any) -> dict[str, Any]:
    """A container that runs a program."""
    return {"name": name, "image": PLACEHOLDER, "command": ["python3", "-c", program, *words], **more}


def after(name: str, condition: str = "SUCCESS") -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


SHARED = {"mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}]}


def registered(cluster: Cluster, containers: Sequence[dict[str, Any]], **more: Any) -> str:
    made = call(
        "ecs",
        "RegisterTaskDefinition",
        **{
            "family": f"{cluster.name}-{uuid.uuid4().hex[:6]}",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": role({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            "volumes": [{"name": "shared"}],
            "containerDefinitions": list(containers),
            **more,
        },
    )
    return str(made["taskDefinition"]["taskDefinitionArn"])


def started(cluster: Cluster, definition: str, **settings: Any) -> str:
    answer = call(
        "ecs",
        "RunTask",
        cluster=cluster.name,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration=cluster.network,
        **settings,
    )
    return str(answer["tasks"][0]["taskArn"])


def described(cluster: Cluster, task: str) -> dict[str, Any]:
    return dict(call("ecs", "DescribeTasks", cluster=cluster.name, tasks=[task])["tasks"][0])


def ended(cluster: Cluster, definition: str, **settings: Any) -> dict[str, Any]:
    task = started(cluster, definition, **settings)
    cluster.until(lambda: described(cluster, task)["lastStatus"] == "STOPPED")
    return described(cluster, task)


def codes(task: dict[str, Any]) -> dict[str, int | None]:
    return {each["name"]: each.get("exitCode") for each in task["containers"]}


def test_a_container_starts_once_another_has_ended_well_and_finds_what_that_left_in_their_volume(cluster: Cluster) -> None:
    group = log_group()
    first = python("first", WRITE, "/shared/file", essential=False, **SHARED)
    second = python("second", READ, "/shared/file", **after("first"), **SHARED, logConfiguration=awslogs(group))
    task = ended(cluster, registered(cluster, [second, first]))
    assert codes(task) == {"first": 0, "second": 0}, task
    (stream,) = call("logs", "DescribeLogStreams", logGroupName=group)["logStreams"]
    events = call("logs", "GetLogEvents", logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)["events"]
    assert [event["message"] for event in events] == ["from the first"]


def test_a_container_whose_dependency_fails_never_starts_and_the_task_ends(cluster: Cluster) -> None:
    first = python("first", "raise SystemExit(4)", essential=False)
    task = ended(cluster, registered(cluster, [first, python("second", "print(1)", **after("first"))]))
    assert codes(task) == {"first": 4, "second": None}
    assert (task["stopCode"], task["stoppedReason"]) == ("EssentialContainerExited", "Essential container in task exited")
    assert "dependency did not exit successfully" in next(each["reason"] for each in task["containers"] if each["name"] == "second")


def test_what_only_must_have_ended_may_have_failed(cluster: Cluster) -> None:
    first = python("first", "raise SystemExit(4)", essential=False)
    task = ended(cluster, registered(cluster, [first, python("second", "raise SystemExit(0)", **after("first", "COMPLETE"))]))
    assert codes(task) == {"first": 4, "second": 0}


def test_a_task_that_waits_for_a_container_can_be_stopped(cluster: Cluster) -> None:
    first = python("first", SLEEP, essential=False, stopTimeout=2)
    task = started(cluster, registered(cluster, [first, python("second", "print(1)", **after("first"))]))
    cluster.until(lambda: "first" in codes(described(cluster, task)))
    call("ecs", "StopTask", cluster=cluster.name, task=task, reason="enough")
    cluster.until(lambda: described(cluster, task)["lastStatus"] == "STOPPED")
    assert (described(cluster, task)["stoppedReason"], codes(described(cluster, task))["second"]) == ("enough", None)


def test_a_task_has_the_size_and_the_command_of_its_overrides(cluster: Cluster) -> None:
    overrides = {
        "cpu": "512",
        "memory": "2048",
        "containerOverrides": [{"name": "app", "command": ["python3", "-c", "raise SystemExit(9)"]}],
    }
    task = ended(cluster, registered(cluster, [python("app", SLEEP)]), overrides=overrides)
    assert (task["cpu"], task["memory"], codes(task)) == ("512", "2048", {"app": 9})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"overrides": {"containerOverrides": [{"name": "other", "command": ["x"]}]}}, "is not a container in the TaskDefinition"),
        ({"overrides": {"containerOverrides": [{"name": "app", "command": ["x" * 8192]}]}}, "at most 8192"),
        ({"overrides": {"cpu": "256", "memory": "4096"}}, "No Fargate configuration exists for given values."),
        ({"startedBy": "somebody else"}, "startedBy"),
        ({"group": "service:api"}, "group"),
        ({"count": 11}, "Count"),
    ],
    ids=["container", "length", "size", "starter", "group", "count"],
)
def test_what_ecs_refuses_to_run_is_refused(settings: dict[str, Any], message: str, cluster: Cluster) -> None:
    definition = registered(cluster, [python("app", SLEEP)])
    with pytest.raises(LocalApiError, match=message):
        started(cluster, definition, **settings)
    assert call("ecs", "ListTasks", cluster=cluster.name)["taskArns"] == []


@pytest.mark.parametrize(
    ("containers", "more", "message"),
    [
        ([python("a", "1"), python("b", "1", **after("a"))], {}, "cannot be set on an essential container"),
        ([python("a", "1"), python("b", "1", **after("a", "HEALTHY"))], {}, "health checks"),
        ([python("a", "1", **after("gone", "START"))], {}, "which does not exist"),
        ([python("a", "1", **after("b", "START")), python("b", "1", **after("a", "START"))], {}, "cycle"),
        ([python("a", "1", **SHARED)], {"volumes": []}, "Unknown volume 'shared'"),
        ([python("a", "1")], {"memory": "600"}, "No Fargate configuration exists for given values."),
    ],
    ids=["essential", "healthy", "unknown", "cycle", "volume", "size"],
)
def test_what_ecs_refuses_to_register_is_refused(
    containers: list[dict[str, Any]], more: dict[str, Any], message: str, cluster: Cluster
) -> None:
    with pytest.raises(LocalApiError, match=message):
        registered(cluster, containers, **more)


def test_an_inactive_definition_starts_nothing(cluster: Cluster) -> None:
    definition = registered(cluster, [python("app", SLEEP)])
    call("ecs", "DeregisterTaskDefinition", taskDefinition=definition)
    with pytest.raises(LocalApiError, match="inactive"):
        started(cluster, definition)


def test_what_an_override_says_is_what_describe_tasks_shows(cluster: Cluster) -> None:
    overrides = {"containerOverrides": [{"name": "app", "environment": [{"name": "SEEN", "value": "by everybody"}]}]}
    task = ended(cluster, registered(cluster, [python("app", "pass")]), overrides=overrides)
    assert "by everybody" in json.dumps(task["overrides"])
