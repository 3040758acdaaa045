"""How much CPU and memory the service's tasks use, as CloudWatch last counted it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

OVER = timedelta(minutes=10)
"""How far back a value is still one of now: ECS sends one a minute, and it arrives within a few."""

_METRICS = ("CPUUtilization", "MemoryUtilization")
"""ECS Developer Guide, "Amazon ECS service utilization metrics"."""


@dataclass(frozen=True)
class Usage:
    """The average of all tasks in the newest minute, percent of what their task definition has; None without a value."""

    cpu: float | None
    memory: float | None


def read_usage(session: Session, names: Names, *, now: datetime) -> Usage:
    """The newest values before a moment."""
    found = session.cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/ECS",
                        "MetricName": metric,
                        "Dimensions": [{"Name": "ClusterName", "Value": names.cluster}, {"Name": "ServiceName", "Value": names.service}],
                    },
                    "Period": 60,
                    "Stat": "Average",
                },
            }
            for number, metric in enumerate(_METRICS)
        ],
        StartTime=now - OVER,
        EndTime=now,
        ScanBy="TimestampDescending",
    )["MetricDataResults"]
    newest = {result.get("Id", ""): next(iter(result.get("Values", ())), None) for result in found}
    return Usage(newest.get("m0"), newest.get("m1"))
