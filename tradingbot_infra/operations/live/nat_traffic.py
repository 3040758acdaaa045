"""What passes the NAT gateways, as CloudWatch counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

_METRICS = ("BytesInFromSource", "BytesInFromDestination")
"""What comes in from either side: NAT processes, and AWS bills, both (VPC User Guide, "NAT gateway metrics and dimensions")."""

_WINDOW = timedelta(days=7)
"""A whole week: traffic of a weekend says nothing of a Monday."""

_LEAST = timedelta(days=1)
"""No shorter time is taken for the whole of what was seen: an hour says little of a month."""

_HOUR = 3600
_MONTH = timedelta(hours=730)
"""A month as AWS's calculator counts it (DESIGN, "Environments and cost")."""

_GIB = 1024**3


@dataclass(frozen=True)
class NatTraffic:
    """Bytes of every gateway, both ways, over the time since the first of them within a week."""

    bytes: float
    over: timedelta

    @property
    def gib_a_month(self) -> float:
        """What a month comes to at this rate, GiB, which AWS bills as GB."""
        return self.bytes / _GIB * (_MONTH / max(self.over, _LEAST))


def read_nat_traffic(session: Session, gateways: Sequence[str], *, until: datetime) -> NatTraffic:
    """What passed these gateways in the week before a moment."""
    start = until - _WINDOW
    total, first = 0.0, until
    if gateways:
        pages = session.cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=_queries(gateways), StartTime=start, EndTime=until
        )
        for result in (result for page in pages for result in page["MetricDataResults"]):
            total += sum(result.get("Values", []))
            first = min([first, *result.get("Timestamps", [])])
    return NatTraffic(total, until - first)


def _queries(gateways: Sequence[str]) -> "list[MetricDataQueryTypeDef]":
    return [
        {
            "Id": f"m{number}_{gateway.replace('-', '_')}",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/NATGateway", "MetricName": metric, "Dimensions": [{"Name": "NatGatewayId", "Value": gateway}]},
                "Period": _HOUR,
                "Stat": "Sum",
            },
        }
        for gateway in gateways
        for number, metric in enumerate(_METRICS)
    ]
