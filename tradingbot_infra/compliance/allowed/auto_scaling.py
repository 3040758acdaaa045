"""What templates may hold of Application Auto Scaling."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": allowed(
        *free(
            _OPEN,
            "MaxCapacity",
            "MinCapacity",
            "ResourceId",
            "RoleARN",
            "ScalableDimension",
            "ScheduledActions[].ScalableTargetAction.MaxCapacity",
            "ScheduledActions[].ScalableTargetAction.MinCapacity",
            "ScheduledActions[].Schedule",
            "ScheduledActions[].ScheduledActionName",
            "ScheduledActions[].Timezone",
            "ServiceNamespace",
            "Tags.**",
        ),
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": allowed(
        *free(
            _OPEN,
            "PolicyName",
            "PolicyType",
            "ScalingTargetId",
            "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
            "TargetTrackingScalingPolicyConfiguration.TargetValue",
        ),
    ),
}
