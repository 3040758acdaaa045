"""What stands before a deployment of a service that is there: another deployment, and traffic that nobody answers."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.preflight.conftest import plan_of, templates
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.preflight import service as checks
from tradingbot_infra.operations.preflight.check import Check, examine
from tradingbot_infra.operations.preflight.checks import CHECKS
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.verdict import Finding, Outcome

BLUE, GREEN = (f"arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/{name}/1" for name in ("blue", "green"))
RULE = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:listener-rule/app/api/1/2/3"
SHIFTING = {"alternateTargetGroupArn": GREEN, "productionListenerRule": RULE}
PASS, FAIL = Outcome.PASS, Outcome.FAIL


def finding(
    judge: Callable[[Plan], Iterable[Finding]],
    *,
    desired: int = 2,
    rollout: str = "COMPLETED",
    strategy: str = "ROLLING",
    running: dict[str, Any] | None = None,
    weights: tuple[int, int] | None = None,
    health: tuple[tuple[str, ...], ...] = (),
) -> Finding:
    """What a check finds. `health` are the states of targets by group, that with most traffic first."""
    with ExitStack() as entered:
        ecs, ecs_stub = entered.enter_context(boto3_client("ecs"))
        elbv2, elb_stub = entered.enter_context(boto3_client("elbv2"))
        found = {
            "serviceName": "api",
            "status": "ACTIVE",
            "taskDefinition": "td:7",
            "desiredCount": desired,
            "runningCount": desired,
            "pendingCount": 0,
            "deployments": [{"status": "PRIMARY", "rolloutState": rollout, "rolloutStateReason": f"ECS deployment is {rollout}."}],
            "deploymentConfiguration": {"strategy": strategy},
            "loadBalancers": [{"targetGroupArn": BLUE, **({"advancedConfiguration": SHIFTING} if strategy != "ROLLING" else {})}],
        }
        ecs_stub.add_response("describe_services", {"services": [found]})
        ecs_stub.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [{"name": "api"}]}})
        if judge is checks.settled and strategy != "ROLLING":
            brief = {"serviceDeploymentArn": "arn:x/abc", "createdAt": datetime(2026, 11, 29, tzinfo=UTC)}
            ecs_stub.add_response("list_service_deployments", {"serviceDeployments": [brief] if running else []})
            if running:
                described = {"serviceDeployments": [{**brief, **running}]}
                ecs_stub.add_response("describe_service_deployments", described, {"serviceDeploymentArns": ["arn:x/abc"]})
        if weights:
            groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in zip((BLUE, GREEN), weights, strict=True)]
            actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
            elb_stub.add_response("describe_rules", {"Rules": [{"Actions": actions}]})
        for states in health:
            targets = [{"Target": {"Id": f"10.0.0.{number}"}, "TargetHealth": {"State": state}} for number, state in enumerate(states)]
            elb_stub.add_response("describe_target_health", {"TargetHealthDescriptions": targets})
        (result,) = judge(plan_of(session_over(ecs=ecs, elbv2=elbv2), templates()))
    return result


@pytest.mark.parametrize("judge", [checks.settled, checks.weighted, checks.answered])
def test_before_the_first_deployment_there_is_nothing_to_check(judge: Any) -> None:
    with boto3_client("ecs") as (ecs, stubber), boto3_client("sts") as (sts, sts_stubber):
        stubber.add_client_error("describe_services", "ClusterNotFoundException")
        sts_stubber.add_response("get_caller_identity", {"Account": "111122223333"})
        (found,) = judge(plan_of(session_over(ecs=ecs, sts=sts), templates()))
    assert (found.outcome, found.found) == (PASS, "there is no service yet")


def test_a_rollout_that_goes_on_fails_and_one_that_failed_or_is_over_does_not() -> None:
    found = finding(checks.settled, rollout="IN_PROGRESS")
    assert (found.outcome, found.found) == (FAIL, "one goes on: ECS deployment is IN_PROGRESS.")
    assert "`tradingbot status --env production`" in plain(found.next_step)
    assert {finding(checks.settled, rollout=state).outcome for state in ("COMPLETED", "FAILED")} == {PASS}


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_IN_PROGRESS"])
def test_a_service_deployment_that_has_not_ended_fails_with_its_stage(status: str) -> None:
    found = finding(checks.settled, strategy="CANARY", running={"status": status, "lifecycleStage": "BAKE_TIME"})
    assert (found.outcome, found.found) == (FAIL, f"abc goes on: {status}, stage BAKE_TIME")
    assert plain(found.next_step).startswith("`tradingbot gate show --env production`")


def test_without_a_service_deployment_nothing_goes_on_whatever_the_rollout_says() -> None:
    assert finding(checks.settled, strategy="BLUE_GREEN", rollout="IN_PROGRESS").outcome is PASS


@pytest.mark.parametrize(
    ("weights", "health", "outcome"),
    [
        ((0, 100), (("healthy", "healthy"), ()), PASS),
        ((10, 90), (("healthy",), ("healthy",)), PASS),
        ((100, 0), ((), ("healthy", "healthy")), FAIL),
        ((10, 90), (("healthy",), ("unhealthy",)), FAIL),
        ((0, 0), (("healthy",), ()), FAIL),
        ((100, 0), (("unhealthy",), ()), PASS),
    ],
    ids=["after a release", "both", "written back", "a tenth", "none", "nobody is healthy anywhere"],
)
def test_weights_that_lead_away_from_healthy_targets_fail(
    weights: tuple[int, int], health: tuple[tuple[str, ...], ...], outcome: Outcome
) -> None:
    assert finding(checks.weighted, strategy="BLUE_GREEN", weights=weights, health=health).outcome is outcome


def test_where_tasks_are_replaced_or_none_is_wanted_no_weight_is_asked_for() -> None:
    assert finding(checks.weighted).outcome is PASS
    assert finding(checks.weighted, strategy="BLUE_GREEN", desired=0).outcome is PASS


def test_a_service_that_wants_tasks_has_a_healthy_target() -> None:
    assert finding(checks.answered, health=(("unhealthy", "healthy"),)).outcome is PASS
    assert finding(checks.answered, desired=0).outcome is PASS
    assert finding(checks.answered, strategy="BLUE_GREEN", weights=(0, 100), health=(("healthy",), ())).outcome is PASS
    found = finding(checks.answered, health=(("unhealthy", "initial"),))
    assert (found.outcome, found.found) == (FAIL, "no target is healthy, and 2 are wanted")


def test_a_release_in_between_and_wrong_weights_stop_a_deployment_and_a_dead_service_only_asks() -> None:
    by_id = {check.id: check for check in CHECKS}
    assert (by_id["no-deployment"].stops, by_id["traffic-weights"].stops, by_id["targets-healthy"].stops) == (True, True, False)


def test_a_person_is_asked_about_what_failed_and_in_words() -> None:
    def ill(_: Plan) -> list[Finding]:
        return [Finding(FAIL, "a", ""), Finding(FAIL, "b", ""), Finding(PASS, "c", "")]

    plan = plan_of(session_over(), templates())
    assert examine(Check("x", "X", ill, stops=False, asks=lambda count: f"{count} of them"), plan).doubt == "2 of them"
    assert examine(Check("x", "X", ill), plan).doubt == ""
    assert examine(Check("x", "X", lambda _: [Finding(PASS, "c", "")], asks=str), plan).doubt == ""
