"""Which target groups get production traffic, as the production listener rule says now."""

from typing import Any

import pytest

from tests.operations.diagnosis.planted import facts, service, target
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.live.traffic import Serving, Share, read_traffic, with_traffic
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.session import Session

BLUE = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/blue/1"
GREEN = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/green/2"
OTHER = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/other/3"
RULE = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:listener-rule/app/api/1/2/3"


def shifting(**changed: Any) -> Service:
    """The service, with two target groups."""
    return service(
        **{
            "strategy": "BLUE_GREEN",
            "target_group_arn": BLUE,
            "alternate_target_group_arn": GREEN,
            "production_rule_arn": RULE,
            **changed,
        }
    )


def forwarding(*groups: tuple[str, int | None]) -> list[dict[str, Any]]:
    """The actions of a rule with these weights."""
    tuples = [{"TargetGroupArn": arn, **({} if weight is None else {"Weight": weight})} for arn, weight in groups]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]


def read(actions: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Names and weights by a rule with these actions."""
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_response("describe_rules", {"Rules": [{"RuleArn": RULE, "Actions": actions}]}, {"RuleArns": [RULE]})
        return [(share.name, share.weight) for share in read_traffic(session_over(elbv2=client), shifting())]


def test_a_service_that_replaces_its_tasks_has_one_group_and_no_rule_is_asked() -> None:
    assert read_traffic(session_over(), service(target_group_arn=BLUE)) == (Share(BLUE, 100),)
    assert read_traffic(session_over(), service(target_group_arn="")) == ()


@pytest.mark.parametrize(
    ("actions", "shares"),
    [
        (forwarding((BLUE, 100), (GREEN, 0)), [("blue", 100), ("green", 0)]),
        (forwarding((BLUE, 0), (GREEN, 100)), [("green", 100), ("blue", 0)]),
        (forwarding((BLUE, 10), (GREEN, 90)), [("green", 90), ("blue", 10)]),
        (forwarding((GREEN, 100)), [("green", 100), ("blue", 0)]),
        (forwarding((GREEN, None)), [("green", 1), ("blue", 0)]),
        (forwarding((OTHER, 5), (BLUE, 95), (GREEN, 0)), [("blue", 95), ("other", 5), ("green", 0)]),
        ([{"Type": "forward", "TargetGroupArn": GREEN}], [("green", 100), ("blue", 0)]),
        ([{"Type": "fixed-response"}], [("blue", 0), ("green", 0)]),
        ([], [("blue", 0), ("green", 0)]),
    ],
    ids=["before", "after", "between", "one group", "no weight", "somebody's group", "short form", "no forward", "no action"],
)
def test_the_group_with_most_traffic_comes_first_and_every_group_is_there(
    actions: list[dict[str, Any]], shares: list[tuple[str, int]]
) -> None:
    assert read(actions) == shares


@pytest.mark.parametrize("answer", ["none", "error"])
def test_a_rule_that_was_deleted_is_missing_and_its_weights_are_not_trusted_when_it_is_back(answer: str) -> None:
    with boto3_client("elbv2") as (client, stubber):
        if answer == "error":
            stubber.add_client_error("describe_rules", "RuleNotFound")
        else:
            stubber.add_response("describe_rules", {"Rules": []})
        with pytest.raises(Missing, match="the production listener rule does not exist any more"):
            read_traffic(session_over(elbv2=client), shifting())


def over(session: Session) -> Facts:
    """Facts of a service with two groups, where nobody planted traffic or targets."""
    made = facts(service=shifting())
    made.session = session
    del made.targets
    return made


def health(*addresses: str) -> dict[str, Any]:
    """An answer of DescribeTargetHealth."""
    described = [{"Target": {"Id": each, "Port": 8001}, "TargetHealth": {"State": "healthy"}} for each in addresses]
    return {"TargetHealthDescriptions": described}


def test_facts_follow_the_traffic_to_the_second_group() -> None:
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_response("describe_rules", {"Rules": [{"Actions": forwarding((BLUE, 0), (GREEN, 100))}]})
        stubber.add_response("describe_target_health", health("10.0.10.9"), {"TargetGroupArn": GREEN})
        stubber.add_response("describe_target_health", health("10.0.10.1"), {"TargetGroupArn": BLUE})
        found = over(session_over(elbv2=client))
        assert found.target_group == GREEN
        assert [each.address for each in found.targets] == ["10.0.10.9"]


def test_while_traffic_moves_the_targets_of_both_groups_count() -> None:
    serving = (Serving(Share(GREEN, 90), (target("healthy", number=9),)), Serving(Share(BLUE, 10), (target("healthy", number=1),)))
    assert [each.address for each in with_traffic(serving)] == ["10.0.10.1", "10.0.10.9"]


@pytest.mark.parametrize(
    ("weight", "states", "unserved"),
    [(100, ["healthy"], False), (1, ["unhealthy", "initial"], True), (1, [], True), (0, [], False), (0, ["unhealthy"], False)],
)
def test_only_a_group_with_traffic_and_without_a_healthy_target_is_unserved(weight: int, states: list[str], unserved: bool) -> None:
    targets = tuple(target(state, number=number) for number, state in enumerate(states))
    assert Serving(Share(GREEN, weight), targets).unserved is unserved
