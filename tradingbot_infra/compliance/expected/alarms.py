"""Every alarm, by the last part of its name (DESIGN, Monitoring)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.expected.account_alarms import account_alarms
from tradingbot_infra.compliance.expected.logs import ERRORS_METRIC, LOG_GROUP, REJECTS_METRIC
from tradingbot_infra.compliance.expected.resource import Expected, Reference
from tradingbot_infra.compliance.expected.trading_alarms import trading
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import flat
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.services import API

ALARM = "AWS::CloudWatch::Alarm"

_STACK = "MonitoringStack"
_FIVE_MINUTES, _ONE_HOUR = 300, 3600
_ABOVE, _BELOW = "GreaterThanThreshold", "LessThanThreshold"
_MIB, _GIB = 1024**2, 1024**3
_BLUE, _GREEN = "ServiceStack/LoadBalancer/PublicListener/ECSGroup", "ServiceStack/Traffic/Green"

Dimensions = Mapping[str, str | Reference]


@dataclass(frozen=True, kw_only=True)
class _Alarm:
    """One alarm. `threshold` is a number, or the name of the setting that is multiplied by `scale`.

    `missing` is what CloudWatch makes of missing data.
    """

    name: str
    metric: str
    dimensions: Callable[[Names], Dimensions]
    threshold: int | str
    statistic: str = "Average"
    comparison: str = _ABOVE
    scale: int = 1
    period: int = _FIVE_MINUTES
    periods: int = 2
    missing: str = "missing"


def alarms(config: EnvironmentConfig) -> Iterator[Expected]:
    """Every alarm that the settings ask for."""
    names, values = config.names, flat(config)
    topic = Reference(type="AWS::SNS::Topic", named=("TopicName", names.alarm_topic))
    yield _expected(names.alarm("alb-5xx"), topic, _server_errors(names, values))
    for row in _rows(config):
        yield _expected(names.alarm(row.name), topic, _single(row, names, values))
    yield from account_alarms(config)
    yield from trading(config)


def _expected(name: str, topic: Reference, properties: Mapping[str, Any]) -> Expected:
    notified = {"AlarmName": name, "AlarmActions": [topic], "OKActions": [topic]}
    return Expected(type=ALARM, stack=_STACK, key="AlarmName", properties={**notified, **properties})


def _single(row: _Alarm, names: Names, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """An alarm on one metric."""
    namespace, _, metric = row.metric.rpartition(" ")
    dimensions = [{"Name": name, "Value": value} for name, value in row.dimensions(names).items()]
    return {
        "Namespace": namespace or names.metric_namespace,
        "MetricName": metric,
        **({"Dimensions": dimensions} if dimensions else {}),
        "Statistic": row.statistic,
        "Period": row.period,
        "EvaluationPeriods": row.periods,
        "Threshold": values[row.threshold] * row.scale if isinstance(row.threshold, str) else row.threshold,
        "ComparisonOperator": row.comparison,
        "TreatMissingData": row.missing,
    }


def _server_errors(names: Names, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without a healthy target the load balancer itself answers 503, so its errors count with those of the targets."""

    def counted(identifier: str, metric: str) -> Mapping[str, Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in _of_balancer(names).items()]
        stat = {"Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions}}
        return {"Id": identifier, "MetricStat": {**stat, "Period": _FIVE_MINUTES, "Stat": "Sum"}, "ReturnData": False}

    return {
        "Metrics": [
            {"Id": "expr_1", "Expression": "FILL(targets, 0) + FILL(balancer, 0)", "ReturnData": True},
            counted("targets", "HTTPCode_Target_5XX_Count"),
            counted("balancer", "HTTPCode_ELB_5XX_Count"),
        ],
        "EvaluationPeriods": 2,
        "Threshold": values["alb_5xx_alarm_count"],
        "ComparisonOperator": _ABOVE,
        "TreatMissingData": "notBreaching",
    }


def _of_service(names: Names) -> Dimensions:
    return {
        "ClusterName": Reference(type="AWS::ECS::Cluster", named=("ClusterName", names.cluster)),
        "ServiceName": Reference(type="AWS::ECS::Service", attribute="Name", named=("ServiceName", names.service)),
    }


def _of_balancer(_: Names) -> Dimensions:
    return {"LoadBalancer": Reference(type="AWS::ElasticLoadBalancingV2::LoadBalancer", attribute="LoadBalancerFullName")}


def _of_targets(path: str) -> Callable[[Names], Dimensions]:
    targets = Reference(type="AWS::ElasticLoadBalancingV2::TargetGroup", attribute="TargetGroupFullName", path=path)
    return lambda names: {**_of_balancer(names), "TargetGroup": targets}


def _of_database(names: Names) -> Dimensions:
    return {"DBInstanceIdentifier": Reference(type="AWS::RDS::DBInstance", named=("DBInstanceIdentifier", names.database))}


def _of_flow_log(names: Names) -> Dimensions:
    return {"LogGroupName": Reference(type=LOG_GROUP, named=("LogGroupName", names.flow_log_group))}


def _of_password_rollout(names: Names) -> Dimensions:
    named = ("StateMachineName", names.password_rollout(API.part))
    return {"StateMachineArn": Reference(type="AWS::StepFunctions::StateMachine", attribute="Arn", named=named)}


def _of_vault(names: Names) -> Dimensions:
    return {"BackupVaultName": names.backup_vault}


def _of_nothing(_: Names) -> Dimensions:
    return {}


def _unhealthy_targets(config: EnvironmentConfig) -> Iterator[_Alarm]:
    """No target at all is the worst fault, unless tasks stop out of hours. A group that deployments alternate with says nothing of it."""
    sleeps, alternate = config.scaling.scale_down_out_of_hours, config.deployment.shifts_traffic
    yield _unhealthy("alb-unhealthy-targets", _BLUE, "notBreaching" if sleeps or alternate else "breaching")
    if alternate:
        yield _unhealthy("alb-unhealthy-targets-green", _GREEN, "notBreaching")
        if not sleeps:
            yield _Alarm(
                name="ecs-no-tasks",
                metric="ECS/ContainerInsights RunningTaskCount",
                dimensions=_of_service,
                threshold=1,
                comparison=_BELOW,
                missing="breaching",
            )


def _unhealthy(name: str, group: str, missing: str) -> _Alarm:
    return _Alarm(
        name=name,
        metric="AWS/ApplicationELB UnHealthyHostCount",
        dimensions=_of_targets(group),
        threshold="alb_unhealthy_alarm_count",
        statistic="Maximum",
        missing=missing,
    )


def _rows(config: EnvironmentConfig) -> Iterator[_Alarm]:
    yield from _WORKLOAD
    yield from _unhealthy_targets(config)
    yield from _CONTROLS
    if config.cache.enable_redis:
        for node in range(1, config.cache.redis_nodes + 1):
            yield from _redis(node)
    if config.database.backup_plan:
        yield from _BACKUPS
    if config.web_acl.waf:
        yield _blocked(config.network.region)


_WORKLOAD = (
    _Alarm(name="ecs-cpu", metric="AWS/ECS CPUUtilization", dimensions=_of_service, threshold="ecs_cpu_alarm_percent"),
    _Alarm(name="ecs-memory", metric="AWS/ECS MemoryUtilization", dimensions=_of_service, threshold="ecs_memory_alarm_percent"),
    _Alarm(
        name="alb-response-time",
        metric="AWS/ApplicationELB TargetResponseTime",
        dimensions=_of_balancer,
        threshold="alb_response_time_alarm_seconds",
        missing="notBreaching",
    ),
    _Alarm(name="rds-cpu", metric="AWS/RDS CPUUtilization", dimensions=_of_database, threshold="db_cpu_alarm_percent"),
    _Alarm(
        name="rds-free-storage",
        metric="AWS/RDS FreeStorageSpace",
        dimensions=_of_database,
        threshold="db_free_storage_alarm_gib",
        scale=_GIB,
        statistic="Minimum",
        comparison=_BELOW,
        periods=1,
    ),
    _Alarm(
        name="rds-free-memory",
        metric="AWS/RDS FreeableMemory",
        dimensions=_of_database,
        threshold="db_free_memory_alarm_mib",
        scale=_MIB,
        comparison=_BELOW,
    ),
    _Alarm(name="rds-connections", metric="AWS/RDS DatabaseConnections", dimensions=_of_database, threshold="db_connections_alarm_count"),
    _Alarm(
        name="application-errors",
        metric=ERRORS_METRIC,
        dimensions=_of_nothing,
        threshold="application_errors_alarm_count",
        statistic="Sum",
        periods=1,
        missing="notBreaching",
    ),
)

_CONTROLS = (
    _Alarm(
        name="flow-log-silent",
        metric="AWS/Logs IncomingLogEvents",
        dimensions=_of_flow_log,
        threshold=1,
        statistic="Sum",
        comparison=_BELOW,
        periods=6,
        missing="breaching",
    ),
    _Alarm(
        name="flow-log-rejects",
        metric=REJECTS_METRIC,
        dimensions=_of_nothing,
        threshold="flow_log_rejects_alarm_count",
        statistic="Sum",
        periods=1,
        missing="notBreaching",
    ),
    _Alarm(
        name="password-rollout",
        metric="AWS/States ExecutionsSucceeded",
        dimensions=_of_password_rollout,
        threshold=1,
        statistic="Sum",
        comparison=_BELOW,
        periods=3,
        missing="breaching",
    ),
)

_BACKUPS = tuple(
    _Alarm(
        name=name,
        metric=f"AWS/Backup {metric}",
        dimensions=_of_vault,
        threshold=0,
        statistic="Sum",
        period=_ONE_HOUR,
        periods=1,
        missing="notBreaching",
    )
    for name, metric in (("backup-failed", "NumberOfBackupJobsFailed"), ("backup-expired", "NumberOfBackupJobsExpired"))
)


def _redis(node: int) -> Iterator[_Alarm]:
    """The alarms of one node; the first one's have the plain name."""
    suffix = "" if node == 1 else f"-{node}"

    def of_node(names: Names) -> Dimensions:
        return {"CacheClusterId": names.redis_node(node)}

    for name, metric, threshold, statistic, missing in (
        ("redis-cpu", "EngineCPUUtilization", "redis_cpu_alarm_percent", "Average", "missing"),
        ("redis-host-cpu", "CPUUtilization", "redis_host_cpu_alarm_percent", "Average", "missing"),
        ("redis-memory", "DatabaseMemoryUsagePercentage", "redis_memory_alarm_percent", "Average", "missing"),
        ("redis-evictions", "Evictions", "redis_evictions_alarm_count", "Sum", "notBreaching"),
        ("redis-connections", "CurrConnections", "redis_connections_alarm_count", "Average", "missing"),
    ):
        yield _Alarm(
            name=f"{name}{suffix}",
            metric=f"AWS/ElastiCache {metric}",
            dimensions=of_node,
            threshold=threshold,
            statistic=statistic,
            missing=missing,
        )


def _blocked(region: str) -> _Alarm:
    return _Alarm(
        name="waf-blocked",
        metric="AWS/WAFV2 BlockedRequests",
        dimensions=lambda names: {"Region": region, "Rule": "ALL", "WebACL": names.web_acl},
        threshold="waf_blocked_alarm_count",
        statistic="Sum",
        periods=1,
        missing="notBreaching",
    )
