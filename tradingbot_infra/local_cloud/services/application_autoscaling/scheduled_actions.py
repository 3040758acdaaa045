"""Scheduled actions, which are stored and returned. No clock is watched, so none acts."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tradingbot_infra.local_cloud.ministack.scopes import arn
from tradingbot_infra.local_cloud.services.application_autoscaling import state
from tradingbot_infra.local_cloud.services.application_autoscaling.state import EcsService
from tradingbot_infra.local_cloud.services.operation import Call

_SCHEDULE = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(\d+ (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)")


async def put(call: Call) -> dict[str, Any]:
    """PutScheduledAction; an existing action keeps its ARN and whatever the call leaves out."""
    service, name = state.ecs_service(call.parameters), call.parameters["ScheduledActionName"]
    state.require_target(service)
    old = state.scheduled_actions.get((service.resource_id, name))
    action = _changed(service, name, old, call.parameters)
    _check(action)
    state.scheduled_actions[service.resource_id, name] = action
    return {}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeScheduledActions."""
    return state.described("ScheduledActions", state.scheduled_actions.values(), "ScheduledActionName", call.parameters)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteScheduledAction."""
    return state.deleted(state.scheduled_actions, "ScheduledActionName", "scheduled action", call.parameters)


def _changed(service: EcsService, name: str, old: Mapping[str, Any] | None, parameters: Mapping[str, Any]) -> dict[str, Any]:
    resource = f"scheduledAction:{uuid.uuid4()}:resource/{state.NAMESPACE}/{service.resource_id}:scheduledActionName/{name}"
    kept = old or {
        "ScheduledActionName": name,
        "ScheduledActionARN": arn("autoscaling", resource),
        **service.dimension,
        "CreationTime": datetime.now(UTC),
    }
    changing = ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")
    return {**kept, **{field: parameters[field] for field in changing if field in parameters}}


def _check(action: Mapping[str, Any]) -> None:
    if _SCHEDULE.fullmatch(action.get("Schedule", "")) is None:
        raise state.invalid("Schedule must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(six fields)")
    if "Timezone" in action:
        try:
            ZoneInfo(action["Timezone"])
        except (KeyError, ValueError):
            raise state.invalid(f"{action['Timezone']} is not a time zone") from None
    if "StartTime" in action and "EndTime" in action and action["StartTime"] >= action["EndTime"]:
        raise state.invalid("StartTime must be before EndTime")
    state.check_bounds(action.get("ScalableTargetAction", {}))
