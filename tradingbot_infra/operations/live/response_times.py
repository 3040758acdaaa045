"""How long the load balancer's targets took to answer, and how many of their errors there were, as CloudWatch counts it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricStatTypeDef

OVER = timedelta(hours=1)
"""How far back answers count."""

_METRICS = (("RequestCount", "Sum"), ("TargetResponseTime", "p95"), ("TargetResponseTime", "Average"))
"""ELB User Guide, "CloudWatch metrics for your Application Load Balancer"."""


@dataclass(frozen=True)
class ResponseTimes:
    """Requests within OVER, and how long targets took, in seconds; None without a request."""

    requests: int
    p95: float | None
    average: float | None


def read_response_times(session: Session, balancer_arn: str, *, until: datetime) -> ResponseTimes:
    """One period of OVER, so that the percentile is of all requests in it."""
    found = session.cloudwatch.get_metric_data(
        MetricDataQueries=[_query(f"m{number}", metric, stat, balancer_arn) for number, (metric, stat) in enumerate(_METRICS)],
        StartTime=until - OVER,
        EndTime=until,
    )["MetricDataResults"]
    # Where periods begin is CloudWatch's choice: the time may touch two.
    values = {result.get("Id", ""): list(result.get("Values", [])) for result in found}
    requests, p95, average = (values.get(f"m{number}", []) for number in range(len(_METRICS)))
    return ResponseTimes(int(sum(requests)), max(p95, default=None), max(average, default=None))


def _query(identifier: str, metric: str, statistic: str, balancer_arn: str) -> "MetricDataQueryTypeDef":
    measured: MetricStatTypeDef = {
        "Metric": {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": metric,
            "Dimensions": [{"Name": "LoadBalancer", "Value": balancer_arn.partition(":loadbalancer/")[2]}],
        },
        "Period": int(OVER.total_seconds()),
        "Stat": statistic,
    }
    return {"Id": identifier, "MetricStat": measured}
