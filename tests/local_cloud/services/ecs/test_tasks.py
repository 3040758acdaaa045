"""Commands in tasks, and lists of tasks."""

import pytest

from tests.local_cloud.clusters import SLEEP, Cluster
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.local_cloud


def refused(cluster: Cluster, task: str) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("ecs", "ExecuteCommand", cluster=cluster.name, task=task, command="ls", interactive=True)
    return raised.value.code


def test_a_command_is_refused_where_it_was_not_allowed_and_cannot_be_run_where_it_was(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP))
    cluster.create(cluster.definition(SLEEP), name="open", enableExecuteCommand=True)
    cluster.until(lambda: len(cluster.tasks()) == 2)
    closed, opened = (next(t["taskArn"] for t in cluster.tasks() if t["group"] == f"service:{name}") for name in ("api", "open"))
    assert refused(cluster, closed) == "InvalidParameterException"
    assert refused(cluster, opened) == "TargetNotConnectedException"


def test_a_command_in_an_unknown_task_is_refused(cluster: Cluster) -> None:
    assert refused(cluster, "0123456789abcdef0123456789abcdef") == "InvalidParameterException"


def test_tasks_are_listed_by_service_family_and_starter_page_by_page(cluster: Cluster) -> None:
    cluster.create(cluster.definition(SLEEP), desiredCount=3)
    cluster.until(lambda: len(cluster.tasks()) == 3)
    deployment = cluster.service()["deployments"][0]["id"]

    def listed(**asked: object) -> int:
        return len(call("ecs", "ListTasks", cluster=cluster.name, **asked)["taskArns"])

    assert listed() == listed(serviceName="api") == listed(family=cluster.name) == listed(startedBy=deployment) == 3
    assert listed(serviceName="other") == listed(family="other") == listed(startedBy="other") == listed(desiredStatus="STOPPED") == 0
    first = call("ecs", "ListTasks", cluster=cluster.name, maxResults=2)
    assert (len(first["taskArns"]), listed(maxResults=2, nextToken=first["nextToken"])) == (2, 1)


def test_what_does_not_exist_is_a_failure_and_an_unknown_cluster_an_error(cluster: Cluster) -> None:
    assert call("ecs", "DescribeTasks", cluster=cluster.name, tasks=["gone"])["failures"][0]["reason"] == "MISSING"
    assert call("ecs", "DescribeServices", cluster=cluster.name, services=["gone"])["failures"][0]["reason"] == "MISSING"
    with pytest.raises(LocalApiError) as raised:
        call("ecs", "ListTasks", cluster="gone")
    assert raised.value.code == "ClusterNotFoundException"
