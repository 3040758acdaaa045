"""The steps of traffic, and what is refused before anything runs. No service and no cloud."""

from typing import Any

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller.checks import check
from tradingbot_infra.local_cloud.deployment_controller.strategies import Step, bake_minutes, steps, weights

RULE = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:listener-rule/app/shop/1/2/"
GROUP = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/"
ADVANCED = {
    "alternateTargetGroupArn": f"{GROUP}green/1",
    "productionListenerRule": f"{RULE}3",
    "testListenerRule": f"{RULE}4",
    "roleArn": "arn:aws:iam::000000000000:role/traffic",
}
BALANCER = {"targetGroupArn": f"{GROUP}blue/1", "containerName": "app", "containerPort": 8001, "advancedConfiguration": ADVANCED}
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 10}
PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}
LAMBDA = {"hookTargetArn": "arn:aws:lambda:ap-southeast-2:000000000000:function:f", "roleArn": "r", "lifecycleStages": ["PRE_SCALE_UP"]}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (BLUE_GREEN, [Step(100, 0)]),
        ({"strategy": "CANARY"}, [Step(5, 10), Step(100, 0)]),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.1, "canaryBakeTimeInMinutes": 0}}, [Step(0.1, 0), Step(100, 0)]),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 100.0}}, [Step(100, 0)]),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}, [Step(50, 6), Step(100, 0)]),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 100}}, [Step(100, 0)]),
    ],
)
def test_traffic_moves_in_these_steps(configuration: dict[str, Any], expected: list[Step]) -> None:
    assert list(steps(configuration)) == expected


def test_a_linear_deployment_of_ten_percent_has_ten_steps_and_no_bake_after_the_last() -> None:
    found = list(steps({"strategy": "LINEAR"}))
    assert [step.percent for step in found] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert {step.bake_minutes for step in found[:-1]} == {6}
    assert found[-1].bake_minutes == 0
    assert bake_minutes({"strategy": "LINEAR"}) == 0


@pytest.mark.parametrize(("percent", "expected"), [(0, (0, 100)), (5, (5, 95)), (100, (100, 0)), (0.1, (1, 998)), (99.9, (998, 1))])
def test_weights_are_whole_numbers_up_to_999_that_keep_a_small_share_and_a_large_one(percent: float, expected: tuple[int, int]) -> None:
    assert weights(percent) == expected


def test_what_the_templates_name_is_taken() -> None:
    hooks = [PAUSE, {**LAMBDA, "targetType": "AWS_LAMBDA"}, {**LAMBDA, "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}]
    check({"deploymentConfiguration": {**BLUE_GREEN, "lifecycleHooks": hooks}, "loadBalancers": [BALANCER]})
    check({"deploymentConfiguration": {"maximumPercent": 200}, "loadBalancers": [{"targetGroupArn": "any", "containerPort": 1}]})
    check({})


@pytest.mark.parametrize(
    ("configuration", "balancer", "words"),
    [
        ({"strategy": "BLUE_GREEN"}, {}, "bakeTimeInMinutes must be provided"),
        ({**BLUE_GREEN, "bakeTimeInMinutes": 1441}, {}, "between 0 and 1440"),
        ({**BLUE_GREEN, "canaryConfiguration": {"canaryPercent": 5}}, {}, "only valid when the deployment strategy is CANARY"),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0}}, {}, "between 0.1 and 100.0"),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.9}}, {}, "between 3.0 and 100.0"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**PAUSE, "targetType": "WAIT"}]}, {}, "Valid values are: AWS_LAMBDA, PAUSE"),
        ({**BLUE_GREEN, "lifecycleHooks": [PAUSE] * 11}, {}, "at most 10 PAUSE"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**PAUSE, "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}]}, {}, "for Pause Hook"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**PAUSE, "roleArn": "r"}]}, {}, "not applicable for PAUSE"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**PAUSE, "timeoutConfiguration": {"timeoutInMinutes": 20_161}}]}, {}, "between 1 and 20160"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**LAMBDA, "timeoutConfiguration": {"timeoutInMinutes": 1441}}]}, {}, "between 1 and 1440"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**LAMBDA, "roleArn": ""}]}, {}, "must be provided for AWS_LAMBDA"),
        ({**BLUE_GREEN, "lifecycleHooks": [{**PAUSE, "lifecycleStages": []}]}, {}, "lifecycleStages must be provided"),
        (BLUE_GREEN, {"advancedConfiguration": {}}, "advancedConfiguration field is required"),
        (BLUE_GREEN, {"targetGroupArn": ADVANCED["alternateTargetGroupArn"]}, "Duplicate targetGroupArn found"),
        (BLUE_GREEN, {"advancedConfiguration": {**ADVANCED, "testListenerRule": f"{RULE}3"}}, "both production and test"),
        (
            BLUE_GREEN,
            {"advancedConfiguration": {**ADVANCED, "productionListenerRule": RULE.replace("listener-rule", "listener")}},
            "Must be RuleArn for ALB or ListenerArn for NLB",
        ),
        (BLUE_GREEN, {"advancedConfiguration": {**ADVANCED, "roleArn": ""}}, "roleArn must be provided"),
    ],
)
def test_what_ecs_would_refuse_is_refused(configuration: dict[str, Any], balancer: dict[str, Any], words: str) -> None:
    with pytest.raises(LocalApiError, match=words) as refused:
        check({"deploymentConfiguration": configuration, "loadBalancers": [{**BALANCER, **balancer}]})
    assert refused.value.code == "InvalidParameterException"


def test_a_second_load_balancer_without_advanced_configuration_is_refused() -> None:
    plain = {"targetGroupArn": f"{GROUP}other/1", "containerName": "app", "containerPort": 8001}
    with pytest.raises(LocalApiError, match="Either all or none"):
        check({"deploymentConfiguration": BLUE_GREEN, "loadBalancers": [BALANCER, plain]})
