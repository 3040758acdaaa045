"""DataStack: everything stateful. Database and its backups, cache, secrets, images, access logs, and their keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.access_logs_bucket import AccessLogsBucket
from tradingbot_infra.constructs.backup import DatabaseBackup
from tradingbot_infra.constructs.encryption_key import EncryptionKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.postgres import EXPORTED_LOGS, Postgres
from tradingbot_infra.constructs.redis import DELIVERED_LOGS, Redis
from tradingbot_infra.constructs.repository import ImageRepository, ScanResults
from tradingbot_infra.constructs.secrets import ComposedSecret, DatabaseCredentials, GeneratedSecret
from tradingbot_infra.constructs.stateful import keep_or_destroy
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.parties import POSTGRES, REDIS
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_MASTER_SECRET, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports


@dataclass(frozen=True, kw_only=True)
class DataStackProps:
    """What DataStack needs."""

    config: EnvironmentConfig
    network: NetworkExports


@dataclass(frozen=True, kw_only=True)
class DataExports:
    """What the service and its monitoring use. All secrets are encrypted with `secrets_key`; `backup_vault` is the vault's name."""

    database: Postgres
    backup_vault: str | None
    database_secret: secretsmanager.ISecret
    database_url: secretsmanager.ISecret
    redis: Redis | None
    redis_auth_token: secretsmanager.ISecret | None
    application_secrets: Mapping[str, secretsmanager.ISecret]
    secrets_key: kms.IKey
    repository: ecr.IRepository
    access_logs_bucket: s3.IBucket | None


