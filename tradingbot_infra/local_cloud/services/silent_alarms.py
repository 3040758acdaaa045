"""Alarms on metrics of metric filters, once such a metric has no data: CloudWatch then looks what missing data means.

ministack looks at alarms whenever a metric is put, but never without one, so an alarm would ring until the next log line. The clock is
this machine's, whatever the time scale. Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes

_LOOK_SECONDS = 60.0
"""CloudWatch evaluates alarms every minute."""
_STATES = {"notBreaching": "OK", "breaching": "ALARM", "missing": "INSUFFICIENT_DATA"}
"""How missing data is treated -> the state of an alarm without any; `ignore` leaves it as it is."""

_last: dict[tuple[str, str], float] = scopes.by_account_and_region()
"""Namespace and name of a metric -> when a filter published it last."""


def watch(ask: Ask, namespace: str, names: Iterable[str]) -> None:
    """Notes that these metrics have data now, and begins to look at their alarms every minute if nothing does yet."""
    begins = not len(_last)
    _last.update({(namespace, name): time.time() for name in names})
    if begins:
        background.spawn(_keep_looking(background.from_here(ask)))


async def look(ask: Ask, now: float) -> None:
    """Sets the state of every alarm whose metric has had no data for its whole evaluation, `now` in seconds since the epoch."""
    token: dict[str, str] = {}
    while True:
        page = await ask("cloudwatch", "DescribeAlarms", AlarmTypes=["MetricAlarm"], **token)
        for alarm, state in _silent(page.get("MetricAlarms", []), now):
            with suppress(LocalApiError):  # it was deleted meanwhile
                await ask("cloudwatch", "SetAlarmState", AlarmName=alarm["AlarmName"], StateValue=state, StateReason=_reason(alarm, state))
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


async def _keep_looking(ask: Ask) -> None:
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        await look(ask, time.time())


def _silent(alarms: Iterable[Mapping[str, Any]], now: float) -> Iterator[tuple[Mapping[str, Any], str]]:
    for alarm in alarms:
        last = _last.get((alarm.get("Namespace", ""), alarm.get("MetricName", "")))
        state = _STATES.get(alarm.get("TreatMissingData") or "missing")
        window = alarm.get("Period", 60) * alarm.get("EvaluationPeriods", 1)
        if last is not None and last + window < now and state not in (None, alarm["StateValue"]):
            yield alarm, str(state)


def _reason(alarm: Mapping[str, Any], state: str) -> str:
    if state == "INSUFFICIENT_DATA":
        return "Insufficient Data: no datapoints were received"
    treated = "Breaching" if alarm["TreatMissingData"] == "breaching" else "NonBreaching"
    periods = alarm.get("EvaluationPeriods", 1)
    silent = f"no datapoints were received for {periods} period(s)"
    return f"Threshold Crossed: {silent} and {periods} missing datapoint(s) were treated as [{treated}]."
