"""Service deployments: which are read, in which order, and what ECS says of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.operations.diagnosis.planted import NOW, cause, facts, service
from tests.operations.rendering import plain_fix
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.status_output import lines
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.diagnosis.ecs_causes import rolled_back
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.overview import Overview
from tradingbot_infra.operations.live.service_deployments import (
    LONGEST,
    Gate,
    ServiceDeployment,
    deployments_since,
    running_deployment,
)
from tradingbot_infra.operations.live.traffic import Serving, Share
from tradingbot_infra.operations.session import Session

CONFIG = load_config("production")
NAMES = CONFIG.names
OF_SERVICE = {"cluster": NAMES.cluster, "service": NAMES.service}


def described(number: int, **changed: Any) -> dict[str, Any]:
    """What ECS says of a deployment; the higher the number, the newer."""
    return {
        "serviceDeploymentArn": f"arn:aws:ecs:ap-southeast-2:111122223333:service-deployment/c/s/{number}",
        "status": "SUCCESSFUL",
        "createdAt": NOW - timedelta(minutes=100 - number),
        "finishedAt": NOW - timedelta(minutes=90 - number),
        **changed,
    }


def brief(found: dict[str, Any]) -> dict[str, Any]:
    """The same in a list."""
    return {name: found[name] for name in ("serviceDeploymentArn", "createdAt")}


def test_every_page_is_read_and_the_newest_comes_first_whatever_order_ecs_has() -> None:
    oldest, middle, newest = (described(number, status="IN_PROGRESS", finishedAt=NOW) for number in (1, 2, 3))
    with boto3_client("ecs") as (client, stubber):
        goes_on = ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]
        first: Any = {"serviceDeployments": [brief(oldest), brief(newest)], "nextToken": "more"}
        stubber.add_response("list_service_deployments", first, {**OF_SERVICE, "status": tuple(goes_on)})
        further = {**OF_SERVICE, "status": tuple(goes_on), "nextToken": "more"}
        stubber.add_response("list_service_deployments", {"serviceDeployments": [brief(middle)]}, further)
        arns = [each["serviceDeploymentArn"] for each in (newest, middle, oldest)]
        answer = {"serviceDeployments": [oldest, middle, newest]}
        stubber.add_response("describe_service_deployments", answer, {"serviceDeploymentArns": arns})
        found = running_deployment(session_over(ecs=client), NAMES)
    assert found is not None
    assert found.id == "3"


def test_one_that_began_long_before_and_ended_since_counts_and_one_that_ended_before_does_not() -> None:
    since = NOW - timedelta(hours=1)
    late = described(9, status="ROLLBACK_SUCCESSFUL", createdAt=NOW - timedelta(hours=20), finishedAt=NOW - timedelta(minutes=5))
    early = described(8, createdAt=NOW - timedelta(hours=30), finishedAt=NOW - timedelta(hours=2))
    with boto3_client("ecs") as (client, stubber):
        asked = {**OF_SERVICE, "createdAt": {"after": since - LONGEST}}
        stubber.add_response("list_service_deployments", {"serviceDeployments": [brief(early), brief(late)]}, asked)
        stubber.add_response("describe_service_deployments", {"serviceDeployments": [early, late]})
        assert [each.id for each in deployments_since(session_over(ecs=client), NAMES, since)] == ["9"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"statusReason": "Service deployment rolled back", "rollback": {"reason": "alarm detected"}}, "alarm detected"),
        ({"statusReason": "The hook failed"}, "The hook failed"),
        ({}, ""),
    ],
    ids=["of the rollback", "of the status", "none"],
)
def test_the_reason_of_a_rollback_comes_before_that_of_the_status(changed: dict[str, Any], reason: str) -> None:
    with boto3_client("ecs") as (client, stubber):
        found = described(1, status="ROLLBACK_SUCCESSFUL", finishedAt=NOW, **changed)
        stubber.add_response("list_service_deployments", {"serviceDeployments": [brief(found)]})
        stubber.add_response("describe_service_deployments", {"serviceDeployments": [found]})
        (read,) = deployments_since(session_over(ecs=client), NAMES, NOW - timedelta(hours=1))
    assert (read.reason, read.failed, read.goes_on, read.stoppable) == (reason, True, False, False)


BACK = ServiceDeployment(
    arn="arn:aws:ecs:ap-southeast-2:111122223333:service-deployment/c/s/abc",
    status="ROLLBACK_SUCCESSFUL",
    reason="Service deployment rolled back\nbecause of alarm(s)",
    stage="BAKE_TIME",
    created_at=NOW - timedelta(hours=1),
    ended_at=NOW - timedelta(minutes=5),
    gate=None,
    alarms=("tradingbot-ai-production-alb-5xx",),
)


def moving(**planted: Any) -> Facts:
    """Facts of a service whose traffic ECS moves."""
    return facts(service=service(strategy="CANARY"), **planted)


def test_doctor_names_the_reason_and_the_alarms_of_a_deployment_that_went_back() -> None:
    found = cause(rolled_back(moving(failed_deployment=BACK)))
    assert found.evidence == (
        "service deployment abc: Service deployment rolled back because of alarm(s)",
        "alarm tradingbot-ai-production-alb-5xx went to ALARM",
    )
    assert "tradingbot logs --since 1h --env production" in plain_fix(found)[0]


def test_where_tasks_are_replaced_or_nothing_failed_doctor_goes_by_the_messages_of_ecs() -> None:
    assert rolled_back(facts()) is None
    assert rolled_back(moving(failed_deployment=None)) is None


@pytest.mark.parametrize(("statuses", "failed"), [(["ROLLBACK_SUCCESSFUL"], True), (["SUCCESSFUL", "ROLLBACK_FAILED"], False)])
def test_only_the_newest_deployment_can_have_failed(statuses: list[str], failed: bool) -> None:
    found = [described(90 - number, status=status, finishedAt=NOW) for number, status in enumerate(statuses)]
    with boto3_client("ecs") as (client, stubber):
        stubber.add_response("list_service_deployments", {"serviceDeployments": [*map(brief, found)]})
        stubber.add_response("describe_service_deployments", {"serviceDeployments": found})
        planted = moving()
        planted.session = session_over(ecs=client)
        assert (planted.failed_deployment is not None) is failed


def printed(service_strategy: str, deployment: ServiceDeployment | None) -> list[str]:
    """What `status` prints of a service with this strategy."""
    blue, green = (f"arn:aws:elasticloadbalancing:ap-southeast-2:111122223333:targetgroup/{name}/1" for name in ("blue", "green"))
    serving = (Serving(Share(blue, 90), (Target("10.0.10.1", 8001, "healthy", ""),)), Serving(Share(green, 10), ()))
    overview = Overview((), service(strategy=service_strategy), (), (), None, None, (), (), traffic=serving, deployment=deployment)
    session = Session(lambda *_: None, region="ap-southeast-2")
    account = Account(CONFIG, (), local=False, profile=None, state_directory=Path())
    account.__dict__["session"] = session
    return [" ".join(line.split()) for line in lines(account, overview)]


def test_status_says_how_traffic_moves_how_far_it_is_and_what_is_waited_for() -> None:
    gate = Gate("ecs-pause-1", datetime(2026, 11, 24, 13, 0, tzinfo=UTC), "ROLLBACK")
    waits = ServiceDeployment("arn:x/abc", "IN_PROGRESS", "", "POST_TEST_TRAFFIC_SHIFT", NOW, None, gate, production_percent=0.0)
    shown = printed("BLUE_GREEN", waits)
    assert (
        "strategy BLUE_GREEN, abc: IN_PROGRESS, stage POST_TEST_TRAFFIC_SHIFT, the new version has 0 % of the traffic; "
        "waits for an answer until 2026-11-24 13:00 UTC, then ECS rolls back"
    ) in shown
    assert "traffic blue: weight 90, 1 healthy of 1; green: weight 10, 0 healthy of 0" in shown
    assert "strategy CANARY, no deployment is running" in printed("CANARY", None)


def test_status_says_nothing_of_traffic_where_tasks_are_replaced() -> None:
    assert not [line for line in printed("ROLLING", None) if line.startswith(("strategy", "traffic"))]
