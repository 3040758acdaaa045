"""Services keep the wanted number of tasks, and deployments end as ECS would end them."""

from typing import Any

import pytest

from tests.local_cloud.clusters import SLEEP, Cluster
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble

pytestmark = pytest.mark.local_cloud

DIES = "raise SystemExit(3)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
STOP_THEN_START = {"minimumHealthyPercent": 0, "maximumPercent": 100}


def trouble(words: str) -> Trouble | None:
    """What `doctor` understands."""
    return EcsMessage(None, "service", words, "").trouble


def test_a_service_starts_as_many_tasks_as_are_wanted_each_with_an_address_of_its_own(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP), desiredCount=3)
    cluster.until(cluster.is_steady)
    tasks = cluster.tasks()
    assert [task["lastStatus"] for task in tasks] == ["RUNNING"] * 3
    addresses = {detail["value"] for task in tasks for detail in task["attachments"][0]["details"] if "IPv4" in detail["name"]}
    assert len(addresses) == 3
    assert all(address.startswith("127.") for address in addresses)
    assert cluster.messages()[-1] == "has reached a steady state."


def test_a_task_without_a_health_check_counts_after_40_seconds(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP))
    cluster.until(cluster.is_steady)
    (task,) = cluster.tasks()
    (deployment,) = cluster.service()["deployments"]
    assert (deployment["updatedAt"] - task["startedAt"]).total_seconds() >= 40 / 50


def test_a_new_version_replaces_the_old_one_and_the_old_tasks_say_why_they_stopped(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP), desiredCount=2)
    cluster.until(cluster.is_steady)
    new = cluster.definition(SLEEP)
    cluster.update(taskDefinition=new)
    cluster.until(cluster.is_steady)
    assert {task["taskDefinitionArn"] for task in cluster.tasks()} == {new}
    (deployment,) = cluster.service()["deployments"]
    stopped = cluster.tasks("STOPPED")
    assert {task["stoppedReason"] for task in stopped} == {f"Scaling activity initiated by (deployment {deployment['id']})"}
    assert {task["stopCode"] for task in stopped} == {"ServiceSchedulerInitiated"}


def test_a_version_that_dies_is_rolled_back_with_the_words_that_doctor_reads(cluster: Cluster) -> None:
    good = cluster.definition(SLEEP)
    cluster.create(good, desiredCount=2)
    cluster.until(cluster.is_steady)
    cluster.update(taskDefinition=cluster.definition(DIES))
    cluster.until(lambda: any("rolling back" in message for message in cluster.messages()))
    cluster.until(cluster.is_steady)
    assert cluster.service()["taskDefinition"] == good
    assert {task["taskDefinitionArn"] for task in cluster.tasks()} == {good}
    assert any(trouble(message) is Trouble.ROLLED_BACK for message in cluster.messages())
    dead = [task for task in cluster.tasks("STOPPED") if task["stopCode"] == "EssentialContainerExited"]
    assert len(dead) >= 3
    assert {(task["stoppedReason"], task["containers"][0]["exitCode"]) for task in dead} == {("Essential container in task exited", 3)}
    assert trouble(dead[0]["stoppedReason"]) is Trouble.EXITED


