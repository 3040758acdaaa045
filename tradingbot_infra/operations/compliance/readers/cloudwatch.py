"""Alarms."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, same_names

_SAME = (
    "ActionsEnabled",
    "AlarmActions",
    "ComparisonOperator",
    "EvaluationPeriods",
    "MetricName",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
)

_OF_ONE_METRIC = ("MetricName", "Namespace", "Period", "Statistic")


def _alarm(one: One) -> Live:
    found = one.session.cloudwatch.describe_alarms(AlarmNames=[one.physical_id])["MetricAlarms"]
    if not found:
        return Live(deleted=(one.resource.logical_id,))
    # Of an alarm on an expression, the metrics are not read.
    names = [name for name in _SAME if "Metrics" not in one.resource.properties or name not in _OF_ONE_METRIC]
    properties = same_names(found[0], *names)
    # CloudFormation's default is true, so a template need not say it.
    return Live(properties={**properties, "ActionsEnabled": None if properties["ActionsEnabled"] else "false"})


READERS: Mapping[str, Reader] = {"AWS::CloudWatch::Alarm": _alarm}
