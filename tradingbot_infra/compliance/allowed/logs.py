"""What templates may hold of CloudWatch Logs."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Logs::LogGroup": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "KmsKeyId",
            "LogGroupName",
            "RetentionInDays",
            "Tags.**",
        ),
    ),
    "AWS::Logs::ResourcePolicy": allowed(
        *free(
            _OPEN,
            "PolicyDocument.**",
            "PolicyName",
        ),
    ),
    "AWS::Logs::MetricFilter": allowed(
        *free(
            _OPEN,
            "FilterPattern",
            "LogGroupName",
            "MetricTransformations[].DefaultValue",
            "MetricTransformations[].MetricName",
            "MetricTransformations[].MetricNamespace",
            "MetricTransformations[].MetricValue",
        ),
    ),
    "AWS::Logs::QueryDefinition": allowed(
        *free(
            _OPEN,
            "LogGroupNames[]",
            "Name",
            "QueryString",
        ),
    ),
}
