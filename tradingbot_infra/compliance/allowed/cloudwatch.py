"""What templates may hold of CloudWatch."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, Count, allowed, free, judged, required, tags
from tradingbot_infra.compliance.expected.alarms import ALARM, alarms
from tradingbot_infra.compliance.expected.trading_alarms import COMPOSITE

_STATED = "cw.as_designed"


def _alarms_of(stack: str, kind: str = ALARM) -> Count:
    return lambda config: sum(1 for each in alarms(config) if (each.stack, each.type) == (stack, kind))


ALLOWED: Mapping[str, AllowedType] = {
    ALARM: allowed(
        *judged(
            _STATED,
            "AlarmActions[]",
            "AlarmName",
            "ComparisonOperator",
            "Dimensions[].Name",
            "Dimensions[].Value",
            "EvaluationCriteria.**",
            "EvaluationInterval",
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
        *free("Text for people. That of alarms of trading, on which somebody acts at night, cw.as_designed compares.", "AlarmDescription"),
        *required(tags()),
        exact=True,
        MonitoringStack=_alarms_of("MonitoringStack"),
        AccountSecurityStack=_alarms_of("AccountSecurityStack"),
    ),
    COMPOSITE: allowed(
        *judged(
            _STATED,
            "ActionsSuppressor",
            "ActionsSuppressorExtensionPeriod",
            "ActionsSuppressorWaitPeriod",
            "AlarmActions[]",
            "AlarmDescription",
            "AlarmName",
            "AlarmRule",
            "OKActions[]",
        ),
        *required(tags()),
        exact=True,
        MonitoringStack=_alarms_of("MonitoringStack", COMPOSITE),
    ),
}
