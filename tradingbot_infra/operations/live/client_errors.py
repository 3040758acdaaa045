"""How often the application refused a request itself, and how often the load balancer dropped a header, as CloudWatch counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDataQueryTypeDef, MetricStatTypeDef

OVER = timedelta(hours=3)
"""How far back answers count: longer than a deployment, shorter than a night."""


@dataclass(frozen=True)
class ClientErrors:
    """Requests that reached a target within OVER, those of them that it answered with 4XX, and requests that lost a header.

    Source: ELB User Guide, "CloudWatch metrics for your Application Load Balancer". What AWS WAF blocks reaches no target.
    """

    requests: int
    refused: int
    without_a_header: int

    @property
    def share(self) -> float:
        """Which part of the requests the application refused."""
        return self.refused / max(self.requests, self.refused, 1)


def read_client_errors(session: Session, balancer_arn: str, zones: Sequence[str], *, until: datetime) -> ClientErrors:
    """The sums before a moment; CloudWatch has no value where nothing happened."""
    balancer: DimensionTypeDef = {"Name": "LoadBalancer", "Value": balancer_arn.partition(":loadbalancer/")[2]}
    queries = [
        _query("requests", "RequestCount", [balancer]),
        _query("refused", "HTTPCode_Target_4XX_Count", [balancer]),
        # The only one of them that exists by zone only.
        *(
            _query(f"dropped{number}", "DroppedInvalidHeaderRequestCount", [balancer, {"Name": "AvailabilityZone", "Value": zone}])
            for number, zone in enumerate(zones)
        ),
    ]
    pages = session.cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, StartTime=until - OVER, EndTime=until)
    sums = {query["Id"]: 0 for query in queries}
    for result in (result for page in pages for result in page["MetricDataResults"]):
        sums[result.get("Id", "")] += int(sum(result.get("Values", [])))
    return ClientErrors(sums.pop("requests"), sums.pop("refused"), sum(sums.values()))


def _query(identifier: str, metric: str, dimensions: "list[DimensionTypeDef]") -> "MetricDataQueryTypeDef":
    measured: MetricStatTypeDef = {
        "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions},
        "Period": 300,
        "Stat": "Sum",
    }
    return {"Id": identifier, "MetricStat": measured}
