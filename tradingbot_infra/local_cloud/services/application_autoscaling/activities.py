"""Scaling activities: each change that Application Auto Scaling made to a desired count."""

import uuid
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.services.application_autoscaling import state
from tradingbot_infra.local_cloud.services.application_autoscaling.state import EcsService
from tradingbot_infra.local_cloud.services.operation import Call


def record(service: EcsService, desired_count: int, cause: str) -> None:
    """Records that the desired count was set; texts as in AWS's examples of DescribeScalingActivities."""
    now = datetime.now(UTC)
    activity = {
        "ActivityId": str(uuid.uuid4()),
        **service.dimension,
        "Description": f"Setting desired count to {desired_count}.",
        "Cause": cause,
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {desired_count}. Change successfully fulfilled by ecs.",
    }
    state.activities[service.resource_id] = [activity, *state.activities.get(service.resource_id, [])]


async def describe(call: Call) -> dict[str, Any]:
    """DescribeScalingActivities, newest first; activities that did not scale are never included."""
    every = [activity for of_service in state.activities.values() for activity in of_service]
    newest_first = sorted(state.selected(every, call.parameters), key=lambda activity: activity["StartTime"], reverse=True)
    return state.page("ScalingActivities", newest_first, call.parameters)
