"""A good release moves all traffic to the new version, and no request fails meanwhile."""

import logging
from typing import Any

import pytest

from tests.local_cloud.deployment_controller.events import Events
from tests.local_cloud.deployment_controller.releases import Site

pytestmark = pytest.mark.local_cloud

_log = logging.getLogger(__name__)


def test_the_first_deployment_ends_with_all_traffic_on_the_alternate_target_group(shop: Site) -> None:
    shop.create(shop.version("one"))
    shop.until_over()
    assert shop.weights() == {"blue": 0, "green": 100}
    assert shop.weights(shop.test) == {"blue": 0, "green": 100}
    assert shop.ask() == "one"
    assert shop.cluster.is_steady()


def test_no_request_fails_during_good_releases_and_the_target_groups_change_roles_with_each(shop: Site) -> None:
    shop.create(shop.version("one"))
    shop.until_over()
    with shop.traffic() as seen:
        for name, serving in (("two", "blue"), ("three", "green")):
            new = shop.version(name)
            shop.deploy(new)
            shop.until_over()
            assert shop.weights()[serving] == 100
            assert shop.running() == {new}
    _log.info("good releases: %s requests, %s failed", len(seen.answers), seen.failed)
    assert seen.failed == 0
    assert min(seen.of(name) for name in ("one", "two", "three")) > 0


def test_the_test_rule_shows_the_new_version_while_production_still_serves_the_old_one(shop: Site) -> None:
    shop.create(shop.version("one"))
    shop.until_over()
    pause = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
    shop.deploy(shop.version("two"), deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": [pause]})
    shop.until_stage("POST_TEST_TRAFFIC_SHIFT")
    assert (shop.ask(), shop.ask_test()) == ("one", "two")
    assert shop.healthy() == {"blue": 2, "green": 2}
    assert len(shop.running()) == 2
    target, (source,) = shop.newest["targetServiceRevision"], shop.newest["sourceServiceRevisions"]
    assert (target["requestedTestTrafficWeight"], target["requestedProductionTrafficWeight"]) == (100, 0)
    assert (source["requestedTestTrafficWeight"], source["requestedProductionTrafficWeight"]) == (0, 100)
    assert (source["runningTaskCount"], target["runningTaskCount"]) == (2, 2)


@pytest.mark.parametrize(
    ("strategy", "configuration", "shares"),
    [
        ("CANARY", {"canaryConfiguration": {"canaryPercent": 20, "canaryBakeTimeInMinutes": 1}}, [20, 100]),
        ("LINEAR", {"linearConfiguration": {"stepPercent": 40, "stepBakeTimeInMinutes": 1}}, [40, 80, 100]),
    ],
)
def test_canary_and_linear_deployments_move_traffic_in_steps_and_bake_between_them(
    shop: Site, strategy: str, configuration: dict[str, Any], shares: list[int]
) -> None:
    shop.create(shop.version("one"), strategy=strategy, bake=0, desired=1)
    shop.until_over()
    seen: list[int] = []

    def is_over() -> bool:
        share = shop.weights()["blue"]
        if share and seen[-1:] != [share]:
            seen.append(share)
        return bool(shop.newest["status"] == "SUCCESSFUL")

    bake = {"strategy": strategy, "bakeTimeInMinutes": 0, **configuration}
    with shop.traffic() as requests:
        shop.deploy(shop.version("two"), deploymentConfiguration=bake)
        shop.until(is_over)
    assert seen == shares
    assert requests.failed == 0
    begun, ended = shop.newest["startedAt"], shop.newest["finishedAt"]
    assert (ended - begun).total_seconds() >= 60 * (len(shares) - 1) / 50


def test_a_forced_deployment_of_the_same_version_takes_the_same_way(shop: Site) -> None:
    definition = shop.version("one")
    shop.create(definition, desired=1, bake=0)
    shop.until_over()
    shop.cluster.update(forceNewDeployment=True)
    shop.until_over()
    assert shop.weights() == {"blue": 100, "green": 0}
    assert [each["status"] for each in shop.deployments()] == ["SUCCESSFUL", "SUCCESSFUL"]


def test_a_rolling_service_becomes_one_that_shifts_traffic_without_a_failed_request(shop: Site) -> None:
    plain = {name: value for name, value in shop.load_balancer.items() if name != "advancedConfiguration"}
    shop.cluster.create(shop.version("one"), loadBalancers=[plain], healthCheckGracePeriodSeconds=60)
    shop.until(shop.cluster.is_steady)
    assert shop.newest["status"] == "SUCCESSFUL"
    with shop.traffic() as seen:
        shifting = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}
        shop.deploy(shop.version("two"), loadBalancers=[shop.load_balancer], deploymentConfiguration=shifting)
        shop.until_over()
    assert seen.failed == 0
    assert shop.ask() == "two"
    assert shop.weights() == {"blue": 0, "green": 100}


def test_events_tell_how_a_deployment_went(shop: Site, events: Events) -> None:
    shop.create(shop.version("one"), desired=1, bake=0)
    shop.until_over()
    (deployment,) = shop.cluster.service()["deployments"]
    told = [(each["eventName"], each["deploymentId"]) for each in events.of("ECS Deployment State Change")]
    assert told == [("SERVICE_DEPLOYMENT_IN_PROGRESS", deployment["id"]), ("SERVICE_DEPLOYMENT_COMPLETED", deployment["id"])]
    assert {(each["source"], *each["resources"]) for each in events.heard} == {("aws.ecs", shop.cluster.service()["serviceArn"])}
