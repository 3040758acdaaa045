"""ServiceStack: the cluster, the task with its two roles, and the service behind its load balancer and AWS WAF."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.fargate_api import FargateApi, LoadBalancer
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.constructs.task_definition import ContainerEnvironment, TaskDefinition
from tradingbot_infra.constructs.task_permissions import TaskPermissions
from tradingbot_infra.constructs.web_acl import WebAcl
from tradingbot_infra.design.connections import POSTGRES_PORT
from tradingbot_infra.design.naming import construct_id
from tradingbot_infra.design.parties import LOAD_BALANCER, Party
from tradingbot_infra.design.secrets import environment_variable
from tradingbot_infra.design.services import API
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports


@dataclass(frozen=True, kw_only=True)
class ServiceStackProps:
    """What ServiceStack needs."""

    config: EnvironmentConfig
    network: NetworkExports
    data: DataExports


@dataclass(frozen=True, kw_only=True)
class ServiceExports:
    """What monitoring watches. `web_acl` is the name of the web ACL and of its metric, None without a web ACL."""

    service: ecs.FargateService
    load_balancer: elbv2.ApplicationLoadBalancer
    target_group: elbv2.ApplicationTargetGroup
    log_group: logs.ILogGroup
    web_acl: str | None


class ServiceStack(BaseStack):
    """Deployed third, and changed by every release."""

    exports: ServiceExports

    def __init__(self, scope: Construct, place: PlacedStack, *, props: ServiceStackProps) -> None:
        super().__init__(scope, place, description="TradingBot AI: Fargate service behind a load balancer", config=props.config)
        self._config = props.config
        self._network = props.network
        self._data = props.data
        log_group = self._log_group("ContainerLogGroup", self._config.names.container_log_group)
        task_definition = self._task_definition(log_group)
        load_balancer = self._load_balancer()
        api = self._api(task_definition, load_balancer)
        self.exports = ServiceExports(
            service=api.service,
            load_balancer=load_balancer,
            target_group=api.target_group,
            log_group=log_group,
            web_acl=self._web_acl(load_balancer),
        )
        self.publish("LoadBalancerAddress", load_balancer.load_balancer_dns_name, "DNS name of the load balancer")

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
        cluster = ecs.Cluster(
            self, "Cluster", cluster_name=names.cluster, vpc=self._network.vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        # Container Insights creates a missing log group itself, without a key and without expiry.
        cluster.node.add_dependency(insights)
        return cluster

    def _secrets(self) -> dict[str, secretsmanager.ISecret]:
        """Every secret that a task may read, by CDK id, as references that cannot change the secret's policy or key."""
        data = self._data
        secrets = {"DatabaseUrl": data.database_url, "DatabaseMaster": data.database_secret}
        secrets |= {construct_id(name): data.application_secrets[name] for name in API.secrets}
        if data.redis_auth_token:
            secrets["RedisAuthToken"] = data.redis_auth_token
        return {
            name: secretsmanager.Secret.from_secret_complete_arn(self, f"{name}Secret", secret.secret_arn)
            for name, secret in secrets.items()
        }

    def _container_environment(self, secrets: dict[str, secretsmanager.ISecret]) -> ContainerEnvironment:
        data = self._data
        plain = {
            "ENVIRONMENT": self._config.environment,
            "AWS_REGION": self.region,
            "PORT": str(self._config.task.container_port),
            "PGHOST": data.database.instance_endpoint.hostname,
            "PGPORT": str(POSTGRES_PORT),
            "PGDATABASE": self._config.database.db_name,
            "PGSSLMODE": "require",
            # For applications that read user and password again after a rotation instead of restarting.
            "DATABASE_SECRET_ARN": data.database_secret.secret_arn,
        }
        from_secrets = {environment_variable(name): ecs.Secret.from_secrets_manager(secrets[construct_id(name)]) for name in API.secrets}
        from_secrets["DATABASE_URL"] = ecs.Secret.from_secrets_manager(secrets["DatabaseUrl"])
        from_secrets["PGUSER"] = ecs.Secret.from_secrets_manager(secrets["DatabaseMaster"], "username")
        from_secrets["PGPASSWORD"] = ecs.Secret.from_secrets_manager(secrets["DatabaseMaster"], "password")
        if data.redis:
            plain |= {
                "REDIS_HOST": data.redis.host,
                "REDIS_PORT": data.redis.port,
                "REDIS_TLS": str(self._config.cache.redis_transit_encryption).lower(),
            }
        if data.redis_auth_token:
            from_secrets["REDIS_AUTH_TOKEN"] = ecs.Secret.from_secrets_manager(secrets["RedisAuthToken"])
        return ContainerEnvironment(plain=plain, secrets=from_secrets)

    def _task_definition(self, log_group: LogGroup) -> TaskDefinition:
        secrets = self._secrets()
        permissions = TaskPermissions(
            secrets=list(secrets.values()), secrets_key=self._data.secrets_key, repository=self._data.repository, log_group=log_group
        )
        shell = self._config.task.enable_execute_command
        return TaskDefinition(
            self,
            "Task",
            service=API,
            family=self._config.names.family(API.family),
            task=self._config.task,
            health_check_path=self._config.load_balancer.health_check_path,
            execution_role=self._role("ExecutionRole", "Starts tasks: image, secrets and log", permissions.to_start()),
            task_role=self._role("TaskRole", "The application itself: its secrets at run time", permissions.to_run(shell=shell)),
            repository_name=self._config.names.repository,
            log_group=log_group,
            environment=self._container_environment(secrets),
        )

    def _role(self, construct_id: str, description: str, statements: list[iam.PolicyStatement]) -> ServiceRole:
        return ServiceRole(
            self,
            construct_id,
            service="ecs-tasks.amazonaws.com",
            description=description,
            from_this_account=True,
            statements=statements,
        )

    def _load_balancer(self) -> LoadBalancer:
        return LoadBalancer(
            self,
            "LoadBalancer",
            vpc=self._network.vpc,
            security_group=self._security_group(LOAD_BALANCER),
            deletion_protection=self._config.retention.deletion_protection,
            access_logs_bucket=self._data.access_logs_bucket,
        )

    def _api(self, task_definition: TaskDefinition, load_balancer: LoadBalancer) -> FargateApi:
        return FargateApi(
            self,
            "Api",
            name=self._config.names.service,
            cluster=self._cluster(),
            load_balancer=load_balancer,
            task_definition=task_definition,
            security_group=self._security_group(API.tasks),
            task=self._config.task,
            scaling=self._config.scaling,
            balancing=self._config.load_balancer,
        )

    def _web_acl(self, load_balancer: LoadBalancer) -> str | None:
        web_acl, names = self._config.web_acl, self._config.names
        if not web_acl.waf:
            return None
        WebAcl(
            self,
            "WebAcl",
            name=names.web_acl,
            rate_limit=web_acl.waf_rate_limit,
            load_balancer=load_balancer,
            log_group=self._log_group("WebAclLog", names.web_acl_log_group),
        )
        return names.web_acl
