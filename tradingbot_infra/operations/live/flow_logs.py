"""The flow logs of a VPC."""

from dataclasses import dataclass

from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class FlowLog:
    """One flow log. `delivery` is SUCCESS or FAILED, empty while EC2 has delivered nothing; `error` is why it failed."""

    id: str
    status: str
    traffic: str
    destination: str
    delivery: str
    error: str


def read_flow_logs(session: Session, vpc_id: str) -> tuple[FlowLog, ...]:
    """Every flow log of a VPC."""
    pages = session.ec2.get_paginator("describe_flow_logs").paginate(Filters=[{"Name": "resource-id", "Values": [vpc_id]}])
    return tuple(
        FlowLog(
            id=item.get("FlowLogId", ""),
            status=item.get("FlowLogStatus", ""),
            traffic=item.get("TrafficType", ""),
            destination=item.get("LogGroupName") or item.get("LogDestination", ""),
            delivery=item.get("DeliverLogsStatus", ""),
            error=item.get("DeliverLogsErrorMessage", ""),
        )
        for page in pages
        for item in page["FlowLogs"]
    )
