"""MonitoringStack: one topic, every alarm, RDS's events, one dashboard, the saved queries. Nothing depends on it."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.alarms import NOTHING_HAPPENED, NOTHING_IS_THERE, PERIOD, Alarms, AlarmTopic
from tradingbot_infra.constructs.control_alarms import ControlAlarms
from tradingbot_infra.constructs.dashboard import Dashboard
from tradingbot_infra.constructs.database_events import DatabaseEvents
from tradingbot_infra.constructs.log_queries import LogQueries
from tradingbot_infra.constructs.metrics import DatabaseMetrics, LoadBalancerMetrics, RedisNodeMetrics, ServiceMetrics
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports
from tradingbot_infra.stacks.service_stack import ServiceExports

_MIB = 1024**2
_GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class MonitoringStackProps:
    """What MonitoringStack watches."""

    config: EnvironmentConfig
    network: NetworkExports
    data: DataExports
    service: ServiceExports


class MonitoringStack(BaseStack):
    """Last in order."""

    def __init__(self, scope: Construct, place: PlacedStack, *, props: MonitoringStackProps) -> None:
        super().__init__(scope, place, description="TradingBot AI: alarms, dashboard, saved queries", config=props.config)
        self._limits = props.config.monitoring
        self._names = props.config.names
        # Where tasks sleep at night there are no targets then, and no figures of them; elsewhere no target at all is the worst fault.
        self._sleeps = props.config.scaling.scale_down_out_of_hours
        self._service = ServiceMetrics(props.service.service)
        self._load_balancer = LoadBalancerMetrics(props.service.load_balancer, props.service.target_group)
        self._database = DatabaseMetrics(props.data.database)
        nodes = props.config.cache.redis_nodes if props.data.redis else 0
        self._redis = [RedisNodeMetrics(self._names, node) for node in range(1, nodes + 1)]

        topic = AlarmTopic(
            self,
            "AlarmTopic",
            name=self._names.alarm_topic,
            key_alias=self._names.key_alias("messaging"),
            emails=self._limits.alarm_emails,
            retention=props.config.retention,
        )
        alarms = Alarms(self, "Alarms", names=self._names, topic=topic)
        self._service_alarms(alarms)
        self._load_balancer_alarms(alarms)
        self._database_alarms(alarms)
        self._redis_alarms(alarms)
        self._application_alarms(alarms, props.service.log_group)
        ControlAlarms(
            self,
            "ControlAlarms",
            alarms=alarms,
            names=self._names,
            limits=self._limits,
            flow_log_group=props.network.flow_log_group,
            backup_vault=props.data.backup_vault,
            web_acl=props.service.web_acl,
        )
        DatabaseEvents(
            self,
            "DatabaseEvents",
            topic=topic,
            instance=self._names.database,
            parameter_group=props.data.database.parameter_group_name,
        )
        self._dashboard(props.service.log_group)
        LogQueries(self, "LogQueries", names=self._names, log_group=props.service.log_group)
        self.publish("AlarmTopicArn", topic.topic_arn, "Every alarm speaks to this topic")

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """MonitoringStack of one environment."""
        return cls(
            scope,
            place,
            props=MonitoringStackProps(
                config=config, network=exports[NetworkExports], data=exports[DataExports], service=exports[ServiceExports]
            ),
        )

    def _service_alarms(self, alarms: Alarms) -> None:
        alarms.above("ecs-cpu", self._service.cpu, self._limits.ecs_cpu_alarm_percent, "ECS CPU is high")
        alarms.above("ecs-memory", self._service.memory, self._limits.ecs_memory_alarm_percent, "ECS memory is high")

    def _load_balancer_alarms(self, alarms: Alarms) -> None:
        metrics, limits = self._load_balancer, self._limits
        alarms.above(
            "alb-response-time",
            metrics.response_time,
            limits.alb_response_time_alarm_seconds,
            "The API answers slowly",
            without_data=NOTHING_HAPPENED,
        )
        alarms.above(
            "alb-5xx", metrics.all_5xx, limits.alb_5xx_alarm_count, "The API answers with server errors", without_data=NOTHING_HAPPENED
        )
        alarms.above(
            "alb-unhealthy-targets",
            metrics.unhealthy_targets,
            limits.alb_unhealthy_alarm_count,
            "Tasks fail their health check",
            without_data=NOTHING_HAPPENED if self._sleeps else NOTHING_IS_THERE,
        )

    def _database_alarms(self, alarms: Alarms) -> None:
        metrics, limits = self._database, self._limits
        alarms.above("rds-cpu", metrics.cpu, limits.db_cpu_alarm_percent, "RDS CPU is high")
        alarms.below(
            "rds-free-storage", metrics.free_storage, limits.db_free_storage_alarm_gib * _GIB, "RDS storage is almost full", periods=1
        )
        alarms.below("rds-free-memory", metrics.free_memory, limits.db_free_memory_alarm_mib * _MIB, "RDS memory is scarce")

    def _redis_alarms(self, alarms: Alarms) -> None:
        limits = self._limits
        for number, metrics in enumerate(self._redis, start=1):
            # The first node keeps the plain name, so that adding a replica changes no alarm that stands.
            node = "" if number == 1 else f"-{number}"
            alarms.above(f"redis-cpu{node}", metrics.cpu, limits.redis_cpu_alarm_percent, "Redis CPU is high")
            alarms.above(f"redis-memory{node}", metrics.memory, limits.redis_memory_alarm_percent, "Redis memory is almost full")
            alarms.above(
                f"redis-evictions{node}",
                metrics.evictions,
                limits.redis_evictions_alarm_count,
                "Redis drops keys for room",
                without_data=NOTHING_HAPPENED,
            )
            alarms.above(
                f"redis-connections{node}", metrics.connections, limits.redis_connections_alarm_count, "Redis has many connections"
            )

    def _application_alarms(self, alarms: Alarms, log_group: logs.ILogGroup) -> None:
        errors = logs.MetricFilter(
            self,
            "ApplicationErrors",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.string_value("$.level", "=", "ERROR"),
            metric_namespace=self._names.metric_namespace,
            metric_name="ApplicationErrors",
            metric_value="1",
            default_value=0,
        )
        alarms.above(
            "application-errors",
            errors.metric(statistic="Sum", period=PERIOD),
            self._limits.application_errors_alarm_count,
            "The application logs many errors",
            periods=1,
            without_data=NOTHING_HAPPENED,
        )

    def _dashboard(self, log_group: logs.ILogGroup) -> None:
        Dashboard(
            self,
            "Dashboard",
            name=self._names.dashboard,
            service=self._service,
            load_balancer=self._load_balancer,
            database=self._database,
            redis=self._redis,
            log_group=log_group,
        )
        console = (
            f"https://{self.region}.console.aws.amazon.com/cloudwatch/home?region={self.region}#dashboards:name={self._names.dashboard}"
        )
        self.publish("DashboardUrl", console, "The dashboard in the AWS console")
