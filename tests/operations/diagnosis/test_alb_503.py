"""Why the load balancer answers 503: every cause over planted facts, there and not there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.operations.diagnosis.planted import BALANCER, NOW, cause, facts, service, target, text
from tests.operations.network.design import DESIGN, with_group
from tests.operations.rendering import plain_fix
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.diagnosis import alb_503
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Listener, LoadBalancer
from tradingbot_infra.operations.live.traffic import Serving, Share


class Alone(Facts):
    """Facts of a target group that stands behind no load balancer."""

    def __init__(self, planted: Facts) -> None:
        self.__dict__.update({name: value for name, value in vars(planted).items() if name != "load_balancer"})

    @property
    def load_balancer(self) -> LoadBalancer:
        raise NotAnswered("api: the target group stands behind no load balancer; deploy again")


HEALTHY = (target("healthy"), target("healthy", number=2))
STOPPED = {"desired": 0, "running": 0}


def test_a_healthy_load_balancer_has_no_cause() -> None:
    found = diagnose(alb_503.ALB_503, facts(targets=HEALTHY))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "health of the targets: 2 of 2 healthy" in found.looked_at
    assert "AWS WAF: answers 403 to what it blocks, never 503" in found.looked_at


@pytest.mark.parametrize("listeners", [(), (Listener(80, "HTTP", "redirect", "", ""),)], ids=["none", "one that only redirects"])
def test_no_listener_that_forwards_is_a_cause(listeners: tuple[Listener, ...]) -> None:
    found = cause(alb_503.no_listener(facts(load_balancer=replace(BALANCER, listeners=listeners))))
    assert (found.id, found.certainty) == ("no-listener", Certainty.CERTAIN)


def test_a_target_group_behind_no_load_balancer_has_lost_its_listener() -> None:
    found = cause(alb_503.no_listener(Alone(facts())))
    assert found.evidence == ("api: the target group stands behind no load balancer; deploy again",)


def test_a_service_without_a_target_group_or_none_at_all_leaves_the_balancer_unassessed() -> None:
    found = diagnose(alb_503.ALB_503, Alone(facts(service=service(target_group_arn=""))))
    assert found.causes == ()
    assert found.not_assessed[0].why == "tradingbot-ai-production-service: has no target group; deploy again"


@pytest.mark.parametrize(("state", "certainty"), [("provisioning", Certainty.LIKELY), ("failed", Certainty.CERTAIN)])
def test_a_load_balancer_that_is_not_active_is_a_cause(state: str, certainty: Certainty) -> None:
    found = cause(alb_503.balancer_not_active(facts(load_balancer=replace(BALANCER, state=state))))
    assert (found.id, found.certainty) == ("load-balancer-not-active", certainty)


def test_tasks_that_do_not_run_lead_to_the_other_tree() -> None:
    found = cause(alb_503.no_task(facts(service=service(running=0, pending=2))))
    assert (found.id, found.certainty) == ("no-running-task", Certainty.CERTAIN)
    assert "doctor tasks-pending --env production" in plain_fix(found)[0]


def test_tasks_that_run_are_no_cause() -> None:
    assert alb_503.no_task(facts()) is None


def test_a_service_that_wants_no_task_was_stopped_by_hand() -> None:
    found = cause(alb_503.no_task(facts(service=service(**STOPPED))))
    assert (found.id, found.certainty) == ("no-running-task", Certainty.CERTAIN)
    assert plain_fix(found)[0].startswith("`tradingbot scale --reset --env production`")


@pytest.mark.parametrize(
    ("moment", "cause_id"),
    [
        (datetime(2026, 11, 24, 12, tzinfo=UTC), "tasks-asleep"),  # Tuesday, 23:00 in Sydney
        (datetime(2026, 11, 24, 1, tzinfo=UTC), "no-running-task"),  # Tuesday, 12:00
        (datetime(2026, 11, 23, 19, 59, tzinfo=UTC), "tasks-asleep"),  # Tuesday, 6:59
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), "no-running-task"),  # Tuesday, 7:00
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "tasks-asleep"),  # Tuesday, 20:00
        (datetime(2026, 11, 28, 1, tzinfo=UTC), "tasks-asleep"),  # Saturday, 12:00
    ],
)
def test_out_of_office_hours_a_service_sleeps_and_nothing_is_wrong(moment: datetime, cause_id: str) -> None:
    found = cause(alb_503.no_task(facts("development", service=service(**STOPPED), now=moment)))
    assert found.id == cause_id
    if cause_id == "tasks-asleep":
        assert "no fault" in found.title
        assert plain_fix(found, "development")[0] == "Until the next start: `tradingbot scale --tasks 1 --env development`"


@pytest.mark.parametrize("group", ["alb", "ecs"])
def test_a_missing_rule_in_either_direction_is_named_with_its_group(group: str) -> None:
    found = cause(alb_503.path_to_tasks(facts(network=with_group(DESIGN, group))))
    assert (found.id, found.certainty) == ("load-balancer-to-tasks", Certainty.CERTAIN)
    assert f"sg-{group}" in found.evidence[0]
    assert "--revert-drift" in plain_fix(found)[-1]


def test_tasks_without_a_target_are_a_cause() -> None:
    assert cause(alb_503.no_target(facts())).id == "no-target"
    assert alb_503.no_target(facts(targets=HEALTHY)) is None
    assert alb_503.no_target(facts(service=service(running=0))) is None


MISMATCH = "Target.ResponseCodeMismatch: Health checks failed with these codes: "


@pytest.mark.parametrize(
    ("reason", "title", "fix"),
    [
        (f"{MISMATCH}[404]", "they answer 404 on /api/v1/health", "-c health_check_path=/PATH"),
        (f"{MISMATCH}[500]", "they answer 500 on /api/v1/health", "logs --since 1h --env production"),
        (f"{MISMATCH}[400]", "they answer 400 on /api/v1/health", "TrustedHostMiddleware"),
        (f"{MISMATCH}[301]", "they answer 301 on /api/v1/health", "certificate_arn"),
        (f"{MISMATCH}[307]", "they answer 307 on /api/v1/health", "HTTPSRedirectMiddleware"),
        (f"{MISMATCH}[401]", "they answer 401 on /api/v1/health", "leave it out of the authentication"),
        (f"{MISMATCH}[403]", "they answer 403 on /api/v1/health", "leave it out of the authentication"),
        ("Target.Timeout: Request timed out", "they do not answer /api/v1/health in time", "task_cpu and task_memory_mib"),
        ("Target.FailedHealthChecks: Health checks failed", "they refuse the connection, or answer no HTTP", "0.0.0.0 and port 8001"),
        ("Target.NotInUse: Target is in a zone that is not enabled", "the load balancer does not use", "--revert-drift"),
        ("Elb.InternalError: internal", "they fail the health check", "logs"),
        ("", "they fail the health check", "logs"),
    ],
)
def test_unhealthy_targets_are_told_by_the_reason_of_elastic_load_balancing(reason: str, title: str, fix: str) -> None:
    found = alb_503.unhealthy_targets(facts(targets=(target("unhealthy", reason), target("unhealthy", reason, 2))))
    assert (cause(found).id, cause(found).certainty) == ("targets-unhealthy", Certainty.CERTAIN)
    assert cause(found).title.startswith("No target is healthy: ")
    assert title in cause(found).title
    assert fix in "\n".join(plain_fix(cause(found)))
    assert f"10.0.10.1:8001 unhealthy: {reason or 'no reason given'}" in cause(found).evidence


def test_the_reason_that_most_targets_have_gives_the_title() -> None:
    ill = (target("unhealthy", "Target.Timeout: x"), target("unhealthy", f"{MISMATCH}[503]", 2), target("unhealthy", f"{MISMATCH}[500]", 3))
    assert "answer 503 and 500" in cause(alb_503.unhealthy_targets(facts(targets=ill))).title


def test_a_path_that_somebody_changed_is_told_apart_from_one_that_the_image_lacks() -> None:
    planted = facts(targets=(target("unhealthy", f"{MISMATCH}[404]"),), load_balancer=replace(BALANCER, health_check_path="/old"))
    found = text(alb_503.unhealthy_targets(planted))
    assert "The target group requests /old, the settings say health_check_path=/api/v1/health" in found
    assert "--revert-drift" in found


def test_some_unhealthy_targets_are_possible_only() -> None:
    found = cause(alb_503.unhealthy_targets(facts(targets=(*HEALTHY, target("unhealthy", "Target.Timeout: x", 3)))))
    assert (found.certainty, found.title.partition(":")[0]) == (Certainty.POSSIBLE, "1 of 3 targets are unhealthy")


def test_new_targets_are_waited_for() -> None:
    new = (target("initial", "Elb.InitialHealthChecking: in progress"),)
    assert cause(alb_503.unhealthy_targets(facts(targets=new))).id == "targets-starting"
    assert alb_503.unhealthy_targets(facts(targets=(*HEALTHY, *new))) == Normal("2 of 3 healthy")


def test_targets_that_leave_are_no_fault_while_others_are_healthy() -> None:
    leaving = (target("draining", "Target.DeregistrationInProgress: in progress", 3),)
    assert alb_503.unhealthy_targets(facts(targets=(*HEALTHY, *leaving))) == Normal("2 of 3 healthy")
    assert "being deregistered" in cause(alb_503.unhealthy_targets(facts(targets=leaving))).title
    assert cause(alb_503.unhealthy_targets(facts(targets=(*leaving, target("initial"))))).id == "targets-unhealthy"


def test_without_a_target_none_is_unhealthy() -> None:
    assert alb_503.unhealthy_targets(facts()) is None


def test_a_closed_path_stands_before_the_health_checks_that_time_out_because_of_it() -> None:
    planted = facts(network=with_group(DESIGN, "ecs"), targets=(target("unhealthy", "Target.Timeout: x"),))
    assert [each.id for each in diagnose(alb_503.ALB_503, planted).causes] == ["load-balancer-to-tasks", "targets-unhealthy"]


def test_a_deployment_under_way_is_waited_for() -> None:
    moving = facts(targets=HEALTHY, service=service(rollout="IN_PROGRESS"), now=NOW + timedelta(minutes=1))
    assert [each.id for each in diagnose(alb_503.ALB_503, moving).causes] == ["deploying"]


RULE = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:listener-rule/app/api/1/2/3"
BLUE, GREEN = (f"arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/{name}/1" for name in ("blue", "green"))
FIXED = replace(BALANCER, listeners=(Listener(80, "HTTP", "fixed-response", "", ""),))


def two_groups(blue: Serving, green: Serving, **changed: Any) -> Facts:
    """Facts of a service whose traffic ECS moves between two groups."""
    moving = service(strategy="BLUE_GREEN", target_group_arn=BLUE, alternate_target_group_arn=GREEN, production_rule_arn=RULE, **changed)
    return facts(service=moving, load_balancer=FIXED, serving=(blue, green), traffic=(blue.share, green.share), targets=HEALTHY)


def test_where_ecs_moves_the_traffic_rules_forward_and_the_listener_itself_answers_503() -> None:
    found = diagnose(alb_503.ALB_503, two_groups(Serving(Share(BLUE, 0), ()), Serving(Share(GREEN, 100), HEALTHY)))
    assert (found.causes, found.not_assessed) == ((), ())
    assert "weights of the target groups: blue: weight 0, 0 healthy of 0; green: weight 100, 2 healthy of 2" in found.looked_at


def test_a_listener_that_answers_503_by_itself_is_a_cause_where_no_rule_forwards() -> None:
    assert cause(alb_503.no_listener(facts(load_balancer=FIXED))).id == "no-listener"


def test_a_production_rule_that_was_deleted_is_a_cause() -> None:
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_client_error("describe_rules", "RuleNotFound")
        planted = two_groups(Serving(Share(BLUE, 0), ()), Serving(Share(GREEN, 100), HEALTHY))
        planted.session = session_over(elbv2=client)
        del planted.traffic
        found = cause(alb_503.no_listener(Unplanted(planted)))
    assert (found.id, found.evidence) == ("no-listener", ("the production listener rule does not exist any more",))


class Unplanted(Facts):
    """Facts whose load balancer is read."""

    def __init__(self, planted: Facts) -> None:
        self.__dict__.update({name: value for name, value in vars(planted).items() if name != "load_balancer"})


@pytest.mark.parametrize("weights", [(100, 0), (50, 50), (0, 0)])
def test_traffic_to_a_group_without_a_healthy_target_is_a_cause_with_the_command_that_ends_it(weights: tuple[int, int]) -> None:
    blue, green = weights
    found = cause(alb_503.wrong_weights(two_groups(Serving(Share(BLUE, blue), ()), Serving(Share(GREEN, green), HEALTHY))))
    assert (found.id, found.certainty) == ("weights", Certainty.CERTAIN)
    by_hand, after = plain_fix(found)
    assert f'--rule-arn {RULE} --actions \'[{{"Type":"forward"' in by_hand
    assert f'{{"TargetGroupArn":"{GREEN}","Weight":100}}' in by_hand
    assert f'{{"TargetGroupArn":"{BLUE}","Weight":0}}' in by_hand
    assert "tradingbot restart --env production" in after


def test_while_a_deployment_moves_the_traffic_it_is_ended_first() -> None:
    found = cause(
        alb_503.wrong_weights(two_groups(Serving(Share(BLUE, 90), HEALTHY), Serving(Share(GREEN, 10), ()), rollout="IN_PROGRESS"))
    )
    assert found.certainty is Certainty.LIKELY
    assert "tradingbot gate back --env production" in plain_fix(found)[0]


def test_weights_are_no_cause_where_no_target_is_healthy_or_no_task_is_wanted() -> None:
    nobody = (Serving(Share(BLUE, 100), ()), Serving(Share(GREEN, 0), ()))
    assert alb_503.wrong_weights(two_groups(*nobody)) is None
    assert alb_503.wrong_weights(two_groups(*nobody, desired=0, running=0)) is None
    assert alb_503.wrong_weights(facts()) is None
