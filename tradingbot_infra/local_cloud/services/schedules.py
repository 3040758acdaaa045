"""Schedules of EventBridge Scheduler: each starts its target again and again, with the rights of its role.

Only rates and targets of Step Functions do. Source: "Schedule types in EventBridge Scheduler" (EventBridge Scheduler User Guide).
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.ministack import state_machines

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}

_log = logging.getLogger(__name__)


def follow(ask: Ask, group: str, name: str) -> None:
    """Starts the target of a schedule at its rate, until the schedule is deleted."""
    record = state_machines.schedule(group, name)
    if record is not None and seconds_between(record) is not None:
        background.spawn(_follow(background.from_here(ask), group, name, record))


def seconds_between(record: Mapping[str, Any]) -> float | None:
    """The seconds of AWS from one start to the next; None for a schedule that has no rate."""
    rate = _RATE.fullmatch(record["ScheduleExpression"])
    return int(rate[1]) * _SECONDS[rate[2]] if rate else None


async def _follow(ask: Ask, group: str, name: str, record: Mapping[str, Any]) -> None:
    while (seconds := seconds_between(record)) is not None:
        await clock.sleep(seconds)
        if state_machines.schedule(group, name) is not record:
            return
        if record["State"] == "ENABLED":
            await _start(ask, name, record["Target"])


async def _start(ask: Ask, name: str, target: Mapping[str, Any]) -> None:
    machine = str(target["Arn"])
    try:
        await ExecutionRole(target["RoleArn"], name, ask).check("states:StartExecution", machine)
        await ask("stepfunctions", "StartExecution", stateMachineArn=machine, input=target.get("Input", "{}"))
    except (DeniedError, LocalApiError) as error:  # AWS drops the start, and the schedule goes on
        _log.warning("Schedule %s: %s", name, error)
