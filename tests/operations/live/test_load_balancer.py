"""A load balancer or target group that somebody deleted is told as such."""

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.load_balancer import read_load_balancer, targets

GROUP = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/api/1"
BALANCER = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/api/1"


def test_a_target_group_that_was_deleted_has_no_targets() -> None:
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_client_error("describe_target_health", "TargetGroupNotFound")
        assert targets(session_over(elbv2=client), GROUP) == ()


def test_a_target_group_that_was_deleted_leads_to_no_load_balancer() -> None:
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_client_error("describe_target_groups", "TargetGroupNotFound")
        with pytest.raises(NotAnswered, match=r"^targetgroup/api/1: the target group does not exist any more; deploy again$"):
            read_load_balancer(session_over(elbv2=client), GROUP)


@pytest.mark.parametrize("standing_still", [0, 1])
def test_a_load_balancer_that_goes_while_it_is_read_is_named(standing_still: int) -> None:
    with boto3_client("elbv2") as (client, stubber):
        stubber.add_response("describe_target_groups", {"TargetGroups": [{"LoadBalancerArns": [BALANCER]}]})
        for _ in range(standing_still):
            stubber.add_response("describe_load_balancers", {"LoadBalancers": [{}]}, {"LoadBalancerArns": [BALANCER]})
        stubber.add_client_error("describe_listeners" if standing_still else "describe_load_balancers", "LoadBalancerNotFound")
        with pytest.raises(NotAnswered, match=r"^loadbalancer/app/api/1: the load balancer does not exist any more; deploy again$"):
            read_load_balancer(session_over(elbv2=client), GROUP)
