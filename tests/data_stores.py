"""Fixtures of tests that need PostgreSQL and Redis: a local cloud with data stores, and one database and cache in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tradingbot_infra.local_cloud.data_stores import programs
from tradingbot_infra.local_cloud.server import LocalCloud, client, running

REGION = "ap-southeast-2"
SCALE = 4.0
"""Less than usual, so that the moment in which a rotated secret lags behind can be seen on a busy machine."""
DATABASE, USER = "tradingbot", "tradingbot"
TOKEN = "auth-token-of-the-tests"  # noqa: S105 - of a server that lives as long as the tests


def require_programs() -> None:
    """Fails, and does not skip, where PostgreSQL or Redis is missing: what a task gets would go untested without a word."""
    missing = programs.missing()
    if missing:
        pytest.fail(f"The tests of the container contract cannot run. {missing}", pytrace=False)


@dataclass(frozen=True)
class Stores:
    """A local cloud with one database and one cache, as a stack made them. A test undoes what it changes."""

    cloud: LocalCloud
    stack: str
    outputs: dict[str, str]

    def api(self, service: str, region: str = REGION) -> Any:
        """A boto3 client."""
        return client(self.cloud.endpoint, region, service)

    @property
    def instance(self) -> str:
        """The identifier of the RDS instance."""
        return self.outputs["Instance"]

    @property
    def cache(self) -> str:
        """The identifier of the replication group."""
        return self.outputs["Cache"]

    def secret(self, stage: str = "AWSCURRENT") -> dict[str, str]:
        """User name and password of the master user."""
        value = self.api("secretsmanager").get_secret_value(SecretId=self.outputs["Secret"], VersionStage=stage)["SecretString"]
        found: dict[str, str] = json.loads(value)
        return found

    def connect(self, password: str | None = None, **options: Any) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection as a task makes it."""
        known = {"host": self.outputs["Host"], "port": self.outputs["Port"], "dbname": DATABASE, "user": USER, "sslmode": "require"}
        return psycopg.connect(**{**known, "password": password or self.secret()["password"], "connect_timeout": 10, **options})

    def redis(self, **options: Any) -> "redis.Redis":
        """A client as a task makes it."""
        known = {"password": TOKEN, "ssl": True, "ssl_cert_reqs": "none", "socket_timeout": 10, "retry": Retry(NoBackoff(), 0)}
        return redis.Redis(host=self.outputs["RedisHost"], port=int(self.outputs["RedisPort"]), **{**known, **options})


def template(**database: Any) -> dict[str, Any]:
    """A database and a cache with what the project's templates set for them."""
    resources = {
        "Parameters": {
            "Type": "AWS::RDS::DBParameterGroup",
            "Properties": {"Family": "postgres15", "Description": "d", "Parameters": {"rds.force_ssl": "1", "log_statement": "ddl"}},
        },
        "Database": {
            "Type": "AWS::RDS::DBInstance",
            "DeletionPolicy": "Delete",
            "Properties": {
                "DBInstanceClass": "db.t3.micro",
                "Engine": "postgres",
                "EngineVersion": "15.19",
                "DBName": DATABASE,
                "MasterUsername": USER,
                "ManageMasterUserPassword": True,
                "AllocatedStorage": "20",
                "Port": "5432",
                "DBParameterGroupName": {"Ref": "Parameters"},
                **database,
            },
        },
        "CacheParameters": {
            "Type": "AWS::ElastiCache::ParameterGroup",
            "Properties": {
                "CacheParameterGroupFamily": "redis7",
                "Description": "d",
                # Leaves 25 MiB of the smallest node for data, so that a test fills it in a moment.
                "Properties": {"maxmemory-policy": "allkeys-lru", "activedefrag": "yes", "reserved-memory-percent": "95"},
            },
        },
        "Cache": {
            "Type": "AWS::ElastiCache::ReplicationGroup",
            "Properties": {
                "ReplicationGroupDescription": "d",
                "Engine": "redis",
                "EngineVersion": "7.1",
                "CacheNodeType": "cache.t3.micro",
                "NumCacheClusters": 1,
                "Port": 6379,
                "CacheParameterGroupName": {"Ref": "CacheParameters"},
                "TransitEncryptionEnabled": True,
                "AuthToken": TOKEN,
            },
        },
    }
    outputs: dict[str, Any] = {
        "Instance": {"Ref": "Database"},
        "Secret": {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]},
        "Host": {"Fn::GetAtt": ["Database", "Endpoint.Address"]},
        "Port": {"Fn::GetAtt": ["Database", "Endpoint.Port"]},
        "Cache": {"Ref": "Cache"},
        "RedisHost": {"Fn::GetAtt": ["Cache", "PrimaryEndPoint.Address"]},
        "RedisPort": {"Fn::GetAtt": ["Cache", "PrimaryEndPoint.Port"]},
        "RedisReader": {"Fn::GetAtt": ["Cache", "ReaderEndPoint.Address"]},
    }
    return {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}


def deploy(cloud: LocalCloud, name: str, body: dict[str, Any]) -> Stores:
    """A new stack of this template."""
    cloudformation = client(cloud.endpoint, REGION, "cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(body))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stores(cloud, name, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """A local cloud of this module's with data stores, and a database and a cache in it."""
    require_programs()
    with running(tmp_path_factory.mktemp("stores"), time_scale=SCALE, data_stores=True) as cloud:
        yield deploy(cloud, "stores", template())
