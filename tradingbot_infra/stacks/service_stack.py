"""ServiceStack: the cluster, the task with its two roles, and the service behind its load balancer and AWS WAF."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.blue_green import BlueGreen
from tradingbot_infra.constructs.deployment_check import DeploymentCheck
from tradingbot_infra.constructs.fargate_api import FargateApi, LoadBalancer
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.password_rollout import PasswordRollout
from tradingbot_infra.constructs.task_definition import TaskDefinition
from tradingbot_infra.constructs.web_acl import WebAcl
from tradingbot_infra.design.connections import HTTP_PORT, HTTPS_PORT
from tradingbot_infra.design.deployment import ROLLBACK_ALARMS
from tradingbot_infra.design.parties import LOAD_BALANCER, Party
from tradingbot_infra.design.services import API
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports
from tradingbot_infra.stacks.service_task import ServiceTask


@dataclass(frozen=True, kw_only=True)
class ServiceStackProps:
    """What ServiceStack needs."""

    config: EnvironmentConfig
    network: NetworkExports
    data: DataExports


@dataclass(frozen=True, kw_only=True)
class ServiceExports:
    """What monitoring watches. `web_acl` is the name of the web ACL and of its metric, None without a web ACL.

    `green` is the second target group, between which and the first one deployments alternate; None where tasks are replaced.
    `password_rollout` is the ARN of the state machine that replaces tasks after a change of the database password.
    """

    service: ecs.FargateService
    load_balancer: elbv2.ApplicationLoadBalancer
    target_group: elbv2.ApplicationTargetGroup
    green: elbv2.ApplicationTargetGroup | None
    log_group: logs.ILogGroup
    web_acl: str | None
    password_rollout: str


class ServiceStack(BaseStack):
    """Deployed third, and changed by every release."""

    exports: ServiceExports

    def __init__(self, scope: Construct, place: PlacedStack, *, props: ServiceStackProps) -> None:
        super().__init__(scope, place, description="TradingBot AI: Fargate service behind a load balancer", config=props.config)
        self._config = props.config
        self._network = props.network
        self._data = props.data
        task = ServiceTask(self, API, config=props.config, network=props.network, data=props.data)
        load_balancer = self._load_balancer()
        api = self._api(task.definition, load_balancer)
        self.exports = ServiceExports(
            service=api.service,
            load_balancer=load_balancer,
            target_group=api.target_group,
            green=self._green(api, load_balancer),
            log_group=task.log_group,
            web_acl=self._web_acl(load_balancer),
            password_rollout=self._password_rollout(api.service),
        )
        self.publish("LoadBalancerAddress", load_balancer.load_balancer_dns_name, "DNS name of the load balancer")
        self.publish("ApiUrl", self._url(load_balancer), "URL of the API")

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """ServiceStack of one environment."""
        return cls(scope, place, props=ServiceStackProps(config=config, network=exports[NetworkExports], data=exports[DataExports]))

    def _log_group(self, logical_id: str, name: str) -> LogGroup:
        return LogGroup(self, logical_id, name=name, key=self._network.logs_key, retention=self._config.retention)

    def _security_group(self, party: Party) -> ec2.ISecurityGroup:
        """A party's group from NetworkStack, immutable: nothing here can add a rule."""
        group = self._network.security_groups[party]
        return ec2.SecurityGroup.from_security_group_id(self, str(party.security_group), group.security_group_id, mutable=False)

    def _cluster(self) -> ecs.Cluster:
        names = self._config.names
        insights = self._log_group("ContainerInsightsLogGroup", names.container_insights_log_group)
        self._log_group("ContainerEventsLogGroup", names.container_events_log_group)
        cluster = ecs.Cluster(
            self, "Cluster", cluster_name=names.cluster, vpc=self._network.vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        # Container Insights creates a missing log group itself, without a key and without expiry.
        cluster.node.add_dependency(insights)
        return cluster

    def _load_balancer(self) -> LoadBalancer:
        return LoadBalancer(
            self,
            "LoadBalancer",
            vpc=self._network.vpc,
            security_group=self._security_group(LOAD_BALANCER),
            deletion_protection=self._config.retention.deletion_protection,
            desync_mitigation_mode=self._config.load_balancer.desync_mitigation_mode,
            access_logs_bucket=self._data.access_logs_bucket,
        )

    def _api(self, task_definition: TaskDefinition, load_balancer: LoadBalancer) -> FargateApi:
        return FargateApi(
            self,
            "Api",
            name=self._config.names.service_name(API.part),
            cluster=self._cluster(),
            load_balancer=load_balancer,
            task_definition=task_definition,
            security_group=self._security_group(API.tasks),
            deployment=API.deployment,
            task=self._config.task,
            scaling=self._config.scaling,
            balancing=self._config.load_balancer,
        )

    def _green(self, api: FargateApi, load_balancer: LoadBalancer) -> elbv2.ApplicationTargetGroup | None:
        names, balancing, deployment = self._config.names, self._config.load_balancer, self._config.deployment
        if not deployment.shifts_traffic:
            return None
        # By its fixed name: the service itself needs the function first.
        service = self.format_arn(service="ecs", resource="service", resource_name=f"{api.cluster.cluster_name}/{names.service}")
        check = DeploymentCheck(
            self,
            "DeploymentCheck",
            address=load_balancer.load_balancer_dns_name,
            port=HTTPS_PORT if balancing.certificate_arn else HTTP_PORT,
            name=balancing.domain_name if balancing.certificate_arn else None,
            paths=(balancing.health_check_path, *deployment.deployment_check_paths),
            service_arn=service,
            log_group=self._log_group("DeploymentCheckLog", names.deployment_check_log_group),
        )
        return BlueGreen(
            self,
            "Traffic",
            api=api,
            vpc=self._network.vpc,
            balancing=balancing,
            deployment=deployment,
            hook_arn=check.function_arn,
            alarm_names=[names.alarm(name) for name in ROLLBACK_ALARMS],
        ).green

    def _url(self, load_balancer: LoadBalancer) -> str:
        balancing = self._config.load_balancer
        scheme = "https" if balancing.certificate_arn else "http"
        return f"{scheme}://{balancing.domain_name or load_balancer.load_balancer_dns_name}"

    def _password_rollout(self, service: ecs.FargateService) -> str:
        names, part = self._config.names, API.part
        return PasswordRollout(
            self,
            "PasswordRollout",
            name=names.password_rollout(part),
            service=service,
            secret=self._data.database_secret,
            log_group=self._log_group("PasswordRolloutLog", names.password_rollout_log_group(part)),
            every_minutes=self._config.database.db_password_check_minutes,
        ).state_machine_arn

    def _web_acl(self, load_balancer: LoadBalancer) -> str | None:
        web_acl, names = self._config.web_acl, self._config.names
        if not web_acl.waf:
            return None
        WebAcl(
            self,
            "WebAcl",
            name=names.web_acl,
            rate_limit=web_acl.waf_rate_limit,
            counted_rules=web_acl.waf_counted_rules,
            load_balancer=load_balancer,
            log_group=self._log_group("WebAclLog", names.web_acl_log_group),
        )
        return names.web_acl
