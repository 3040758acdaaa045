"""A deployment that a person or another deployment ends early, and what the API says of service deployments."""

from typing import Any

import pytest

from tests.local_cloud.clusters import SLEEP, Cluster
from tests.local_cloud.deployment_controller.releases import Site
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def running(shop: Site) -> Site:
    """A service with one task of its first version, whose later deployments bake for half an hour."""
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    shop.cluster.update(deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 30})
    return shop


def stop(deployment: dict[str, Any], **how: str) -> None:
    """Ends a deployment."""
    call("ecs", "StopServiceDeployment", serviceDeploymentArn=deployment["serviceDeploymentArn"], **how)


def test_a_deployment_that_a_person_stops_in_its_bake_time_is_rolled_back_and_fails_no_request(running: Site) -> None:
    with running.traffic() as seen:
        running.deploy(running.version("two"))
        running.until_stage("BAKE_TIME")
        assert running.ask() == "two"
        stop(running.newest, stopType="ROLLBACK")
        assert running.newest["status"].startswith("ROLLBACK_")
        running.until_over("ROLLBACK_SUCCESSFUL")
    assert seen.failed == 0
    assert running.ask() == "one"
    assert running.newest["statusReason"] == "Service deployment rolled back because a rollback was requested."
    with pytest.raises(LocalApiError) as refused:
        stop(running.newest)
    assert refused.value.code == "ConflictException"


def test_a_second_deployment_during_a_first_stops_it_and_goes_on_from_the_version_that_completed(running: Site) -> None:
    old, third = running.newest, running.version("three")
    with running.traffic() as seen:
        running.deploy(running.version("two"))
        running.until_stage("BAKE_TIME")
        running.deploy(third, deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})
        running.until_over()
    assert seen.failed == 0
    assert [each["status"] for each in running.deployments()] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]
    (source,) = running.newest["sourceServiceRevisions"]
    assert source["arn"] == old["targetServiceRevision"]["arn"]
    assert running.running() == {third}
    assert running.ask() == "three"


def test_a_deployment_that_is_aborted_leaves_both_versions_and_the_next_reconciles_them(running: Site) -> None:
    running.deploy(running.version("two"))
    running.until_stage("BAKE_TIME")
    stop(running.newest, stopType="ABORT")
    running.until_over("STOPPED")
    assert len(running.running()) == 2
    assert running.ask() == "two"
    third = running.version("three")
    running.deploy(third, deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0})
    running.until_over()
    assert running.running() == {third}
    assert running.ask() == "three"


def test_a_service_that_is_deleted_during_a_deployment_ends_with_it(running: Site) -> None:
    running.deploy(running.version("two"))
    running.until_stage("BAKE_TIME")
    call("ecs", "DeleteService", cluster=running.cluster.name, service="api", force=True)
    running.until(lambda: running.cluster.service()["status"] == "INACTIVE")
    assert not running.cluster.tasks()
    assert running.deployments() == []


def test_a_service_scales_while_both_versions_run(running: Site) -> None:
    running.deploy(running.version("two"))
    running.until_stage("BAKE_TIME")
    running.cluster.update(desiredCount=2)
    running.until(lambda: running.healthy() == {"blue": 2, "green": 2})
    assert len(running.deployments()) == 2, "no new deployment"


def test_revisions_say_what_they_deploy_and_where(running: Site) -> None:
    target = running.newest["targetServiceRevision"]["arn"]
    (found,) = call("ecs", "DescribeServiceRevisions", serviceRevisionArns=[target])["serviceRevisions"]
    service = running.cluster.service()
    assert (found["serviceArn"], found["taskDefinition"]) == (service["serviceArn"], service["taskDefinition"])
    assert found["loadBalancers"] == [running.load_balancer]
    assert found["resolvedConfiguration"]["loadBalancers"] == [
        {"targetGroupArn": running.green, "productionListenerRule": running.production}
    ]
    missing = f"{target}0"
    assert call("ecs", "DescribeServiceRevisions", serviceRevisionArns=[missing])["failures"] == [{"arn": missing, "reason": "MISSING"}]


def test_deployments_are_listed_by_status_and_page_and_a_service_that_does_not_exist_is_refused(running: Site) -> None:
    running.deploy(running.version("two"))

    def listed(**asked: Any) -> dict[str, Any]:
        return call("ecs", "ListServiceDeployments", **{"cluster": running.cluster.name, "service": "api", **asked})

    assert [each["status"] for each in listed(status=["SUCCESSFUL"])["serviceDeployments"]] == ["SUCCESSFUL"]
    first = listed(maxResults=1)
    (second,) = listed(maxResults=1, nextToken=first["nextToken"])["serviceDeployments"]
    assert (second["status"], len(first["serviceDeployments"])) == ("SUCCESSFUL", 1)
    assert running.cluster.service()["currentServiceDeployment"] == first["serviceDeployments"][0]["serviceDeploymentArn"]
    with pytest.raises(LocalApiError) as refused:
        listed(service="other")
    assert refused.value.code == "ServiceNotFoundException"


def test_a_deployment_that_replaces_tasks_has_a_service_deployment_too_and_can_be_rolled_back(cluster: Cluster) -> None:
    def newest() -> dict[str, Any]:
        found = call("ecs", "ListServiceDeployments", cluster=cluster.name, service="api")["serviceDeployments"]
        return dict(found[0])

    old = cluster.definition(SLEEP)
    cluster.create(old)
    cluster.until(lambda: newest()["status"] == "SUCCESSFUL")
    cluster.update(taskDefinition=cluster.definition(SLEEP))
    assert newest()["status"] == "IN_PROGRESS"
    stop(newest())
    cluster.until(lambda: newest()["status"] == "ROLLBACK_SUCCESSFUL")
    assert cluster.service()["taskDefinition"] == old
    with pytest.raises(LocalApiError) as refused:
        stop({"serviceDeploymentArn": newest()["serviceDeploymentArn"] + "0"})
    assert refused.value.code == "ServiceDeploymentNotFoundException"
