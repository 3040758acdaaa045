"""Silences: mute rules of CloudWatch, with which alarms go on changing their state but tell nobody until a moment.

A silence ends by itself: the rule's one window does, and so does the rule. CloudWatch User Guide, "Alarm mute rules".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import GetAlarmMuteRuleOutputTypeDef

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=15)
"""How long a window of a mute rule may be (CloudWatch API, PutAlarmMuteRule)."""

_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Silence:
    """A mute rule that holds now or soon. `until` is None for one without an end, which nobody made with this program."""

    rule: str
    alarms: tuple[str, ...]
    active: bool
    until: datetime | None
    why: str


def silence(session: Session, names: Names, alarms: Sequence[str], *, now: datetime, length: timedelta, why: str) -> Silence:
    """Silences alarms of the environment from the next full minute on, for a time; a silence of the same alarm begins anew.

    The next minute, because a window is given in minutes, and one that has begun already might never be entered.
    """
    begin = now.astimezone(UTC).replace(second=0, microsecond=0) + _A_MINUTE
    rule = _rule(names, alarms)
    session.cloudwatch.put_alarm_mute_rule(
        Name=rule,
        Description=why,
        Rule={"Schedule": {"Expression": f"at({begin:%Y-%m-%dT%H:%M})", "Duration": _duration(length), "Timezone": "UTC"}},
        MuteTargets={"AlarmNames": list(alarms)},
        ExpireDate=begin + length,
    )
    return Silence(rule, tuple(alarms), active=False, until=begin + length, why=why)


def silences(session: Session, names: Names) -> tuple[Silence, ...]:
    """Every mute rule that mutes an alarm of the environment now or soon, whoever made it, by name."""
    pages = session.cloudwatch.get_paginator("list_alarm_mute_rules").paginate(Statuses=["ACTIVE", "SCHEDULED"])
    arns = [each.get("AlarmMuteRuleArn", "") for page in pages for each in page["AlarmMuteRuleSummaries"]]
    return tuple(each for arn in sorted(arns) for each in _read(session, names, arn.rpartition(":alarm-mute-rule:")[2]))


def unsilence(session: Session, names: Names, alarms: Sequence[str]) -> tuple[str, ...]:
    """Ends the silences of these alarms at once, whoever made them, and returns the alarms that were silent.

    An alarm that is in ALARM tells so now (CloudWatch API, DeleteAlarmMuteRule). Others of the same rule stay silent.
    """
    ended: list[str] = []
    for each in silences(session, names):
        chosen = [alarm for alarm in each.alarms if alarm in alarms]
        if chosen:
            _leave_out(session, each.rule, chosen)
        ended += chosen
    return tuple(sorted(set(ended)))


def _leave_out(session: Session, rule: str, alarms: Sequence[str]) -> None:
    found = session.cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=rule)
    left = [name for name in found["MuteTargets"]["AlarmNames"] if name not in alarms]
    if not left:
        session.cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName=rule)
        return
    expire: Any = {"ExpireDate": found["ExpireDate"]} if "ExpireDate" in found else {}
    session.cloudwatch.put_alarm_mute_rule(
        Name=rule, Description=found.get("Description", ""), Rule=found["Rule"], MuteTargets={"AlarmNames": left}, **expire
    )


def _read(session: Session, names: Names, rule: str) -> Iterator[Silence]:
    """The rule, if it is about alarms of the environment; nothing if somebody has just deleted it."""
    try:
        found = session.cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=rule)
    except Exception as error:
        if not is_missing(error):
            raise
        return
    alarms = tuple(sorted(name for name in found.get("MuteTargets", {}).get("AlarmNames", ()) if name.startswith(f"{names.prefix}-")))
    if alarms:
        yield Silence(rule, alarms, found.get("Status") == "ACTIVE", _until(found), found.get("Description", ""))


def _until(found: "GetAlarmMuteRuleOutputTypeDef") -> datetime | None:
    end = found.get("ExpireDate")
    return end.astimezone(UTC) if end else None


def _rule(names: Names, alarms: Sequence[str]) -> str:
    """One rule for each alarm, and one for several together, so that a second silence takes the place of the first."""
    return f"{alarms[0]}-silence" if len(alarms) == 1 else f"{names.prefix}-silence"


def _duration(length: timedelta) -> str:
    return f"PT{int(length.total_seconds()) // 60}M"
