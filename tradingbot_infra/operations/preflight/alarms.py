"""Checks: nothing is wrong with what runs, before something else takes its place."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.alarms import alarms
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand
from tradingbot_infra.operations.verdict import Finding, failed, passed


def in_words(count: int) -> str:
    """That so many alarms ring."""
    return f"{count} alarms are in ALARM" if count > 1 else "an alarm is in ALARM"


def quiet(plan: Plan) -> Iterator[Finding]:
    """A finding for each alarm in ALARM. A deployment may be what ends it, so a person decides."""
    ringing = [alarm for alarm in alarms(plan.session, plan.names) if alarm.state == "ALARM"]
    for alarm in ringing:
        yield failed(f"{alarm.name} is in ALARM: {alarm.reason}", OwnCommand("doctor"))
    if not ringing:
        yield passed("none is in ALARM")
