"""AWS::ECS::Service: every setting reaches ECS, and CloudFormation waits for the deployment as on AWS."""

from typing import Any

import pytest

from tests.local_cloud.clusters import SLEEP, Cluster
from tradingbot_infra.local_cloud.handlers.ecs_service import ServiceFailedError, in_full
from tradingbot_infra.local_cloud.ministack.creation import MadeButFailedError

pytestmark = pytest.mark.local_cloud

HANDLER = in_full({})
TRIGGERED = "ECS Deployment Circuit Breaker was triggered"


@pytest.fixture
def properties(cluster: Cluster) -> dict[str, Any]:
    """Of a service, written as a template writes them."""
    return {
        "ServiceName": "api",
        "Cluster": cluster.name,
        "TaskDefinition": cluster.definition(SLEEP),
        "DesiredCount": "2",
        "LaunchType": "FARGATE",
        "EnableExecuteCommand": "true",
        "HealthCheckGracePeriodSeconds": 60,
        "DeploymentConfiguration": {"MaximumPercent": 200, "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}},
        "NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "DISABLED", "Subnets": [cluster.subnet]}},
        "Tags": [{"Key": "Owner", "Value": "ops"}],
    }


def test_a_service_is_steady_and_has_every_setting_when_its_creation_ends(cluster: Cluster, properties: dict[str, Any]) -> None:
    arn, attributes = HANDLER["create"]("Api", properties, "lab")
    found = cluster.service()
    assert (found["serviceArn"], attributes) == (arn, {"ServiceArn": arn, "Name": "api"})
    assert cluster.is_steady()
    assert (found["desiredCount"], found["runningCount"], found["launchType"]) == (2, 2, "FARGATE")
    assert (found["enableExecuteCommand"], found["healthCheckGracePeriodSeconds"]) == (True, 60)
    assert found["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == [cluster.subnet]
    assert found["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert all(task["enableExecuteCommand"] for task in cluster.tasks())
    HANDLER["delete"](arn, properties)
    assert cluster.service()["status"] == "INACTIVE"
    assert not cluster.tasks()


def test_a_service_without_a_name_is_named_after_its_stack(cluster: Cluster, properties: dict[str, Any]) -> None:
    del properties["ServiceName"]
    arn, attributes = HANDLER["create"]("Api", properties, "lab")
    HANDLER["delete"](arn, properties)
    assert arn.rpartition("/")[2] == attributes["Name"]
    assert attributes["Name"].startswith("lab-Api")


def test_a_first_deployment_that_fails_is_a_failed_creation(cluster: Cluster, properties: dict[str, Any]) -> None:
    properties["TaskDefinition"] = cluster.definition("raise SystemExit(1)")
    with pytest.raises(MadeButFailedError, match=TRIGGERED) as failed:
        HANDLER["create"]("Api", properties, "lab")
    cluster.services.append("api")
    assert failed.value.physical_id.endswith("/api"), "a rollback needs to know what to delete"


def test_an_update_waits_for_its_deployment_and_fails_when_ecs_rolls_it_back(cluster: Cluster, properties: dict[str, Any]) -> None:
    arn, _ = HANDLER["create"]("Api", properties, "lab")
    cluster.services.append("api")
    better = {**properties, "TaskDefinition": cluster.definition(SLEEP)}
    assert HANDLER["update"](arn, properties, better, "lab", "Api")[0] == arn
    assert cluster.is_steady()
    assert {task["taskDefinitionArn"] for task in cluster.tasks()} == {better["TaskDefinition"]}
    worse = {**properties, "TaskDefinition": cluster.definition("raise SystemExit(1)")}
    with pytest.raises(ServiceFailedError, match=TRIGGERED):
        HANDLER["update"](arn, better, worse, "lab", "Api")
    HANDLER["update"](arn, worse, better, "lab", "Api")
    assert {task["taskDefinitionArn"] for task in cluster.tasks()} == {better["TaskDefinition"]}


def test_a_change_of_the_name_needs_a_new_service(cluster: Cluster, properties: dict[str, Any]) -> None:
    arn, _ = HANDLER["create"]("Api", properties, "lab")
    renamed = {**properties, "ServiceName": "other"}
    other, _ = HANDLER["update"](arn, properties, renamed, "lab", "Api")
    cluster.services += ["api", "other"]
    assert other.rpartition("/")[2] == "other"


def test_deleting_a_service_or_a_cluster_that_is_gone_succeeds(cluster: Cluster, properties: dict[str, Any]) -> None:
    HANDLER["delete"](f"arn:aws:ecs:ap-southeast-2:000000000000:service/{cluster.name}/gone", properties)
    HANDLER["delete"]("arn:aws:ecs:ap-southeast-2:000000000000:service/gone/gone", {**properties, "Cluster": "gone"})
