"""Alarms for controls that fail silently, such as a flow log that stopped or a backup that was not taken."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.monitoring import MonitoringConfig
from tradingbot_infra.constructs.alarm import NOTHING_HAPPENED, NOTHING_IS_THERE, PERIOD, Alarms
from tradingbot_infra.design.names import Names

_FLOW_LOG_FIELDS = (
    "version",
    "account",
    "interface",
    "source",
    "destination",
    "sourceport",
    "destinationport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "status",
)
"""The default format of a record (VPC User Guide, "Flow log records")."""

_SILENT_PERIODS = 6
"""Half an hour: records span up to ten minutes and arrive some five minutes later (VPC User Guide, "Flow log records")."""

_FAILED_CHECKS = 3
"""A quarter of an hour without success: an outage of an API shorter than that mends itself."""

_BACKUP_PERIOD = cdk.Duration.hours(1)
"""AWS Backup reports some minutes after the fact (AWS Backup Developer Guide, "AWS Backup metrics with Amazon CloudWatch"); with a
shorter period the alarm could miss the data point."""


class ControlAlarms(Construct):
    """The flow log, what follows a change of the database password, the backups where there is a vault, AWS WAF where there is a web ACL.

    `password_rollout` is the ARN of the state machine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alarms: Alarms,
        names: Names,
        limits: MonitoringConfig,
        flow_log_group: logs.ILogGroup,
        backup_vault: str | None,
        web_acl: str | None,
        password_rollout: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._flow_log(alarms, names, limits, flow_log_group)
        self._password_rollout(alarms, password_rollout)
        if backup_vault:
            self._backups(alarms, backup_vault)
        if web_acl:
            self._web_acl(alarms, limits, web_acl)

    def _flow_log(self, alarms: Alarms, names: Names, limits: MonitoringConfig, log_group: logs.ILogGroup) -> None:
        alarms.below(
            "flow-log-silent",
            _sum("AWS/Logs", "IncomingLogEvents", LogGroupName=log_group.log_group_name),
            1,
            "The VPC flow log receives no records",
            periods=_SILENT_PERIODS,
            without_data=NOTHING_IS_THERE,
        )
        rejects = logs.MetricFilter(
            self,
            "Rejects",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.space_delimited(*_FLOW_LOG_FIELDS).where_string("action", "=", "REJECT"),
            metric_namespace=names.metric_namespace,
            metric_name="RejectedFlows",
            metric_value="1",
            default_value=0,
        )
        alarms.above(
            "flow-log-rejects",
            rejects.metric(statistic="Sum", period=PERIOD),
            limits.flow_log_rejects_alarm_count,
            "Security groups and network ACLs reject many flows",
            periods=1,
            without_data=NOTHING_HAPPENED,
        )

    def _web_acl(self, alarms: Alarms, limits: MonitoringConfig, web_acl: str) -> None:
        alarms.above(
            "waf-blocked",
            _sum("AWS/WAFV2", "BlockedRequests", WebACL=web_acl, Region=cdk.Stack.of(self).region, Rule="ALL"),
            limits.waf_blocked_alarm_count,
            "AWS WAF blocks many requests",
            periods=1,
            without_data=NOTHING_HAPPENED,
        )

    @staticmethod
    def _password_rollout(alarms: Alarms, state_machine: str) -> None:
        # One alarm for every failure: no start, no permission, an error, or old tasks that nothing replaces.
        alarms.below(
            "password-rollout",
            _sum("AWS/States", "ExecutionsSucceeded", StateMachineArn=state_machine),
            1,
            "Nothing makes sure that tasks have the database's current password",
            periods=_FAILED_CHECKS,
            without_data=NOTHING_IS_THERE,
        )

    @staticmethod
    def _backups(alarms: Alarms, vault: str) -> None:
        # AWS Backup counts jobs that fail and jobs that could not start within their window separately.
        for name, metric, description in (
            ("backup-failed", "NumberOfBackupJobsFailed", "A backup of the database failed"),
            ("backup-expired", "NumberOfBackupJobsExpired", "A backup of the database could not start in time"),
        ):
            jobs = _sum("AWS/Backup", metric, BackupVaultName=vault).with_(period=_BACKUP_PERIOD)
            alarms.above(name, jobs, 0, description, periods=1, without_data=NOTHING_HAPPENED)


def _sum(namespace: str, name: str, **dimensions: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace=namespace, metric_name=name, dimensions_map=dimensions, statistic="Sum", period=PERIOD)
