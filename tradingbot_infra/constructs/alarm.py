"""CloudWatch alarms that notify the alarm topic."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from tradingbot_infra.design.alarm_words import Language, in_language
from tradingbot_infra.design.names import Names

PERIOD = cdk.Duration.minutes(5)
"""Period of alarms and dashboard graphs. The document states it for application errors only; the others use the same."""


NOTHING_HAPPENED = cloudwatch.TreatMissingData.NOT_BREACHING
"""For counts: no data means that nothing happened."""

NOTHING_IS_THERE = cloudwatch.TreatMissingData.BREACHING
"""For metrics that must always report: missing data is a fault."""

UNKNOWN = cloudwatch.TreatMissingData.MISSING
"""For levels: the alarm goes to INSUFFICIENT_DATA."""


class Alarms(Construct):
    """The alarms of one environment; they evaluate two periods in a row unless `periods` says otherwise.

    Descriptions are given in English, and stand in the template in `language`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, topic: sns.ITopic, language: Language) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        self._language = language
        self._action = actions.SnsAction(topic)

    def above(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 2,
        without_data: cloudwatch.TreatMissingData = UNKNOWN,
    ) -> None:
        """Alarms when the metric is above the threshold."""
        self._alarm(name, metric, threshold, description, periods, without_data, cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD)

    def below(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 2,
        without_data: cloudwatch.TreatMissingData = UNKNOWN,
    ) -> None:
        """Alarms when the metric is below the threshold."""
        self._alarm(name, metric, threshold, description, periods, without_data, cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD)

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        periods: int,
        without_data: cloudwatch.TreatMissingData,
        comparison: cloudwatch.ComparisonOperator,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            alarm_name=self._names.alarm(name),
            alarm_description=in_language(self._language, name, description),
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=comparison,
            treat_missing_data=without_data,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
