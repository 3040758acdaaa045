"""MonitoringStack: alarm topic, alarms, events of RDS and of deployments, budget, dashboard and saved queries. No stack depends on it."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.alarm import Alarms
from tradingbot_infra.constructs.alarm_topic import AlarmTopic, PagingTopic
from tradingbot_infra.constructs.control_alarms import ControlAlarms
from tradingbot_infra.constructs.daily_summary import DailySummary
from tradingbot_infra.constructs.dashboard import Dashboard
from tradingbot_infra.constructs.database_events import DatabaseEvents
from tradingbot_infra.constructs.deployment_events import DeploymentEvents
from tradingbot_infra.constructs.grafana_workspace import GrafanaWorkspace
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.log_queries import LogQueries
from tradingbot_infra.constructs.metrics import DatabaseMetrics, LoadBalancerMetrics, RedisNodeMetrics, ServiceMetrics, TargetGroupMetrics
from tradingbot_infra.constructs.monthly_budget import MonthlyBudget
from tradingbot_infra.constructs.slack_channel import SlackChannel
from tradingbot_infra.constructs.telegram_notifier import TelegramNotifier
from tradingbot_infra.constructs.trading_alarms import TradingAlarms
from tradingbot_infra.constructs.trading_dashboards import TradingDashboards
from tradingbot_infra.constructs.workload_alarms import (
    ApplicationErrors,
    add_alternating_target_alarms,
    add_application_alarms,
    add_database_alarms,
    add_load_balancer_alarms,
    add_redis_alarms,
    add_service_alarms,
    add_target_alarms,
)
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.design.telegram import TOKEN_SECRET
from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.design.trading_alarms import Severity
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports
from tradingbot_infra.stacks.service_stack import ServiceExports


@dataclass(frozen=True, kw_only=True)
class MonitoringStackProps:
    """What MonitoringStack watches."""

    config: EnvironmentConfig
    network: NetworkExports
    data: DataExports
    service: ServiceExports


class MonitoringStack(BaseStack):
    """Deployed last."""

    def __init__(self, scope: Construct, place: PlacedStack, *, props: MonitoringStackProps) -> None:
        super().__init__(scope, place, description="TradingBot AI: alarms, dashboard, saved queries", config=props.config)
        self._limits = props.config.monitoring
        self._names = props.config.names
        self._service = ServiceMetrics(props.service.service)
        self._load_balancer = LoadBalancerMetrics(props.service.load_balancer)
        self._blue = TargetGroupMetrics(props.service.load_balancer, props.service.target_group)
        self._green = TargetGroupMetrics(props.service.load_balancer, props.service.green) if props.service.green else None
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
        alarms = Alarms(self, "Alarms", names=self._names, topic=topic, language=props.config.notifications.alarm_language)
        add_service_alarms(alarms, self._service, self._limits)
        add_load_balancer_alarms(alarms, self._load_balancer, self._limits)
        sleeps = props.config.scaling.scale_down_out_of_hours
        if self._green:
            add_alternating_target_alarms(alarms, self._service, self._blue, self._green, self._limits, sleeps=sleeps)
        else:
            add_target_alarms(alarms, self._blue, self._limits, sleeps=sleeps)
        add_database_alarms(alarms, self._database, self._limits)
        add_redis_alarms(alarms, self._redis, self._limits)
        errors = ApplicationErrors(self, log_group=props.service.log_group, names=self._names)
        add_application_alarms(alarms, errors.count, self._limits)
        ControlAlarms(
            self,
            "ControlAlarms",
            alarms=alarms,
            names=self._names,
            limits=self._limits,
            flow_log_group=props.network.flow_log_group,
            backup_vault=props.data.backup_vault,
            web_acl=props.service.web_acl,
            password_rollout=props.service.password_rollout,
        )
        pages = self._trading_alarms(topic, props) if props.config.trading.trading_alarms else None
        self._chat(topic, pages, props)
        DatabaseEvents(
            self,
            "DatabaseEvents",
            topic=topic,
            instance=self._names.database,
            parameter_group=props.data.database.parameter_group_name,
        )
        DeploymentEvents(
            self,
            "DeploymentEvents",
            topic=topic,
            service=props.service.service,
            environment=props.config.environment,
            gate_minutes=props.config.deployment.deployment_gate_minutes,
        )
        if self._limits.budget is not None:
            MonthlyBudget(
                self,
                "MonthlyBudget",
                environment=props.config.environment,
                usd=self._limits.budget,
                emails=self._limits.alarm_emails,
            )
        self._dashboard(props.service.log_group)
        if props.config.dashboards.managed_grafana:
            GrafanaWorkspace(self, "GrafanaWorkspace", name=self._names.grafana_workspace)
        if props.config.dashboard_designs:
            TradingDashboards(
                self,
                "TradingDashboards",
                names=self._names,
                region=self.region,
                designs=props.config.dashboard_designs,
                runbook=props.config.delivery.runbook,
                classic=props.config.telemetry.metrics == "emf",
            )
        traced = props.config.telemetry.tracing == "xray"
        LogQueries(
            self,
            "LogQueries",
            names=self._names,
            log_group=props.service.log_group,
            spans=SPANS_LOG_GROUP if traced else None,
        )
        if props.config.dashboards.daily_summary and props.data.access_logs_bucket:
            DailySummary(
                self,
                "DailySummary",
                names=self._names,
                log_group=props.service.log_group,
                bucket=props.data.access_logs_bucket,
            )
        self.publish("AlarmTopicArn", topic.topic_arn, "SNS topic of alarms that do not page")

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

    def _trading_alarms(self, topic: AlarmTopic, props: MonitoringStackProps) -> PagingTopic:
        """The alarms of trading, and the topic of those that page."""
        emails = props.config.notifications.paging_emails or self._limits.alarm_emails
        pages = PagingTopic(self, "PagingTopic", name=self._names.paging_topic, key=topic.key, emails=emails)
        TradingAlarms(
            self,
            "TradingAlarms",
            config=props.config,
            log_group=props.service.log_group,
            target_groups=[self._blue, *([self._green] if self._green else [])],
            topics={Severity.MAIL: topic, Severity.PAGE: pages},
        )
        self.publish("PagingTopicArn", pages.topic_arn, "SNS topic of alarms that somebody gets up for")
        return pages

    def _chat(self, topic: AlarmTopic, pages: PagingTopic | None, props: MonitoringStackProps) -> None:
        """The chat that gets alarms beside the e-mails, if any."""
        notifications, topics = props.config.notifications, [topic, *([pages] if pages else [])]
        if notifications.chat == "slack":
            SlackChannel(
                self,
                "SlackChannel",
                name=self._names.alarm_topic,
                workspace=str(notifications.slack_workspace_id),
                channel=str(notifications.slack_channel_id),
                topics=topics,
            )
        if notifications.chat == "telegram":
            TelegramNotifier(
                self,
                "TelegramNotifier",
                secret=props.data.application_secrets[TOKEN_SECRET].secret_arn,
                key=props.data.secrets_key.key_arn,
                region=self.region,
                chat=str(notifications.telegram_chat_id),
                language=notifications.alarm_language,
                topics=topics,
                pages=pages is not None,
                log_group=LogGroup(
                    self,
                    "TelegramLog",
                    name=self._names.telegram_log_group,
                    key=props.network.logs_key,
                    retention=props.config.retention,
                ),
            )

    def _dashboard(self, log_group: logs.ILogGroup) -> None:
        Dashboard(
            self,
            "Dashboard",
            name=self._names.dashboard,
            service=self._service,
            load_balancer=self._load_balancer,
            target_groups={"blue": self._blue, "green": self._green} if self._green else {},
            database=self._database,
            redis=self._redis,
            log_group=log_group,
        )
        console = (
            f"https://{self.region}.console.aws.amazon.com/cloudwatch/home?region={self.region}#dashboards:name={self._names.dashboard}"
        )
        self.publish("DashboardUrl", console, "The dashboard in the AWS console")
