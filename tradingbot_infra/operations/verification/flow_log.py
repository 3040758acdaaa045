"""Checks: the VPC flow log is active and delivers."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.live.flow_logs import FlowLog
from tradingbot_infra.operations.printed_commands import OwnCommand, revert
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look


def active(flow_logs: Sequence[FlowLog], group: str) -> Finding:
    """Whether one flow log is active, and takes accepted and rejected traffic to the group of the design."""
    ours = [each for each in flow_logs if each.destination == group or each.destination.endswith(f":{group}:*")]
    if not ours:
        return failed(f"no flow log of the VPC writes to {group}", revert("network"))
    wrong = [f"{each.id} is {each.status} and takes {each.traffic} traffic" for each in ours if not _right(each)]
    if len(wrong) == len(ours):
        return failed("; ".join(wrong), revert("network"))
    return passed(f"{next(each.id for each in ours if _right(each))} is ACTIVE, takes ALL traffic, writes to {group}")


def delivering(flow_logs: Sequence[FlowLog]) -> Iterator[Finding]:
    """Whether the records arrive."""
    for each in flow_logs:
        if each.delivery == "FAILED":
            yield failed(f"{each.id} delivers nothing: {each.error or 'EC2 gives no reason'}", revert("network"))
        elif each.delivery:
            yield passed(f"{each.id} delivers: {each.delivery}")
        else:
            yield not_assessed(f"{each.id} has delivered nothing yet", OwnCommand("logs --source flow --since 1h"))


def _right(flow_log: FlowLog) -> bool:
    return (flow_log.status, flow_log.traffic) == ("ACTIVE", "ALL")


LOOKS = (
    Look("EC2, flow logs of the VPC", lambda facts: (active(facts.flow_logs, facts.names.flow_log_group),)),
    Look("EC2, delivery of the flow log", lambda facts: delivering(facts.flow_logs)),
)
