"""How often NAT gateways had no port left for a connection, as CloudWatch counts it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=3)
"""How far back they count."""


def read_port_errors(session: Session, gateways: Sequence[str], *, until: datetime) -> int:
    """The sum over these gateways before a moment: above zero, too many connections to one destination were open at once
    (VPC User Guide, "NAT gateway metrics and dimensions", ErrorPortAllocation)."""
    if not gateways:
        return 0
    pages = session.cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/NATGateway",
                        "MetricName": "ErrorPortAllocation",
                        "Dimensions": [{"Name": "NatGatewayId", "Value": gateway}],
                    },
                    "Period": 300,
                    "Stat": "Sum",
                },
            }
            for number, gateway in enumerate(gateways)
        ],
        StartTime=until - OVER,
        EndTime=until,
    )
    return int(sum(sum(result.get("Values", [])) for page in pages for result in page["MetricDataResults"]))
