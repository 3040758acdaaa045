"""Availability and latency, as the load balancer counts them in CloudWatch.

Source: ELB User Guide, "CloudWatch metrics for your Application Load Balancer". RequestCount leaves out requests that were rejected
before a target was chosen, which answer 503, so those are added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.operations.service_levels.budget import Events
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

PERIOD = timedelta(minutes=5)
"""CloudWatch keeps values of five minutes for 63 days, those of one minute for 15 (CloudWatch User Guide, "Metrics retention")."""

_NAMESPACE = "AWS/ApplicationELB"


@dataclass(frozen=True)
class Period:
    """The events of one period."""

    at: datetime
    requests: Events
    """Bad are those that were answered with a server error."""
    answers: Events
    """Those that a target answered; bad are those that took too long."""


def read_periods(session: Session, balancer_arn: str, *, start: datetime, end: datetime, within_ms: int) -> tuple[Period, ...]:
    """Every period in which there was a request, oldest first.

    Answers in time are a trimmed count: data points from above nothing up to the limit, which counts itself (CloudWatch User Guide,
    "CloudWatch statistics definitions").
    """
    wanted = {
        "requests": ("RequestCount", "Sum"),
        "refused": ("HTTPCode_ELB_503_Count", "Sum"),
        "of_targets": ("HTTPCode_Target_5XX_Count", "Sum"),
        "of_balancer": ("HTTPCode_ELB_5XX_Count", "Sum"),
        "answers": ("TargetResponseTime", "SampleCount"),
        "in_time": ("TargetResponseTime", f"TC(:{within_ms / 1000:g})"),
    }
    queries = [_query(name, metric, statistic, balancer_arn) for name, (metric, statistic) in wanted.items()]
    found: dict[datetime, dict[str, float]] = {}
    for name, at, value in _values(session, queries, start, end):
        found.setdefault(at, {})[name] = value
    return tuple(_period(at, values) for at, values in sorted(found.items()))


def _period(at: datetime, values: Mapping[str, float]) -> Period:
    bad = values.get("of_targets", 0) + values.get("of_balancer", 0)
    answers = values.get("answers", 0)
    return Period(
        at,
        requests=Events.of(values.get("requests", 0) + values.get("refused", 0), bad),
        answers=Events.of(answers, answers - values.get("in_time", 0)),
    )


def _query(name: str, metric: str, statistic: str, balancer_arn: str) -> "MetricDataQueryTypeDef":
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": _NAMESPACE,
                "MetricName": metric,
                "Dimensions": [{"Name": "LoadBalancer", "Value": balancer_arn.partition(":loadbalancer/")[2]}],
            },
            "Period": int(PERIOD.total_seconds()),
            "Stat": statistic,
        },
    }


def _values(
    session: Session, queries: "list[MetricDataQueryTypeDef]", start: datetime, end: datetime
) -> Iterator[tuple[str, datetime, float]]:
    pages = session.cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, StartTime=start, EndTime=end)
    for result in (result for page in pages for result in page["MetricDataResults"]):
        for at, value in zip(result.get("Timestamps", []), result.get("Values", []), strict=True):
            yield result.get("Id", ""), at, value
