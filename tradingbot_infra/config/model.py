"""The settings of one environment: typed, immutable, without defaults. environments.py chooses the values.

Every setting has a flat name that is unique in the whole model, because `-c NAME=VALUE` refers to it by that name.
No secret is a setting: secrets are in Secrets Manager and are known by name only.
"""

from collections.abc import Iterator
from typing import Literal

from tradingbot_infra.config.sections.account_security import AccountSecurityConfig
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.config.sections.cache import CacheConfig
from tradingbot_infra.config.sections.dashboards import DashboardsConfig
from tradingbot_infra.config.sections.database import DatabaseConfig
from tradingbot_infra.config.sections.delivery import DeliveryConfig
from tradingbot_infra.config.sections.deployment import DeploymentConfig
from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig
from tradingbot_infra.config.sections.monitoring import MonitoringConfig
from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.config.sections.notifications import NotificationsConfig
from tradingbot_infra.config.sections.registry import RegistryConfig
from tradingbot_infra.config.sections.retention import RetentionConfig, secret_name
from tradingbot_infra.config.sections.scaling import ScalingConfig
from tradingbot_infra.config.sections.service_levels import ServiceLevelsConfig
from tradingbot_infra.config.sections.task import TaskConfig
from tradingbot_infra.config.sections.telemetry import TelemetryConfig
from tradingbot_infra.config.sections.trading_alarms import TradingAlarmsConfig
from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.config.sections.web_acl import WebAclConfig
from tradingbot_infra.design.connections import Connection, connections
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.panel import DashboardDesign
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import PlacedStack, placed_stacks


class EnvironmentConfig(Section, title="Project and environment"):
    """What all resources of an environment have in common.

    `load_config` builds it: `environment` is a name in environments.py, and the rules between settings hold.
    """

    environment: str
    project: str = setting(
        "Name of the project, the first part of every resource name",
        allowed="2 to 16 lower-case letters and digits, single hyphens between them",
        pattern=r"^(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    )
    owner: str = setting(
        "Team that is responsible for every resource, as a tag",
        allowed="2 to 63 lower-case letters and digits, single hyphens between them",
        pattern=r"^(?=.{2,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    )
    data_classification: Literal["public", "internal", "confidential", "restricted"] = setting(
        "Highest sensitivity of the data in any resource, as a tag"
    )
    account_stacks: bool = setting(
        "Deploy the stacks of the account together with this environment; true in exactly one environment of an account"
    )
    network: NetworkConfig
    retention: RetentionConfig
    database: DatabaseConfig
    cache: CacheConfig
    registry: RegistryConfig
    task: TaskConfig
    scaling: ScalingConfig
    deployment: DeploymentConfig
    load_balancer: LoadBalancerConfig
    web_acl: WebAclConfig
    monitoring: MonitoringConfig
    telemetry: TelemetryConfig
    trading: TradingAlarmsConfig
    notifications: NotificationsConfig
    service_levels: ServiceLevelsConfig
    dashboards: DashboardsConfig
    delivery: DeliveryConfig
    account: AccountSecurityConfig
    usage: UsageConfig

    @property
    def names(self) -> Names:
        """The fixed names of this environment."""
        return Names(project=self.project, environment=self.environment)

    def adopted_secret_arn(self, name: str) -> str | None:
        """The ARN of an application secret of an earlier deployment; None if DataStack creates the secret."""
        return next((arn for arn in self.retention.adopt_secret_arns if secret_name(arn) == self.names.secret(name)), None)

    @property
    def stacks(self) -> tuple[PlacedStack, ...]:
        """The stacks that a deployment of this environment consists of, in deployment order."""
        optional = tuple(self._optional_stacks())
        return placed_stacks(self.names, region=self.network.region, account_stacks=self.account_stacks, optional=optional)

    def _optional_stacks(self) -> Iterator[str]:
        if self.account.ours:
            yield "AccountSecurityStack"
        if self.delivery.github_repository is not None:
            yield "DeliveryStack"

    @property
    def security_emails(self) -> tuple[str, ...]:
        """Who gets e-mail about the account: security_emails, or alarm_emails without any."""
        return self.account.security_emails or self.monitoring.alarm_emails

    @property
    def dashboard_designs(self) -> tuple[DashboardDesign, ...]:
        """The dashboards of trading that CloudWatch has; none without metrics to show."""
        if not self.dashboards.trading_dashboards or self.telemetry.metrics == "off":
            return ()
        return trading_dashboards(self.environment, self.trading.limits, self.service_levels.slo_availability_percent)

    @property
    def account_budget(self) -> int | None:
        """The monthly budget of the account, US dollars; None where this environment makes none, or there is nobody to write to."""
        return self.account.account_budget_usd if self.account_stacks and self.account.ours and self.security_emails else None

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Who reaches whom on which port, with these settings."""
        return connections(
            container_ports=self.task.open_ports,
            egress_ports=self.network.egress_ports,
            redis=self.cache.enable_redis,
            vpc_endpoints=self.network.enable_vpc_endpoints,
            nat_instances=self.network.nat_type == "instance" and self.network.nat_gateways > 0,
        )

    def tags_of(self, names: Names) -> dict[str, str]:
        """Tags of every resource of the environment or account that has these names: names, owner, and data classification."""
        return {**names.tags, "Owner": self.owner, "DataClassification": self.data_classification}
