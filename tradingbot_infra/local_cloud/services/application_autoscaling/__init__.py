"""Application Auto Scaling for ECS services.

A registered target keeps the service's desired count between its bounds. Policies and scheduled actions are stored and
described but never act, because nothing watches a metric or a clock.
"""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.application_autoscaling import activities, policies, scheduled_actions, targets
from tradingbot_infra.local_cloud.services.operation import Operation

TARGET = "AnyScaleFrontendService"

OPERATIONS: Mapping[str, Operation] = {
    "RegisterScalableTarget": targets.register,
    "DescribeScalableTargets": targets.describe,
    "DeregisterScalableTarget": targets.deregister,
    "PutScalingPolicy": policies.put,
    "DescribeScalingPolicies": policies.describe,
    "DeleteScalingPolicy": policies.delete,
    "PutScheduledAction": scheduled_actions.put,
    "DescribeScheduledActions": scheduled_actions.describe,
    "DeleteScheduledAction": scheduled_actions.delete,
    "DescribeScalingActivities": activities.describe,
}
