"""CloudWatch's alarm mute rules: within their windows the alarms that they name do nothing. What they would have done is not made up for.

Windows are moments of the clock, which the time scale does not change.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.scopes import arn, by_account_and_region
from tradingbot_infra.local_cloud.services import windows
from tradingbot_infra.local_cloud.services.operation import Call

_rules: Any = by_account_and_region()
"""Name -> the rule, as GetAlarmMuteRule shows it, without its status."""

_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
_CRON = re.compile(r"cron\(\S+( \S+){4}\)")
_DURATION = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?")
_MOST_ALARMS = 100
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=15)
_PAGE = 50


async def put(call: Call) -> dict[str, Any]:
    """PutAlarmMuteRule; a rule of the same name is replaced."""
    given = call.parameters
    schedule = given["Rule"]["Schedule"]
    _check(schedule)
    if len(given.get("MuteTargets", {}).get("AlarmNames", [])) > _MOST_ALARMS:
        raise _invalid(f"A mute rule targets at most {_MOST_ALARMS} alarms")
    kept = ("Name", "Description", "Rule", "MuteTargets", "StartDate", "ExpireDate")
    _rules[given["Name"]] = {
        **{name: given[name] for name in kept if name in given},
        "AlarmMuteRuleArn": arn("cloudwatch", f"alarm-mute-rule:{given['Name']}"),
        "LastUpdatedTimestamp": datetime.now(UTC),
    }
    return {}


async def get(call: Call) -> dict[str, Any]:
    """GetAlarmMuteRule."""
    name = call.parameters["AlarmMuteRuleName"]
    if name not in _rules:
        raise LocalApiError("ResourceNotFoundException", f"Alarm mute rule {name} does not exist", 404)
    return {**_rules[name], "Status": _status(_rules[name], datetime.now(UTC))}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteAlarmMuteRule, which succeeds for a rule that does not exist."""
    _rules.pop(call.parameters["AlarmMuteRuleName"], None)
    return {}


async def describe(call: Call) -> dict[str, Any]:
    """ListAlarmMuteRules, by name; a token is the number of rules that were shown."""
    asked = call.parameters
    shown = ("AlarmMuteRuleArn", "ExpireDate", "LastUpdatedTimestamp")
    found = [
        {**{name: rule[name] for name in shown if name in rule}, "Status": _status(rule, datetime.now(UTC))}
        for _, rule in sorted(_rules.items())
        if asked.get("AlarmName") in (None, *rule.get("MuteTargets", {}).get("AlarmNames", ())) and _is_wanted(rule, asked)
    ]
    first, most = int(asked.get("NextToken", 0)), asked.get("MaxRecords", _PAGE)
    more = {"NextToken": str(first + most)} if len(found) > first + most else {}
    return {"AlarmMuteRuleSummaries": found[first : first + most], **more}


def _is_wanted(rule: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    return not asked.get("Statuses") or _status(rule, datetime.now(UTC)) in asked["Statuses"]


def mutes(alarm: str, now: datetime) -> bool:
    """Whether a window of any rule that names the alarm is open."""
    return any(alarm in rule.get("MuteTargets", {}).get("AlarmNames", []) and _status(rule, now) == "ACTIVE" for rule in _rules.values())


def _status(rule: Mapping[str, Any], now: datetime) -> str:
    schedule = rule["Rule"]["Schedule"]
    expires, starts = rule.get("ExpireDate"), rule.get("StartDate")
    if expires and now >= _aware(expires):
        return "EXPIRED"
    if starts and now < _aware(starts):
        return "SCHEDULED"
    local, length = now.astimezone(ZoneInfo(schedule.get("Timezone", "UTC"))), _length(schedule["Duration"])
    once = _AT.fullmatch(schedule["Expression"])
    if once is None:
        return "ACTIVE" if windows.is_open(schedule["Expression"], length, local) else "SCHEDULED"
    begin = datetime.fromisoformat(once[1]).replace(tzinfo=local.tzinfo)
    if local < begin:
        return "SCHEDULED"
    return "ACTIVE" if local < begin + length else "EXPIRED"


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check(schedule: Mapping[str, Any]) -> None:
    if not (_AT.fullmatch(schedule["Expression"]) or _CRON.fullmatch(schedule["Expression"])):
        raise _invalid("Expression must be at(yyyy-MM-ddThh:mm) or cron(five fields)")
    if not _SHORTEST <= _length(schedule["Duration"]) <= _LONGEST:
        raise _invalid("Duration must be from PT1M to P15D")
    if _CRON.fullmatch(schedule["Expression"]) and not windows.can_be_read(schedule["Expression"]):
        raise _invalid(f"{schedule['Expression']} cannot be read")
    try:
        ZoneInfo(schedule.get("Timezone", "UTC"))
    except (KeyError, ValueError):
        raise _invalid(f"{schedule['Timezone']} is not a time zone") from None


def _length(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise _invalid("Duration must be an ISO 8601 duration of days, hours and minutes")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("ValidationError", message)


OPERATIONS = {
    "DeleteAlarmMuteRule": delete,
    "GetAlarmMuteRule": get,
    "ListAlarmMuteRules": describe,
    "PutAlarmMuteRule": put,
}
"""API name -> the function that answers it."""