def test_a_first_version_that_dies_fails_and_leaves_no_task(cluster: Cluster) -> None:
    cluster.create(cluster.definition(DIES))
    cluster.until(lambda: cluster.service()["deployments"][0]["rolloutState"] == "FAILED")
    cluster.until(lambda: not cluster.tasks())
    (deployment,) = cluster.service()["deployments"]
    assert deployment["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    assert deployment["failedTasks"] == 3


def test_without_a_circuit_breaker_a_dying_version_is_started_again_and_again_without_waiting(cluster: Cluster) -> None:
    cluster.create(cluster.definition(DIES), deploymentConfiguration={})
    cluster.until(lambda: cluster.service()["deployments"][0]["failedTasks"] > 5)
    assert cluster.service()["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert not any("consistently" in message for message in cluster.messages())


def test_tasks_that_never_run_are_throttled(cluster: Cluster) -> None:
    missing = cluster.definition(SLEEP, image="000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/api:v9")
    cluster.create(missing, deploymentConfiguration={})
    cluster.until(lambda: any("unable to consistently start tasks successfully" in message for message in cluster.messages()))
    (task, *_) = cluster.tasks("STOPPED")
    assert (task["stopCode"], task["lastStatus"]) == ("TaskFailedToStart", "STOPPED")
    assert "startedAt" not in task


def test_a_task_that_dies_is_replaced(cluster: Cluster) -> None:
    cluster.create(cluster.definition("import time; time.sleep(3); raise SystemExit(1)"))
    cluster.until(cluster.is_steady)
    (first,) = cluster.tasks()
    cluster.until(lambda: [task["taskArn"] for task in cluster.tasks()] not in ([], [first["taskArn"]]))
    assert cluster.service()["deployments"][0]["rolloutState"] == "COMPLETED"


def test_a_stopped_task_is_replaced_and_keeps_the_reason_that_was_given(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP))
    cluster.until(cluster.is_steady)
    (task,) = cluster.tasks()
    call("ecs", "StopTask", cluster=cluster.name, task=task["taskArn"], reason="a person wanted it")
    cluster.until(lambda: [each["lastStatus"] for each in cluster.tasks()] == ["RUNNING"])
    cluster.until(lambda: cluster.tasks("STOPPED")[0]["lastStatus"] == "STOPPED")
    (stopped,) = cluster.tasks("STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "a person wanted it")
    assert stopped["containers"][0]["exitCode"] == 0


def test_a_task_that_ignores_sigterm_is_killed_after_its_stop_timeout(cluster: Cluster) -> None:
    cluster.create(cluster.definition(STUBBORN, stopTimeout=100))
    cluster.until(cluster.is_steady)
    cluster.update(desiredCount=0)
    cluster.until(lambda: [task["lastStatus"] for task in cluster.tasks("STOPPED")] == ["STOPPED"])
    (task,) = cluster.tasks("STOPPED")
    assert task["containers"][0]["exitCode"] == 137
    waited = (task["stoppedAt"] - task["stoppingAt"]).total_seconds()
    assert waited >= 100 / 50


def test_stop_then_start_never_counts_two_tasks_but_the_next_may_start_while_one_still_stops(cluster: Cluster) -> None:
    cluster.create(cluster.definition(STUBBORN, stopTimeout=60), deploymentConfiguration={**STOP_THEN_START})
    cluster.until(cluster.is_steady)
    new = cluster.definition(SLEEP)
    cluster.update(taskDefinition=new)
    counts = set()

    def replaced() -> bool:
        service = cluster.service()
        counts.add(service["runningCount"] + service["pendingCount"])
        return [task["taskDefinitionArn"] for task in cluster.tasks() if task["lastStatus"] == "RUNNING"] == [new]

    cluster.until(replaced)
    (old,) = cluster.tasks("STOPPED")
    assert counts <= {0, 1}
    assert old["lastStatus"] == "STOPPING", "ECS limits running and pending tasks, not those that stop: a trader needs a lease"


def test_fewer_and_more_wanted_tasks_stop_and_start_some_without_a_new_deployment(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP), desiredCount=1)
    cluster.until(cluster.is_steady)
    (before,) = cluster.service()["deployments"]
    for count in (3, 0, 1):
        cluster.update(desiredCount=count)
        cluster.until(lambda count=count: len(cluster.tasks()) == count and cluster.is_steady())  # type: ignore[misc]  # a default binds the loop's value
    assert [each["id"] for each in cluster.service()["deployments"]] == [before["id"]]


def test_a_forced_deployment_replaces_tasks_of_the_same_definition(cluster: Cluster) -> None:
    definition = cluster.definition(SLEEP)
    cluster.create(definition)
    cluster.until(cluster.is_steady)
    (old,) = cluster.tasks()
    cluster.update(taskDefinition=definition, healthCheckGracePeriodSeconds=7)
    assert len(cluster.service()["deployments"]) == 1, "nothing that tasks are made of has changed"
    cluster.update(forceNewDeployment=True)
    cluster.until(lambda: cluster.is_steady() and cluster.tasks() and cluster.tasks()[0]["taskArn"] != old["taskArn"])


def test_a_container_that_fails_its_health_check_is_replaced_with_the_words_that_doctor_reads(cluster: Cluster) -> None:
    check = {"command": ["CMD-SHELL", "exit 1"], "interval": 5, "retries": 1, "startPeriod": 0}
    cluster.create(cluster.definition(SLEEP, healthCheck=check), deploymentConfiguration={})
    cluster.until(lambda: any(task["stopCode"] == "ServiceSchedulerInitiated" for task in cluster.tasks("STOPPED")))
    reasons = {task["stoppedReason"] for task in cluster.tasks("STOPPED")}
    assert reasons == {"Task failed container health checks"}
    assert trouble(reasons.pop()) is Trouble.UNHEALTHY


def test_an_unhealthy_task_of_a_completed_deployment_is_replaced_before_it_stops(cluster: Cluster) -> None:
    begun = "import os, pathlib, time; pathlib.Path(os.environ['TMPDIR'], 'begun').write_text(str(time.time())); time.sleep(1000)"
    young = "import os, pathlib, time; raise SystemExit(time.time() - float(pathlib.Path(os.environ['TMPDIR'], 'begun').read_text()) > 4)"
    check = {"command": ["CMD", "python3", "-c", young], "interval": 5, "retries": 1, "startPeriod": 300}
    cluster.create(cluster.definition(begun, healthCheck=check), deploymentConfiguration={})
    cluster.until(cluster.is_steady)
    (first,) = cluster.tasks()
    cluster.until(lambda: first["taskArn"] not in {task["taskArn"] for task in cluster.tasks()})
    (old,) = [task for task in cluster.tasks("STOPPED") if task["taskArn"] == first["taskArn"]]
    assert old["stoppedReason"] == "Task failed container health checks"
    others = [task for task in (*cluster.tasks(), *cluster.tasks("STOPPED")) if task["taskArn"] != first["taskArn"]]
    assert min(task["startedAt"] for task in others) < old["stoppingAt"]


def test_a_deleted_service_drains_and_until_then_its_cluster_cannot_go(cluster: Cluster) -> None:
    cluster.create(cluster.definition(STUBBORN, stopTimeout=60))
    cluster.until(cluster.is_steady)
    with pytest.raises(LocalApiError, match="scaled above 0"):
        call("ecs", "DeleteService", cluster=cluster.name, service="api")
    call("ecs", "DeleteService", cluster=cluster.name, service="api", force=True)
    assert cluster.service()["status"] == "DRAINING"
    with pytest.raises(LocalApiError) as refused:
        call("ecs", "DeleteCluster", cluster=cluster.name)
    assert refused.value.code == "ClusterContainsServicesException"
    cluster.until(lambda: cluster.service()["status"] == "INACTIVE")
    assert [task["lastStatus"] for task in cluster.tasks("STOPPED")] == ["STOPPED"]


def test_a_task_of_its_own_runs_once_with_other_words_and_variables(cluster: Cluster) -> None:
    overrides = {
        "containerOverrides": [
            {
                "name": "app",
                "command": ["python3", "-c", "import os; raise SystemExit(int(os.environ['CODE']))"],
                "environment": [{"name": "CODE", "value": "7"}],
            }
        ]
    }
    call(
        "ecs",
        "RunTask",
        cluster=cluster.name,
        taskDefinition=cluster.definition(SLEEP),
        launchType="FARGATE",
        networkConfiguration=cluster.network,
        overrides=overrides,
        startedBy="a-person",
    )
    cluster.until(lambda: [task["lastStatus"] for task in cluster.tasks("STOPPED")] == ["STOPPED"])
    (task,) = cluster.tasks("STOPPED")
    assert (task["stopCode"], task["containers"][0]["exitCode"], task["startedBy"]) == ("EssentialContainerExited", 7, "a-person")
    assert not cluster.tasks()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"taskDefinition": "a/b"}, "TaskDefinition not found"),
        ({"networkConfiguration": {}}, "Network Configuration must be provided"),
        ({"taskDefinition": "nothing:1"}, "TaskDefinition not found"),
    ],
)
def test_a_service_that_ecs_would_refuse_is_refused(cluster: Cluster, settings: dict[str, Any], words: str) -> None:
    definition = settings.pop("taskDefinition", None) or cluster.definition(SLEEP)
    with pytest.raises(LocalApiError, match=words):
        cluster.create(str(definition), **settings)


def test_a_service_that_is_not_on_fargate_starts_no_task_and_says_why(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP), launchType="EC2", networkConfiguration={})
    cluster.until(cluster.messages)
    (message,) = cluster.messages()
    assert message.endswith("Reason: No Container Instances were found in your cluster.")
    assert not cluster.tasks()


def test_a_service_cannot_be_created_twice(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP))
    with pytest.raises(LocalApiError, match="not idempotent"):
        cluster.create(cluster.definition(SLEEP))
