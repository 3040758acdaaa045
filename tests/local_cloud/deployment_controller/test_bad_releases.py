"""Every bad release ends on the old version by itself, and says why. The requests that fail meanwhile are counted and logged."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_cloud.deployment_controller.events import Events
from tests.local_cloud.deployment_controller.releases import ALARM, Answered, Site, Traffic, alarm_on, allow
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.local_cloud

_log = logging.getLogger(__name__)

ALARMS = {"alarms": {"alarmNames": [ALARM], "enable": True, "rollback": True}}
SLOW_SECONDS = 0.5


def is_back(shop: Site, old: str, seen: Traffic) -> None:
    """Everything is as before the release."""
    assert shop.weights() == {"blue": 0, "green": 100}
    assert shop.weights(shop.test) == {"blue": 0, "green": 100}
    assert shop.running() == {old}
    assert shop.cluster.service()["taskDefinition"] == old
    assert shop.ask() == "one"
    shop.until(shop.cluster.is_steady)
    last = seen.answers[-3:]
    assert [each.status for each in last] == [200] * 3


def test_a_release_that_dies_at_its_start_is_rolled_back_by_the_circuit_breaker_and_fails_no_request(shop: Site, events: Events) -> None:
    old = shop.version("one")
    shop.create(old, bake=0)
    shop.until_over()
    with shop.traffic() as seen:
        shop.deploy(shop.cluster.definition("raise SystemExit(3)", portMappings=[{"containerPort": 8001}]))
        shop.until_over("ROLLBACK_SUCCESSFUL")
        is_back(shop, old, seen)
    _log.info("dies at its start: %s requests, %s failed", len(seen.answers), seen.failed)
    assert seen.failed == 0
    found = shop.newest
    assert found["statusReason"] == "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert found["rollback"]["serviceRevisionArn"] == found["sourceServiceRevisions"][0]["arn"]
    told = [each["eventName"].removeprefix("SERVICE_DEPLOYMENT_") for each in events.of("ECS Deployment State Change")]
    assert told[2:] == ["IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED"]


def test_a_release_that_is_never_healthy_is_rolled_back_and_fails_no_request(shop: Site) -> None:
    old = shop.version("one")
    shop.create(old, bake=0)
    shop.until_over()
    with shop.traffic() as seen:
        shop.deploy(shop.version("two", health=500), healthCheckGracePeriodSeconds=5)
        shop.until_over("ROLLBACK_SUCCESSFUL")
        is_back(shop, old, seen)
    _log.info("never healthy: %s requests, %s failed", len(seen.answers), seen.failed)
    assert seen.failed == 0
    assert seen.of("two") == 0


@pytest.mark.parametrize(
    ("bad", "measured", "threshold"),
    [
        ({"seconds": SLOW_SECONDS}, lambda answer: answer.seconds if answer.version == "two" else 0.0, SLOW_SECONDS - 0.1),
        ({"status": 500}, lambda answer: float(answer.status == 500), 0.0),
    ],
    ids=["slow", "answers 500 after the switch"],
)
def test_a_release_that_is_bad_once_it_serves_is_rolled_back_by_its_alarm(
    shop: Site, bad: dict[str, Any], measured: Callable[[Answered], float], threshold: float
) -> None:
    old = shop.version("one")
    shop.create(old, bake=0)
    shop.until_over()
    configuration = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 30, **ALARMS}
    with shop.traffic() as seen, alarm_on(seen, measured, threshold):
        shop.deploy(shop.version("two", **bad), deploymentConfiguration=configuration)
        shop.until_over("ROLLBACK_SUCCESSFUL")
        is_back(shop, old, seen)
    _log.info("%s: %s requests, %s failed, %s by the new version", bad, len(seen.answers), seen.failed, seen.of("two"))
    assert seen.of("two") > 0
    assert seen.failed <= seen.of("two")
    found = shop.newest
    assert found["alarms"] == {"status": "TRIGGERED", "alarmNames": [ALARM], "triggeredAlarmNames": [ALARM]}
    assert ALARM in found["statusReason"]
    assert found["lifecycleStage"] == "TEST_TRAFFIC_SHIFT", "all traffic moved back, production first"


def test_an_alarm_that_rings_already_when_a_deployment_begins_does_not_end_it(shop: Site) -> None:
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    with alarm_on(Traffic(), lambda _answer: 0.0, 0.0):
        call("cloudwatch", "SetAlarmState", AlarmName=ALARM, StateValue="ALARM", StateReason="rings")
        shop.deploy(shop.version("two"), deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1, **ALARMS})
        shop.until_over()
    assert shop.newest["alarms"]["status"] == "DISABLED"


def test_a_first_release_that_dies_has_no_way_back(shop: Site) -> None:
    shop.create(shop.cluster.definition("raise SystemExit(3)", portMappings=[{"containerPort": 8001}]), desired=1)
    shop.until_over("ROLLBACK_FAILED")
    assert shop.newest["statusReason"] == "No rollback candidate was found to run the rollback."
    shop.until(lambda: not shop.cluster.tasks())
    shop.deploy(shop.version("two"))
    shop.until_over()
    assert shop.ask() == "two"


def test_a_role_that_may_not_change_the_rule_ends_the_deployment_before_any_traffic_moves(shop: Site) -> None:
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    allow(
        shop.role.rpartition("/")[2],
        "elasticloadbalancing:Describe*",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    )
    shop.deploy(shop.version("two"))
    shop.until_over("ROLLBACK_SUCCESSFUL")
    assert "TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. User: " in shop.newest["statusReason"]
    assert "is not authorized to perform: elasticloadbalancing:ModifyRule on resource" in shop.newest["statusReason"]
    assert shop.ask() == "one"


def test_a_rule_that_somebody_moved_to_two_target_groups_ends_the_deployment_in_awss_words(shop: Site) -> None:
    shop.create(shop.version("one"), bake=0, desired=1)
    shop.until_over()
    groups = [{"TargetGroupArn": each, "Weight": 50} for each in (shop.blue, shop.green)]
    call("elbv2", "ModifyRule", RuleArn=shop.production, Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])
    shop.deploy(shop.version("two"))
    shop.until(lambda: shop.newest["status"].startswith("ROLLBACK_"))
    assert "should have exactly one target group serving traffic but found 2 target groups" in shop.newest["statusReason"]
