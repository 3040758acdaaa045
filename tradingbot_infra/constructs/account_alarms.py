"""Alarms on what the trail records: the fifteen of the CIS AWS Foundations Benchmark."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.constructs.alarm import NOTHING_HAPPENED, PERIOD, Alarms
from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.design.names import Names


class AccountAlarms(Construct):
    """A metric filter and an alarm for each row of design/account_alarms.py.

    The metrics have no default value: a metric that has data only when something happened costs only then (CloudWatch Pricing: metrics
    are billed by the hour in which they have data).
    """

    def __init__(self, scope: Construct, construct_id: str, *, alarms: Alarms, names: Names, log_group: logs.ILogGroup) -> None:
        super().__init__(scope, construct_id)
        for row in ACCOUNT_ALARMS:
            found = logs.MetricFilter(
                self,
                row.metric,
                log_group=log_group,
                filter_pattern=logs.FilterPattern.literal(row.pattern),
                metric_namespace=names.metric_namespace,
                metric_name=row.metric,
                metric_value="1",
            )
            alarms.above(
                row.name,
                found.metric(statistic="Sum", period=PERIOD),
                0,
                f"{row.words} (CIS {row.control})",
                periods=1,
                without_data=NOTHING_HAPPENED,
            )
