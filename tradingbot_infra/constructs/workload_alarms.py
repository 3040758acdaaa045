"""Alarms of the service, load balancer, database, Redis and application: those of the design document (DESIGN, Monitoring)."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.sections.monitoring import MonitoringConfig
from tradingbot_infra.constructs.alarm import NOTHING_HAPPENED, NOTHING_IS_THERE, PERIOD, Alarms
from tradingbot_infra.constructs.metrics import DatabaseMetrics, LoadBalancerMetrics, RedisNodeMetrics, ServiceMetrics, TargetGroupMetrics
from tradingbot_infra.design.log_lines import JSON_ERRORS, TEXT_ERRORS
from tradingbot_infra.design.names import Names

_MIB = 1024**2
_GIB = 1024**3


class ApplicationErrors:
    """Counts error lines of the application's log: one metric, from a filter for JSON and another for text."""

    def __init__(self, scope: Construct, *, log_group: logs.ILogGroup, names: Names) -> None:
        json_lines, _ = (
            logs.MetricFilter(
                scope,
                construct_id,
                log_group=log_group,
                filter_pattern=logs.FilterPattern.literal(pattern),
                metric_namespace=names.metric_namespace,
                metric_name="ApplicationErrors",
                metric_value="1",
                default_value=0,
            )
            for construct_id, pattern in (("ApplicationErrors", JSON_ERRORS), ("ApplicationErrorsInText", TEXT_ERRORS))
        )
        self.count = json_lines.metric(statistic="Sum", period=PERIOD)
        """Error lines in one period."""


def add_service_alarms(alarms: Alarms, metrics: ServiceMetrics, limits: MonitoringConfig) -> None:
    """CPU and memory of the ECS service."""
    alarms.above("ecs-cpu", metrics.cpu, limits.ecs_cpu_alarm_percent, "ECS CPU is high")
    alarms.above("ecs-memory", metrics.memory, limits.ecs_memory_alarm_percent, "ECS memory is high")


def add_load_balancer_alarms(alarms: Alarms, metrics: LoadBalancerMetrics, limits: MonitoringConfig) -> None:
    """Response time and server errors, whichever version answers."""
    alarms.above(
        "alb-response-time",
        metrics.response_time,
        limits.alb_response_time_alarm_seconds,
        "The API responds slowly",
        without_data=NOTHING_HAPPENED,
    )
    alarms.above("alb-5xx", metrics.all_5xx, limits.alb_5xx_alarm_count, "The API returns server errors", without_data=NOTHING_HAPPENED)


def add_target_alarms(alarms: Alarms, targets: TargetGroupMetrics, limits: MonitoringConfig, *, sleeps: bool) -> None:
    """Unhealthy targets where there is one target group.

    `sleeps` is whether tasks stop out of hours. Then missing data is normal; elsewhere no target at all is the worst fault.
    """
    _unhealthy(alarms, "alb-unhealthy-targets", targets, limits, NOTHING_HAPPENED if sleeps else NOTHING_IS_THERE)


def add_alternating_target_alarms(
    alarms: Alarms, service: ServiceMetrics, blue: TargetGroupMetrics, green: TargetGroupMetrics, limits: MonitoringConfig, *, sleeps: bool
) -> None:
    """Unhealthy targets where deployments alternate between two target groups.

    One of them is empty between deployments, and which one changes: missing data of a group says nothing. That no task runs at all, the
    worst fault where tasks do not sleep, is an alarm of its own.
    """
    _unhealthy(alarms, "alb-unhealthy-targets", blue, limits, NOTHING_HAPPENED)
    _unhealthy(alarms, "alb-unhealthy-targets-green", green, limits, NOTHING_HAPPENED)
    if not sleeps:
        alarms.below("ecs-no-tasks", service.running_tasks, 1, "No task runs", without_data=NOTHING_IS_THERE)


def _unhealthy(
    alarms: Alarms, name: str, targets: TargetGroupMetrics, limits: MonitoringConfig, without_data: cloudwatch.TreatMissingData
) -> None:
    alarms.above(name, targets.unhealthy, limits.alb_unhealthy_alarm_count, "Tasks fail their health check", without_data=without_data)


def add_database_alarms(alarms: Alarms, metrics: DatabaseMetrics, limits: MonitoringConfig) -> None:
    """CPU, free storage, free memory and connections of RDS."""
    alarms.above("rds-cpu", metrics.cpu, limits.db_cpu_alarm_percent, "RDS CPU is high")
    alarms.below("rds-free-storage", metrics.free_storage, limits.db_free_storage_alarm_gib * _GIB, "RDS free storage is low", periods=1)
    alarms.below("rds-free-memory", metrics.free_memory, limits.db_free_memory_alarm_mib * _MIB, "RDS free memory is low")
    alarms.above(
        "rds-connections", metrics.connections, limits.db_connections_alarm_count, "RDS has nearly as many connections as it takes"
    )


def add_redis_alarms(alarms: Alarms, nodes: Sequence[RedisNodeMetrics], limits: MonitoringConfig) -> None:
    """CPU of engine and host, memory, evictions and connections of each Redis node."""
    for number, metrics in enumerate(nodes, start=1):
        # The first node keeps the plain name, so that adding a replica changes no existing alarm.
        node = "" if number == 1 else f"-{number}"
        alarms.above(f"redis-cpu{node}", metrics.engine_cpu, limits.redis_cpu_alarm_percent, "Redis CPU is high")
        alarms.above(f"redis-host-cpu{node}", metrics.host_cpu, limits.redis_host_cpu_alarm_percent, "CPU of a Redis node is high")
        alarms.above(f"redis-memory{node}", metrics.memory, limits.redis_memory_alarm_percent, "Redis memory is almost full")
        alarms.above(
            f"redis-evictions{node}",
            metrics.evictions,
            limits.redis_evictions_alarm_count,
            "Redis evicts many keys",
            without_data=NOTHING_HAPPENED,
        )
        alarms.above(f"redis-connections{node}", metrics.connections, limits.redis_connections_alarm_count, "Redis has many connections")


def add_application_alarms(alarms: Alarms, errors: cloudwatch.IMetric, limits: MonitoringConfig) -> None:
    """Errors that the application logs."""
    alarms.above(
        "application-errors",
        errors,
        limits.application_errors_alarm_count,
        "The application logs many errors",
        periods=1,
        without_data=NOTHING_HAPPENED,
    )
