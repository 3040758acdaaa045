"""Each wanted task is a healthy target."""

import pytest

from tests.operations.rendering import plain
from tests.operations.verification.standing import NO_SERVICE, outcomes, service, told, without
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.live.traffic import Serving, Share
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.targets import healthy, served

A = Target("10.0.10.5", 8001, "healthy", "")
B = Target("10.0.11.5", 8001, "healthy", "")
SICK = Target("10.0.11.9", 8001, "unhealthy", "Target.Timeout: Request timed out")


def test_a_healthy_target_for_each_task_passes() -> None:
    assert told(healthy([A, B], wanted=2)) == [(Outcome.PASS, "2 of 2 targets are healthy")]


def test_an_unhealthy_target_fails_with_its_reason() -> None:
    (finding,) = healthy([A, SICK], wanted=2)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "10.0.11.9:8001 is unhealthy: Target.Timeout: Request timed out")
    assert plain(finding.next_step) == "tradingbot doctor alb-503 --env production"


def test_a_target_that_is_still_looked_at_fails_and_asks_for_a_minute() -> None:
    (finding,) = healthy([A, Target("10.0.11.5", 8001, "initial", "")], wanted=2)
    assert (finding.outcome, plain(finding.next_step)) == (
        Outcome.FAIL,
        "wait a minute, then `tradingbot verify --env production`",
    )


def test_a_draining_target_is_no_fault_and_no_target() -> None:
    draining = Target("10.0.10.9", 8001, "draining", "Target.DeregistrationInProgress")
    assert outcomes(healthy([A, B, draining], wanted=2)) == {Outcome.PASS}
    assert outcomes(healthy([A, draining], wanted=2)) == {Outcome.FAIL}


def test_fewer_targets_than_tasks_fail() -> None:
    assert told(healthy([A], wanted=2)) == [(Outcome.FAIL, "registered targets: 1, wanted tasks: 2")]
    assert outcomes(healthy([], wanted=2)) == {Outcome.FAIL}


def test_no_target_is_not_assessed_where_no_task_is_wanted() -> None:
    assert told(healthy([], wanted=0)) == [(Outcome.NOT_ASSESSED, "no target is registered: no task is wanted")]


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        (None, "tradingbot-ai-production-service: no such service"),
        (service(target_group_arn=""), "tradingbot-ai-production-service: has no target group"),
    ],
)
def test_without_a_target_group_there_are_no_targets(account: Facts, standing: Service | None, found: str) -> None:
    if standing:
        account.service = standing
    else:
        account = without(account, "service", NO_SERVICE)
    (item,) = (item for item in AFTER_DEPLOYMENT.items if item.id == "targets-healthy")
    assert told(examine(AFTER_DEPLOYMENT, item, account)) == [(Outcome.FAIL, found)]


def group(name: str, weight: int, *targets: Target) -> Serving:
    """A target group with this weight and these targets."""
    return Serving(Share(f"arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/{name}/1", weight), targets)


def test_where_tasks_are_replaced_there_are_no_weights_to_see() -> None:
    assert told(served([group("blue", 100)], wanted=2)) == []


@pytest.mark.parametrize(
    ("serving", "outcome"),
    [
        ([group("green", 100, A), group("blue", 0)], Outcome.PASS),
        ([group("green", 90, A), group("blue", 10, SICK, B)], Outcome.PASS),
        ([group("blue", 100), group("green", 0, A, B)], Outcome.FAIL),
        ([group("green", 90, A), group("blue", 10, SICK)], Outcome.FAIL),
        ([group("blue", 0, A), group("green", 0, B)], Outcome.FAIL),
    ],
    ids=["after", "between", "to nobody", "a tenth to nobody", "no traffic at all"],
)
def test_traffic_that_nobody_answers_fails(serving: list[Serving], outcome: Outcome) -> None:
    assert outcomes(served(serving, wanted=2)) == {outcome}
    assert told(served(serving, wanted=0)) == []


def test_the_finding_names_each_group_with_its_weight_and_its_healthy_targets() -> None:
    (finding,) = served([group("green", 90, A), group("blue", 10, SICK)], wanted=2)
    assert finding.found == "traffic goes where no target is healthy: green: weight 90, 1 healthy of 1; blue: weight 10, 0 healthy of 1"
    assert plain(finding.next_step) == "tradingbot doctor alb-503 --env production"