class DataStack(BaseStack):
    """Deployed second. Its resources outlive every release of the service."""

    exports: DataExports

    def __init__(self, scope: Construct, place: PlacedStack, *, props: DataStackProps) -> None:
        super().__init__(scope, place, description="TradingBot AI: PostgreSQL, Redis, secrets, image repository", config=props.config)
        self._config = props.config
        self._network = props.network
        self._secrets_key = self._key_of_secrets()
        self._storage_key = self._key("storage", "Images and cache")
        database_key = self._key("database", "RDS storage and insights")
        own_secret = self._database_credentials()
        database = self._database(database_key, own_secret)
        auth_token = self._redis_auth_token()
        self.exports = DataExports(
            database=database,
            backup_vault=self._backup(database, database_key),
            database_secret=own_secret or self._master_secret(database),
            database_url=self._database_url(database),
            redis=self._redis(auth_token),
            redis_auth_token=auth_token,
            application_secrets=self._application_secrets(),
            secrets_key=self._secrets_key,
            repository=self._repository(),
            access_logs_bucket=self._access_logs_bucket(),
        )
        self._publish_endpoints()

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """DataStack of one environment."""
        return cls(scope, place, props=DataStackProps(config=config, network=exports[NetworkExports]))

    def _key(self, purpose: str, description: str) -> EncryptionKey:
        return EncryptionKey(
            self,
            f"{purpose.capitalize()}Key",
            alias=self._config.names.key_alias(purpose),
            description=description,
            retention=self._config.retention,
        )

    def _key_of_secrets(self) -> kms.IKey:
        adopted = self._config.retention.adopt_secrets_key_arn
        return kms.Key.from_key_arn(self, "AdoptedSecretsKey", adopted) if adopted else self._key("secrets", "Secrets")

    def _log_group(self, logical_id: str, name: str) -> LogGroup:
        return LogGroup(self, logical_id, name=name, key=self._network.logs_key, retention=self._config.retention)

    def _database_credentials(self) -> DatabaseCredentials | None:
        database = self._config.database
        if database.db_credentials == "rds-managed":
            return None
        name, user = DATABASE_MASTER_SECRET, database.db_master_username
        return DatabaseCredentials(self, name, full_name=self._config.names.secret(name), user=user, key=self._secrets_key)

    def _database(self, key: EncryptionKey, own_secret: DatabaseCredentials | None) -> Postgres:
        names = self._config.names
        return Postgres(
            self,
            "Database",
            identifier=names.database,
            vpc=self._network.vpc,
            security_group=self._network.security_groups[POSTGRES],
            storage_key=key,
            secret_key=self._secrets_key,
            own_secret=own_secret,
            database=self._config.database,
            retention=self._config.retention,
            log_groups=[self._log_group(f"Database{log.capitalize()}Log", names.database_log_group(log)) for log in EXPORTED_LOGS],
        )

    def _backup(self, database: Postgres, key: EncryptionKey) -> str | None:
        names = self._config.names
        if not self._config.database.backup_plan:
            return None
        DatabaseBackup(
            self,
            "Backup",
            name=names.backup_vault,
            instance=database,
            instance_identifier=names.database,
            key=key,
            database=self._config.database,
            retention=self._config.retention,
        )
        return names.backup_vault

    @staticmethod
    def _master_secret(database: rds.DatabaseInstance) -> secretsmanager.ISecret:
        if database.secret is None:
            raise TypeError("a database with a managed master password has a secret")
        return database.secret

    def _database_url(self, database: rds.DatabaseInstance) -> ComposedSecret:
        # Without the password, which RDS rotates: libpq and asyncpg read it from PGPASSWORD. With the user, which pydantic asks for.
        # Without a query, which SQLAlchemy hands on to drivers that refuse it: rds.force_ssl and PGSSLMODE ask for TLS.
        settings = self._config.database
        return ComposedSecret(
            self,
            DATABASE_URL_SECRET,
            full_name=self._config.names.secret(DATABASE_URL_SECRET),
            description="Address of the database; the password is in the secret of RDS",
            value=f"postgresql://{settings.db_master_username}@{database.instance_endpoint.socket_address}/{settings.db_name}",
            key=self._secrets_key,
        )

    def _redis_auth_token(self) -> GeneratedSecret | None:
        if not (self._config.cache.enable_redis and self._config.cache.redis_transit_encryption):
            return None
        return GeneratedSecret(
            self,
            REDIS_AUTH_TOKEN_SECRET,
            full_name=self._config.names.secret(REDIS_AUTH_TOKEN_SECRET),
            description="AUTH token of Redis",
            length=64,
            key=self._secrets_key,
            # Only the cache uses it, so it is deleted with the cache.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )

    def _redis(self, auth_token: secretsmanager.ISecret | None) -> Redis | None:
        security_group = self._network.security_groups.get(REDIS)
        if security_group is None:
            return None
        names = self._config.names
        return Redis(
            self,
            "Cache",
            identifier=names.redis,
            vpc=self._network.vpc,
            security_group=security_group,
            key=self._storage_key,
            auth_token=auth_token,
            cache=self._config.cache,
            retention=self._config.retention,
            log_groups={log: self._log_group(f"Redis{construct_id(log)}", names.redis_log_group(log)) for log in DELIVERED_LOGS},
        )

    def _application_secrets(self) -> dict[str, secretsmanager.ISecret]:
        return {name: self._application_secret(name) for name in APPLICATION_SECRETS}

    def _application_secret(self, name: str) -> secretsmanager.ISecret:
        adopted = self._config.adopted_secret_arn(name)
        if adopted is not None:
            return secretsmanager.Secret.from_secret_complete_arn(self, f"Adopted{construct_id(name)}", adopted)
        return GeneratedSecret(
            self,
            name,
            full_name=self._config.names.secret(name),
            description=f"{name} of the application; a random value until it is replaced",
            length=32,
            key=self._secrets_key,
            removal_policy=keep_or_destroy(self._config.retention),
        )

    def _repository(self) -> ImageRepository:
        names = self._config.names
        repository = ImageRepository(
            self,
            "Images",
            name=names.repository,
            key=self._storage_key,
            registry=self._config.registry,
            image_tag=self._config.task.image_tag,
            retention=self._config.retention,
        )
        ScanResults(self, "ScanResults", repository=repository, log_group=self._log_group("ScanResultsLog", names.scan_results_log_group))
        return repository

    def _access_logs_bucket(self) -> AccessLogsBucket | None:
        load_balancer = self._config.load_balancer
        if not load_balancer.alb_access_logs:
            return None
        return AccessLogsBucket(self, "AccessLogsBucket", retention=self._config.retention, expire_days=load_balancer.alb_access_log_days)

    def _publish_endpoints(self) -> None:
        exports = self.exports
        self.publish("RepositoryUri", exports.repository.repository_uri, "Where images are pushed")
        self.publish("DatabaseEndpoint", exports.database.instance_endpoint.socket_address, "PostgreSQL, from inside the VPC only")
        if exports.redis:
            self.publish("RedisEndpoint", f"{exports.redis.host}:{exports.redis.port}", "Redis, from inside the VPC only")
