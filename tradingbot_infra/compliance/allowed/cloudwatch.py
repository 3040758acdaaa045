"""What templates may hold of CloudWatch."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::CloudWatch::Alarm": allowed(
        *free(
            _OPEN,
            "AlarmActions[]",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "Dimensions[].Name",
            "Dimensions[].Value",
            "EvaluationPeriods",
            "MetricName",
            "Metrics[].Expression",
            "Metrics[].Id",
            "Metrics[].MetricStat.Metric.Dimensions[].Name",
            "Metrics[].MetricStat.Metric.Dimensions[].Value",
            "Metrics[].MetricStat.Metric.MetricName",
            "Metrics[].MetricStat.Metric.Namespace",
            "Metrics[].MetricStat.Period",
            "Metrics[].MetricStat.Stat",
            "Metrics[].ReturnData",
            "Namespace",
            "OKActions[]",
            "Period",
            "Statistic",
            "Tags.**",
            "Threshold",
            "TreatMissingData",
        ),
    ),
    "AWS::CloudWatch::Dashboard": allowed(
        *free(
            _OPEN,
            "DashboardBody.**",
            "DashboardName",
            "Tags.**",
        ),
    ),
}
