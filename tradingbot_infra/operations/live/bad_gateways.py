"""How often the load balancer itself answered 502, and how often a target refused its connection, as CloudWatch counts it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=3)
"""How far back answers count: longer than a deployment, shorter than a night."""

_METRICS = ("HTTPCode_ELB_502_Count", "TargetConnectionErrorCount")
"""ELB User Guide, "CloudWatch metrics for your Application Load Balancer"."""


@dataclass(frozen=True)
class BadGateways:
    """Answers 502 of the load balancer, and connections that targets did not take, within OVER."""

    answers: int
    refused: int


def read_bad_gateways(session: Session, balancer_arn: str, *, until: datetime) -> BadGateways:
    """The sums before a moment; CloudWatch has no value where nothing happened."""
    pages = session.cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/ApplicationELB",
                        "MetricName": metric,
                        "Dimensions": [{"Name": "LoadBalancer", "Value": balancer_arn.partition(":loadbalancer/")[2]}],
                    },
                    "Period": 300,
                    "Stat": "Sum",
                },
            }
            for number, metric in enumerate(_METRICS)
        ],
        StartTime=until - OVER,
        EndTime=until,
    )
    sums = {f"m{number}": 0.0 for number in range(len(_METRICS))}
    for result in (result for page in pages for result in page["MetricDataResults"]):
        sums[result.get("Id", "")] += sum(result.get("Values", []))
    return BadGateways(*(int(value) for value in sums.values()))
