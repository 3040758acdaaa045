"""ECS: what stopped and why, commands that cannot run, and events that did not happen."""

import uuid
from typing import Any

import pytest
from ministack.services.cloudformation import provisioners
from ministack.services.ecs import _describe_services

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.completions import COMPLETIONS
from tradingbot_infra.local_cloud.in_process import call

# ECS answers from a thread with an event loop of its own, which needs a socket.
pytestmark = pytest.mark.local_cloud


@pytest.fixture
def cluster() -> str:
    name = uuid.uuid4().hex
    call("ecs", "CreateCluster", clusterName=name)
    call("ecs", "RegisterTaskDefinition", family=name, containerDefinitions=[{"name": "app", "image": "app"}])
    return name


def start(cluster: str, **settings: object) -> str:
    """The one task of a service called api."""
    call("ecs", "CreateService", cluster=cluster, serviceName="api", taskDefinition=cluster, desiredCount=1, **settings)
    (task,) = call("ecs", "ListTasks", cluster=cluster)["taskArns"]
    return str(task)


def service(cluster: str) -> dict[str, Any]:
    (found,) = call("ecs", "DescribeServices", cluster=cluster, services=["api"])["services"]
    return dict(found)


def refused(**parameters: object) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("ecs", "ExecuteCommand", command="ls", interactive=True, **parameters)
    return raised.value.code


def test_a_stopped_task_is_listed_with_the_reason_that_was_given(cluster: str) -> None:
    task = start(cluster)
    call("ecs", "StopTask", cluster=cluster, task=task, reason="CannotPullContainerError: no such image")
    assert call("ecs", "ListTasks", cluster=cluster, desiredStatus="STOPPED")["taskArns"] == [task]
    (found,) = call("ecs", "DescribeTasks", cluster=cluster, tasks=[task])["tasks"]
    assert (found["lastStatus"], found["stoppedReason"]) == ("STOPPED", "CannotPullContainerError: no such image")
    assert (service(cluster)["desiredCount"], service(cluster)["runningCount"]) == (1, 0)


def test_an_update_adds_no_event_that_did_not_happen(cluster: str) -> None:
    start(cluster)
    call("ecs", "UpdateService", cluster=cluster, service="api", desiredCount=2)
    assert service(cluster)["events"] == []
    assert b"has begun draining connections" in _describe_services({"cluster": cluster, "services": ["api"]})[2], "ministack stopped it"


def test_a_command_is_refused_where_it_was_not_allowed_and_cannot_be_run_where_it_was(cluster: str) -> None:
    assert refused(cluster=cluster, task=start(cluster)) == "InvalidParameterException"
    (task,) = call("ecs", "RunTask", cluster=cluster, taskDefinition=cluster, enableExecuteCommand=True)["tasks"]
    assert refused(cluster=cluster, task=task["taskArn"]) == "TargetNotConnectedException"


def test_a_command_in_an_unknown_task_is_refused(cluster: str) -> None:
    assert refused(cluster=cluster, task="0123456789abcdef0123456789abcdef") == "InvalidParameterException"


def test_a_service_of_a_stack_has_every_setting_from_the_beginning(cluster: str) -> None:
    handler = COMPLETIONS["AWS::ECS::Service"](provisioners.__dict__["_RESOURCE_HANDLERS"]["AWS::ECS::Service"])
    properties = {
        "ServiceName": "api",
        "Cluster": cluster,
        "TaskDefinition": cluster,
        "DesiredCount": "2",
        "LaunchType": "FARGATE",
        "EnableExecuteCommand": "true",
        "HealthCheckGracePeriodSeconds": 60,
        "DeploymentConfiguration": {"MaximumPercent": 200, "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}},
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {"AssignPublicIp": "DISABLED", "Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}
        },
        "Tags": [{"Key": "Owner", "Value": "ops"}],
    }
    arn, attributes = handler["create"]("Api", properties, "lab")
    found = service(cluster)
    assert (found["serviceArn"], attributes) == (arn, {"ServiceArn": arn, "Name": "api"})
    assert (found["desiredCount"], found["runningCount"], found["launchType"]) == (2, 2, "FARGATE")
    assert (found["enableExecuteCommand"], found["healthCheckGracePeriodSeconds"]) == (True, 60)
    assert found["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["subnet-1"]
    assert found["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    (task, _) = call("ecs", "DescribeTasks", cluster=cluster, tasks=call("ecs", "ListTasks", cluster=cluster)["taskArns"])["tasks"]
    assert task["enableExecuteCommand"] is True
    handler["delete"](arn, properties)
    assert service(cluster)["status"] == "INACTIVE"


def test_a_service_without_a_name_is_named_after_its_stack(cluster: str) -> None:
    handler = COMPLETIONS["AWS::ECS::Service"](provisioners.__dict__["_RESOURCE_HANDLERS"]["AWS::ECS::Service"])
    arn, attributes = handler["create"]("Api", {"Cluster": cluster, "TaskDefinition": cluster}, "lab")
    assert attributes == {"ServiceArn": arn, "Name": "lab-Api"}
    assert arn.endswith(f"/{cluster}/lab-Api")


def test_ministack_still_leaves_settings_out_when_it_creates(cluster: str) -> None:
    create = provisioners.__dict__["_RESOURCE_HANDLERS"]["AWS::ECS::Service"]["create"]
    create("Api", {"ServiceName": "api", "Cluster": cluster, "TaskDefinition": cluster, "EnableExecuteCommand": True}, "lab")
    assert service(cluster)["enableExecuteCommand"] is False, "ministack keeps them now: remove with_every_setting"
