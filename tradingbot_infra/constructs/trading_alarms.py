"""Alarms of trading, and the one composite alarm that tells of an outage (design/trading_alarms.py)."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.alarm import NOTHING_HAPPENED, NOTHING_IS_THERE
from tradingbot_infra.constructs.metrics import TargetGroupMetrics
from tradingbot_infra.design.alarm_words import of_outage, of_strategy, of_trading
from tradingbot_infra.design.names import construct_id as id_of
from tradingbot_infra.design.trading_alarms import (
    HEARTBEAT_LINES,
    HEARTBEATS,
    OUTAGE,
    SERVICE_DOWN,
    Cause,
    Severity,
    TradingAlarm,
    no_heartbeat,
    trading_alarms,
)
from tradingbot_infra.design.trading_alarms_emf import EmfAlarm, emf_alarms

_MINUTE = cdk.Duration.minutes(1)

_RECOVERY = cdk.Duration.minutes(5)
"""What rang is well when it has been well for so long: a stream that comes and goes is one message."""

_DOWN_PERIODS = 3
"""Minutes without a healthy task. A deployment starts new tasks before old ones stop."""

_WAIT, _EXTENSION = cdk.Duration.minutes(2), cdk.Duration.minutes(10)
"""How long the composite alarm waits for the one that the service is down, and how long after that has ended: longer than its parts need
to recover, or it would tell of an outage that is over."""

Told = cloudwatch.Alarm | cloudwatch.PromQLAlarm | cloudwatch.CompositeAlarm


class TradingAlarms(Construct):
    """An alarm for each row: on PromQL where metrics come by OTLP, on metrics of the log where they come in its lines.

    What is part of an outage tells nobody by itself. `trading-outage` does, unless `service-down` rings, which has told it already.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        log_group: logs.ILogGroup,
        target_groups: Sequence[TargetGroupMetrics],
        topics: dict[Severity, sns.ITopic],
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._names = config.names
        self._language = config.notifications.alarm_language
        self._topics = topics
        self._outage: list[cloudwatch.IAlarm] = []
        of_log = emf_alarms(config.trading.limits) if config.telemetry.metrics == "emf" else {}
        for row in trading_alarms(config.environment, config.trading.limits):
            alarm = self._on_log(row, of_log[row.name]) if of_log else self._on_query(row)
            if row.cause is Cause.OUTAGE:
                self._outage.append(alarm)
            else:
                self._tell(alarm, row.severity)
        if config.trading.expected_strategies:
            self._heartbeats(log_group)
        self._composite(self._service_down(target_groups))

    def _on_query(self, row: TradingAlarm) -> cloudwatch.PromQLAlarm:
        return cloudwatch.PromQLAlarm(
            self,
            id_of(row.name),
            alarm_name=self._names.alarm(row.name),
            alarm_description=of_trading(self._language, row),
            query=row.query,
            evaluation_interval=_MINUTE,
            pending_period=cdk.Duration.minutes(row.minutes),
            recovery_period=_RECOVERY,
        )

    def _on_log(self, row: TradingAlarm, form: EmfAlarm) -> cloudwatch.Alarm:
        if form.metrics:
            combined = {name: self._metric(metric, form) for name, metric in form.metrics.items()}
            metric: cloudwatch.IMetric = cloudwatch.MathExpression(
                expression=form.expression, using_metrics=combined, period=cdk.Duration.seconds(form.period)
            )
        else:
            metric = self._metric(form.metric, form)
        return cloudwatch.Alarm(
            self,
            id_of(row.name),
            alarm_name=self._names.alarm(row.name),
            alarm_description=of_trading(self._language, row),
            metric=metric,
            threshold=form.threshold,
            evaluation_periods=form.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=NOTHING_HAPPENED,
        )

    def _metric(self, name: str, form: EmfAlarm) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=self._names.trading_namespace,
            metric_name=name,
            dimensions_map={"environment": self._config.environment},
            statistic=form.statistic,
            period=cdk.Duration.seconds(form.period),
        )

    def _heartbeats(self, log_group: logs.ILogGroup) -> None:
        """What hears a strategy that has never sent a metric, and one whose metrics are lost on their way."""
        lines = logs.MetricFilter(
            self,
            "Heartbeats",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.literal(HEARTBEAT_LINES),
            metric_namespace=self._names.metric_namespace,
            metric_name=HEARTBEATS,
            metric_value="1",
            dimensions={"Strategy": "$.strategy"},
        )
        for strategy in self._config.trading.expected_strategies:
            metric = lines.metric(statistic="Sum", period=_MINUTE, dimensions_map={"Strategy": strategy})
            self._outage.append(
                cloudwatch.Alarm(
                    self,
                    id_of(no_heartbeat(strategy)),
                    alarm_name=self._names.alarm(no_heartbeat(strategy)),
                    alarm_description=of_strategy(self._language, strategy),
                    metric=metric,
                    threshold=1,
                    evaluation_periods=self._config.trading.heartbeat_alarm_minutes,
                    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
                    treat_missing_data=NOTHING_IS_THERE,
                )
            )

    def _service_down(self, target_groups: Sequence[TargetGroupMetrics]) -> cloudwatch.Alarm:
        """That no task at all is healthy. One task of several is an alarm of its own, and must not hide that trading has stopped."""
        healthy = {name: group.healthy_in(_MINUTE) for name, group in zip(("blue", "green"), target_groups, strict=False)}
        metric: cloudwatch.IMetric = healthy["blue"]
        if len(healthy) > 1:
            metric = cloudwatch.MathExpression(expression="FILL(blue, 0) + FILL(green, 0)", using_metrics=dict(healthy), period=_MINUTE)
        alarm = cloudwatch.Alarm(
            self,
            id_of(SERVICE_DOWN),
            alarm_name=self._names.alarm(SERVICE_DOWN),
            alarm_description=of_outage(self._language, SERVICE_DOWN),
            metric=metric,
            threshold=1,
            evaluation_periods=_DOWN_PERIODS,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=NOTHING_IS_THERE,
        )
        self._tell(alarm, Severity.PAGE)
        return alarm

    def _composite(self, suppressor: cloudwatch.Alarm) -> None:
        alarm = cloudwatch.CompositeAlarm(
            self,
            id_of(OUTAGE),
            composite_alarm_name=self._names.alarm(OUTAGE),
            alarm_description=of_outage(self._language, OUTAGE),
            alarm_rule=cloudwatch.AlarmRule.any_of(
                *(cloudwatch.AlarmRule.from_alarm(each, cloudwatch.AlarmState.ALARM) for each in self._outage)
            ),
            actions_suppressor=suppressor,
            actions_suppressor_wait_period=_WAIT,
            actions_suppressor_extension_period=_EXTENSION,
        )
        self._tell(alarm, Severity.PAGE)

    def _tell(self, alarm: Told, severity: Severity) -> None:
        action = actions.SnsAction(self._topics[severity])
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
