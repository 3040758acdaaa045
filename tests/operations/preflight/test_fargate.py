"""Fargate has room for a deployment, beside what others run."""

from datetime import timedelta

import pytest

from tests.compliance.builders import resource
from tests.operations.preflight.conftest import NOW, plan_of, templates, with_types
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.preflight.fargate import fewest_fit, most_fit
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome

SERVICE = "AWS::ECS::Service"
USAGE = {"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricDimensions": {"Service": "Fargate", "Resource": "vCPU"}}


@pytest.mark.local_cloud
def test_a_new_account_takes_the_fewest_tasks_and_not_the_most(session: Session) -> None:
    plan = plan_of(session, with_types(SERVICE))
    (fewest,), (most,) = fewest_fit(plan), most_fit(plan)
    assert fewest.outcome is Outcome.PASS
    assert (most.outcome, most.found) == (
        Outcome.FAIL,
        "max_tasks=10 are up to 10 vCPUs in a deployment, others use 0, the quota is 6",
    )
    assert plain(most.next_step).endswith("--service-code fargate --quota-code L-3032A538 --desired-value 10")


@pytest.mark.local_cloud
def test_a_service_that_replaces_in_place_needs_no_second_set(session: Session) -> None:
    assembly = templates(Service=resource(SERVICE, {"DeploymentConfiguration": {"MaximumPercent": 100}}))
    (most,) = most_fit(plan_of(session, assembly))
    assert (most.outcome, most.found[:39]) == (Outcome.PASS, "max_tasks=10 are up to 5 vCPUs in a dep")


def test_what_others_use_counts_and_what_the_service_runs_itself_does_not() -> None:
    with (
        boto3_client("service-quotas") as (quotas, asked),
        boto3_client("cloudwatch") as (cloudwatch, measured),
        boto3_client("ecs") as (ecs, described),
    ):
        asked.add_response("get_service_quota", {"Quota": {"Value": 6.0, "UsageMetric": USAGE}})
        expected = {
            "Namespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "Dimensions": [{"Name": "Service", "Value": "Fargate"}, {"Name": "Resource", "Value": "vCPU"}],
            "StartTime": NOW - timedelta(hours=1),
            "EndTime": NOW,
            "Period": 300,
            "Statistics": ["Maximum"],
        }
        measured.add_response("get_metric_statistics", {"Datapoints": [{"Maximum": 4.0}, {"Maximum": 5.5}]}, expected)
        described.add_client_error("describe_services", "ClusterNotFoundException")
        with boto3_client("sts") as (sts, who):
            who.add_response("get_caller_identity", {"Account": "111122223333"})
            (finding,) = fewest_fit(
                plan_of(session_over(service_quotas=quotas, cloudwatch=cloudwatch, ecs=ecs, sts=sts), with_types(SERVICE))
            )
    assert (finding.outcome, finding.found) == (
        Outcome.FAIL,
        "min_tasks=2 are up to 2 vCPUs in a deployment, others use 5.5, the quota is 6",
    )
    assert plain(finding.next_step).endswith("--desired-value 8")
