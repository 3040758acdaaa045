"""What templates may hold of CloudWatch."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, Count, allowed, free, judged, required, tags
from tradingbot_infra.compliance.expected.alarms import alarms

_STATED = "cw.as_designed"


def _alarms_of(stack: str) -> Count:
    return lambda config: sum(1 for each in alarms(config) if each.stack == stack)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::CloudWatch::Alarm": allowed(
        *judged(
            _STATED,
            "AlarmActions[]",
            "AlarmName",
            "ComparisonOperator",
            "Dimensions[].Name",
            "Dimensions[].Value",
            "EvaluationPeriods",
            "MetricName",
            "Metrics.**",
            "Namespace",
            "OKActions[]",
            "Period",
            "Statistic",
            "Threshold",
            "TreatMissingData",
        ),
        *free("Text for people: it changes nothing of what the alarm does.", "AlarmDescription"),
        *required(tags()),
        exact=True,
        MonitoringStack=_alarms_of("MonitoringStack"),
        AccountSecurityStack=_alarms_of("AccountSecurityStack"),
    ),
}
