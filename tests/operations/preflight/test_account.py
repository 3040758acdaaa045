"""Zones, plan, log policies, stacks and subscriptions of an account."""

import json
from typing import Any

import pytest

from tests.operations.live.sample import live_stacks
from tests.operations.preflight.conftest import plan_of, templates, with_types
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tests.operations.verification.standing import told
from tradingbot_infra.operations.live.log_policies import OF_AWS
from tradingbot_infra.operations.live.stacks import LiveStack
from tradingbot_infra.operations.preflight import account_plan, log_policies, stacks, subscriptions, zones
from tradingbot_infra.operations.preflight.check import Check, examine
from tradingbot_infra.operations.preflight.checks import CHECKS
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome

NOTHING = templates()
POLICY = "AWS::Logs::ResourcePolicy"


@pytest.mark.local_cloud
def test_the_zones_of_production_are_there(session: Session) -> None:
    assert told(*zones.offered(plan_of(session, NOTHING))) == [(Outcome.PASS, "ap-southeast-2a, ap-southeast-2b")]


def test_a_zone_that_is_down_or_unknown_fails_with_those_there_are() -> None:
    described: list[Any] = [
        {"ZoneName": f"ap-southeast-2{zone}", "State": state} for zone, state in (("a", "available"), ("b", "impaired"))
    ]
    with boto3_client("ec2") as (ec2, stubber):
        stubber.add_response("describe_availability_zones", {"AvailabilityZones": described})
        (finding,) = zones.offered(plan_of(session_over(ec2=ec2), NOTHING))
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "not available to this account: ap-southeast-2b")
    assert finding.next_step == "set availability_zones to some of ap-southeast-2a"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [({"accountPlanType": "FREE"}, Outcome.FAIL), ({"accountPlanType": "PAID"}, Outcome.PASS), (None, Outcome.PASS)],
    ids=["free", "paid", "older-account"],
)
def test_the_free_plan_fails(answer: dict[str, Any] | None, outcome: Outcome) -> None:
    with boto3_client("freetier") as (freetier, stubber), boto3_client("sts") as (sts, _):
        if answer:
            state = {"accountId": "111122223333", "accountPlanStatus": "ACTIVE", **answer}
            stubber.add_response("get_account_plan_state", state)
        else:
            stubber.add_client_error("get_account_plan_state", "ResourceNotFoundException")
        (finding,) = account_plan.paid(plan_of(session_over(freetier=freetier, sts=sts), NOTHING))
    assert finding.outcome is outcome
    if outcome is Outcome.FAIL:
        assert "db_backup_retention_days=7" in finding.found
        assert plain(finding.next_step) == "aws freetier upgrade-account-plan --account-plan-type PAID"


@pytest.mark.local_cloud
@pytest.mark.parametrize("present", [(), (OF_AWS,)], ids=["AWS's own to come", "AWS's own there"])
def test_the_eleventh_resource_policy_of_cloudwatch_logs_does_not_fit(session: Session, present: tuple[str, ...]) -> None:
    names = [*present, *(f"others-{number}" for number in range(8))]
    for name in names:
        session.logs.put_resource_policy(policyName=name, policyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    try:
        (fits,) = log_policies.fit(plan_of(session, with_types(POLICY)))
        (full,) = log_policies.fit(plan_of(session, with_types(POLICY, POLICY)))
    finally:
        for name in names:
            session.logs.delete_resource_policy(policyName=name)
    assert fits.outcome is Outcome.PASS
    assert (full.outcome, full.found) == (
        Outcome.FAIL,
        "ap-southeast-2: this environment needs 2, others have 9, and an account takes 10",
    )


def standing(monkeypatch: pytest.MonkeyPatch, *found: LiveStack) -> Plan:
    """A plan over stacks that nobody asks CloudFormation for."""
    plan = plan_of(session_over(), NOTHING)
    monkeypatch.setitem(plan.__dict__, "stacks", found)
    return plan


def in_state(status: str) -> LiveStack:
    network, *_ = live_stacks()
    return LiveStack(network.id, network.part, network.name, network.region, status, "", {})


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("ROLLBACK_COMPLETE", "update-termination-protection --no-enable-termination-protection"),
        ("CREATE_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("UPDATE_IN_PROGRESS", "cancel-update-stack"),
        ("DELETE_IN_PROGRESS", "wait: `aws cloudformation describe-stacks"),
    ],
)
def test_a_stack_that_takes_no_update_fails_with_what_to_do(monkeypatch: pytest.MonkeyPatch, status: str, step: str) -> None:
    (finding,) = stacks.deployable(standing(monkeypatch, in_state(status)))
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"tradingbot-ai-production-network is {status}")
    assert step in plain(finding.next_step)


@pytest.mark.parametrize(
    "status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "REVIEW_IN_PROGRESS"]
)
def test_a_stack_that_takes_an_update_passes(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    (finding,) = stacks.deployable(standing(monkeypatch, in_state(status)))
    assert finding.outcome is Outcome.PASS
    assert finding.found.startswith("to create: tradingbot-ai-production-data, ")


def test_no_address_for_alarms_fails_and_one_is_confirmed_after_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    (nobody,) = subscriptions.heard(standing(monkeypatch))
    assert (nobody.outcome, nobody.found) == (Outcome.FAIL, "alarm_emails is empty, so nobody receives an alarm")
    plan = plan_of(session_over(), NOTHING, alarm_emails="ops@example.com")
    monkeypatch.setitem(plan.__dict__, "stacks", ())
    (later,) = subscriptions.heard(plan)
    assert later.outcome is Outcome.NOT_ASSESSED


def test_what_may_not_be_read_leaves_its_check_open_and_the_others_are_made() -> None:
    with boto3_client("ec2") as (ec2, stubber):
        stubber.add_client_error(
            "describe_availability_zones", "UnauthorizedOperation", "You are not authorized to perform: ec2:DescribeAvailabilityZones"
        )
        (check,) = (check for check in CHECKS if check.id == "zones-offered")
        checked = examine(check, plan_of(session_over(ec2=ec2), NOTHING))
    assert (checked.outcome, checked.stops) == (Outcome.NOT_ASSESSED, False)
    assert checked.findings[0].found == "these credentials may not do ec2:DescribeAvailabilityZones"


def test_only_a_failure_of_what_a_deployment_needs_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = standing(monkeypatch)
    assert not examine(Check("a", "A", subscriptions.heard, stops=False), plan).stops
    assert examine(Check("a", "A", subscriptions.heard), plan).stops


def test_every_check_has_an_id_of_its_own() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
