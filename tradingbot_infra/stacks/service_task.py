"""ServiceTask: the task definition of one service of design/services.py, with its log group, roles, secrets and environment."""

from collections.abc import Mapping

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.constructs.task_definition import WRITABLE_PATH, ContainerEnvironment, TaskDefinition
from tradingbot_infra.constructs.task_permissions import TaskPermissions
from tradingbot_infra.design.connections import IDLE_SECONDS, POSTGRES_PORT
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.secrets import environment_variable
from tradingbot_infra.design.services import ServiceRow
from tradingbot_infra.design.telemetry import telemetry_variables
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.network_stack import NetworkExports


class ServiceTask:
    """The task of one service, in the stack that runs the service."""

    def __init__(
        self, stack: BaseStack, service: ServiceRow, *, config: EnvironmentConfig, network: NetworkExports, data: DataExports
    ) -> None:
        self._stack = stack
        self._service = service
        self._config = config
        self._data = data
        self.log_group = LogGroup(
            stack, "ContainerLogGroup", name=config.names.task_log_group(service.family), key=network.logs_key, retention=config.retention
        )
        self.definition = self._definition()

    def _definition(self) -> TaskDefinition:
        secrets = self._secrets()
        permissions = TaskPermissions(
            secrets=list(secrets.values()), secrets_key=self._data.secrets_key, repository=self._data.repository, log_group=self.log_group
        )
        shell, telemetry = self._config.task.enable_execute_command, self._config.telemetry
        to_run = permissions.to_run(shell=shell, traces=telemetry.sends_traces, metrics=telemetry.sends_metrics)
        return TaskDefinition(
            self._stack,
            "Task",
            service=self._service,
            family=self._config.names.family(self._service.family),
            task=self._config.task,
            balancing=self._config.load_balancer,
            execution_role=self._role("ExecutionRole", "Starts tasks: image, secrets and log", permissions.to_start()),
            task_role=self._role("TaskRole", "The application itself: its secrets at run time", to_run),
            repository_name=self._config.names.repository,
            log_group=self.log_group,
            environment=self._environment(secrets),
        )

    def _role(self, construct_id: str, description: str, statements: list[iam.PolicyStatement]) -> ServiceRole:
        return ServiceRole(
            self._stack,
            construct_id,
            service="ecs-tasks.amazonaws.com",
            description=description,
            from_this_account=True,
            source_arn=None,
            statements=statements,
        )

    def _secrets(self) -> dict[str, secretsmanager.ISecret]:
        """Every secret that the task may read, by CDK id, as references that cannot change the secret's policy or key."""
        data = self._data
        secrets = {"DatabaseUrl": data.database_url, "DatabaseMaster": data.database_secret}
        secrets |= {construct_id(name): data.application_secrets[name] for name in self._service.secrets}
        if data.redis_auth_token:
            secrets["RedisAuthToken"] = data.redis_auth_token
        return {
            name: secretsmanager.Secret.from_secret_complete_arn(self._stack, f"{name}Secret", secret.secret_arn)
            for name, secret in secrets.items()
        }

    def _environment(self, secrets: dict[str, secretsmanager.ISecret]) -> ContainerEnvironment:
        data = self._data
        plain = {
            "ENVIRONMENT": self._config.environment,
            "AWS_REGION": self._stack.region,
            "PORT": str(self._config.task.container_port),
            "HOME": WRITABLE_PATH,
            # The load balancer's subnets: any address would let clients choose their own by X-Forwarded-For.
            "FORWARDED_ALLOW_IPS": ",".join(self._config.network.public_subnet_cidrs),
            "UVICORN_TIMEOUT_KEEP_ALIVE": str(IDLE_SECONDS + 5),
            "PGHOST": data.database.instance_endpoint.hostname,
            "PGPORT": str(POSTGRES_PORT),
            "PGDATABASE": self._config.database.db_name,
            "PGSSLMODE": "require",
            # For applications that read user and password again after a rotation instead of restarting.
            "DATABASE_SECRET_ARN": data.database_secret.secret_arn,
            **self._telemetry(),
        }
        from_secrets = {
            environment_variable(name): ecs.Secret.from_secrets_manager(secrets[construct_id(name)]) for name in self._service.secrets
        }
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

    def _telemetry(self) -> Mapping[str, str]:
        config, telemetry = self._config, self._config.telemetry
        return telemetry_variables(
            tracing=telemetry.tracing,
            sample_percent=telemetry.trace_sample_percent,
            metrics=telemetry.metrics,
            interval_seconds=telemetry.metrics_interval_seconds,
            service=config.names.service_name(self._service.part),
            environment=config.environment,
            namespace=config.names.trading_namespace,
            region=self._stack.region,
            untraced_path=config.load_balancer.health_check_path,
        )
