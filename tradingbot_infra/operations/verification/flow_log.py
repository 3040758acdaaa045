"""Checks: every packet of the VPC is accounted for."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.live.flow_logs import FlowLog
from tradingbot_infra.operations.verification.check import Finding, Look, failed, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps


def complete(flow_logs: Sequence[FlowLog], group: str, steps: NextSteps) -> Finding:
    """Whether one flow log is active, and takes accepted and rejected traffic to the group of the design."""
    ours = [each for each in flow_logs if each.destination == group or each.destination.endswith(f":{group}:*")]
    if not ours:
        return failed(f"no flow log of the VPC writes to {group}", steps.revert("network"))
    wrong = [f"{each.id} is {each.status} and takes {each.traffic} traffic" for each in ours if not _right(each)]
    if len(wrong) == len(ours):
        return failed("; ".join(wrong), steps.revert("network"))
    return passed(f"{next(each.id for each in ours if _right(each))} is ACTIVE, takes ALL traffic, writes to {group}")


def delivering(flow_logs: Sequence[FlowLog], *, local: bool, steps: NextSteps) -> Iterator[Finding]:
    """Whether the records arrive."""
    for each in flow_logs:
        if each.delivery == "FAILED":
            yield failed(f"{each.id} delivers nothing: {each.error or 'EC2 gives no reason'}", steps.revert("network"))
        elif each.delivery:
            yield passed(f"{each.id} delivers: {each.delivery}")
        elif local:
            yield not_checkable("no packet flows in the local cloud, so nothing is delivered")
        else:
            yield not_checkable(f"{each.id} has delivered nothing yet", steps.verb("logs --source flow --since 1h"))


def _right(flow_log: FlowLog) -> bool:
    return (flow_log.status, flow_log.traffic) == ("ACTIVE", "ALL")


def _complete(facts: Facts) -> Iterator[Finding]:
    yield complete(facts.flow_logs, facts.names.flow_log_group, facts.steps)


def _delivering(facts: Facts) -> Iterator[Finding]:
    return delivering(facts.flow_logs, local=facts.session.local, steps=facts.steps)


LOOKS = (Look("EC2, flow logs of the VPC", _complete), Look("EC2, delivery of the flow log", _delivering))
