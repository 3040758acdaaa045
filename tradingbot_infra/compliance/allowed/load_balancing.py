"""What templates may hold of Elastic Load Balancing."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": allowed(
        *free(
            _OPEN,
            "LoadBalancerAttributes[].Key",
            "LoadBalancerAttributes[].Value",
            "Scheme",
            "SecurityGroups[]",
            "Subnets[]",
            "Tags.**",
            "Type",
        ),
    ),
    "AWS::ElasticLoadBalancingV2::Listener": allowed(
        *free(
            _OPEN,
            "DefaultActions[].TargetGroupArn",
            "DefaultActions[].Type",
            "LoadBalancerArn",
            "Port",
            "Protocol",
            "Tags.**",
        ),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": allowed(
        *free(
            _OPEN,
            "HealthCheckIntervalSeconds",
            "HealthCheckPath",
            "Matcher.HttpCode",
            "Port",
            "Protocol",
            "Tags.**",
            "TargetGroupAttributes[].Key",
            "TargetGroupAttributes[].Value",
            "TargetType",
            "VpcId",
        ),
    ),
}
