"""Databases and caches of ministack's own handlers, with their servers, and managed master passwords."""

import json
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import Attributes, Created, Handler, Properties, given, ignoring, is_true
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import records, store_records
from tradingbot_infra.local_cloud.ministack.stacks import delete_after_update
from tradingbot_infra.local_cloud.services import cache_servers, database_servers
from tradingbot_infra.local_cloud.services.rotation import master_secret_name

_SECRET_ARN = "MasterUserSecret.SecretArn"  # noqa: S105 - the name of an attribute, not a secret


def with_master_user_secret(handler: Handler) -> Handler:
    """ministack's handler of AWS::RDS::DBInstance, with a server, exported logs and the secret behind ManageMasterUserPassword.

    As on AWS, the secret is named `rds!db-...`, holds username and password, and is deleted with the instance. Fn::GetAtt returns
    its ARN as MasterUserSecret.SecretArn.
    """

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        instance, attributes = handler["create"](logical_id, properties, stack_name)
        try:
            return instance, _completed(instance, attributes, properties)
        except Exception:
            delete(instance, properties)
            raise

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        instance, attributes = handler["update"](physical_id, old, new, stack_name, logical_id)
        if instance != physical_id:
            delete_after_update(_delete_completion, physical_id)
            return instance, _completed(instance, attributes, new)
        _export_logs(instance, new)
        database_servers.follow(instance)
        completed = _with_secret(instance, attributes, new)
        _follow_credentials(instance, old, new, _password(completed))
        return instance, completed

    def delete(instance: str, properties: Properties) -> None:
        handler["delete"](instance, properties)
        _delete_completion(instance)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _completed(instance: str, attributes: Attributes, properties: Properties) -> Attributes:
    """What a new instance needs besides ministack's record of it; the attributes with the secret and the server's address."""
    _export_logs(instance, properties)
    with_secret = _with_secret(instance, attributes, properties)
    database_servers.create(instance, _password(with_secret))
    return {**with_secret, "Endpoint.Address": records.database(instance)["Endpoint"]["Address"]}


def _follow_credentials(instance: str, old: Properties, new: Properties, managed: str | None) -> None:
    """Gives the server the master user's password of the new properties; `managed` is that of the managed secret."""
    if not _is_managed(new):
        _delete_secret(instance)
        if new.get("MasterUserPassword") not in (None, old.get("MasterUserPassword")):
            database_servers.set_password(instance, new["MasterUserPassword"])
    elif managed and not _is_managed(old):
        database_servers.set_password(instance, managed)


def _password(attributes: Attributes) -> str | None:
    if _SECRET_ARN not in attributes:
        return None
    value: str = call("secretsmanager", "GetSecretValue", SecretId=attributes[_SECRET_ARN])["SecretString"]
    return str(json.loads(value)["password"])


def _delete_completion(instance: str) -> None:
    database_servers.delete(instance)
    _delete_secret(instance)


def _export_logs(instance: str, properties: Properties) -> None:
    records.database(instance)["EnabledCloudwatchLogsExports"] = sorted(properties.get("EnableCloudwatchLogsExports", []))


def _with_secret(instance: str, attributes: Attributes, properties: Properties) -> Attributes:
    if not _is_managed(properties) or _SECRET_ARN in attributes:
        return attributes
    return {**attributes, _SECRET_ARN: _secret(instance, properties)}


def _secret(instance: str, properties: Properties) -> str:
    """The ARN of the instance's secret, which is created if it does not exist."""
    with ignoring("ResourceNotFoundException"):
        existing: str = call("secretsmanager", "DescribeSecret", SecretId=master_secret_name(instance))["ARN"]
        return existing
    password = call("secretsmanager", "GetRandomPassword", PasswordLength=28, ExcludePunctuation=True)
    value = {"username": properties["MasterUsername"], "password": password["RandomPassword"]}
    wanted = {"Name": master_secret_name(instance), "Description": f"Master user of the RDS instance {instance}"}
    key = given(properties.get("MasterUserSecret", {}), "KmsKeyId")
    created: str = call("secretsmanager", "CreateSecret", **wanted, SecretString=json.dumps(value), **key)["ARN"]
    return created


def _delete_secret(instance: str) -> None:
    with ignoring("ResourceNotFoundException"):
        call("secretsmanager", "DeleteSecret", SecretId=master_secret_name(instance), ForceDeleteWithoutRecovery=True)


def _is_managed(properties: Properties) -> bool:
    return is_true(properties.get("ManageMasterUserPassword", False))


_ENDPOINTS = ("PrimaryEndPoint", "ReaderEndPoint", "ReadEndPoint")


def with_redis_server(handler: Handler) -> Handler:
    """ministack's handler of AWS::ElastiCache::ReplicationGroup, with a server."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        group, attributes = handler["create"](logical_id, properties, stack_name)
        try:
            return group, _with_server(group, attributes, properties)
        except Exception:
            delete(group, properties)
            raise

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        _refuse_failover_without_replica(old, new)
        before = store_records.replication_group(physical_id)
        group, attributes = handler["update"](physical_id, old, new, stack_name, logical_id)
        if group != physical_id:
            delete_after_update(cache_servers.delete, physical_id)
        elif store_records.replication_group(group) is not before:
            cache_servers.delete(group)  # replaced under its own name
        return group, _with_server(group, attributes, new)

    def delete(group: str, properties: Properties) -> None:
        handler["delete"](group, properties)
        cache_servers.delete(group)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _refuse_failover_without_replica(old: Properties, new: Properties) -> None:
    """ElastiCache turns failover on before it adds nodes, so an update that does both fails (CloudFormation roadmap, issue 383)."""
    turned_on = is_true(new.get("AutomaticFailoverEnabled", False)) and not is_true(old.get("AutomaticFailoverEnabled", False))
    if turned_on and int(old.get("NumCacheClusters") or 1) < 2:
        raise LocalApiError("InvalidReplicationGroupState", "Replication group must have at least one read replica to enable autofailover.")


def _with_server(group: str, attributes: Attributes, properties: Properties) -> Attributes:
    """The attributes with the address of the group's server, which is created if it has none and follows the group otherwise."""
    cache_servers.ensure(group, int(properties.get("Port") or 0) or None)
    shards: list[Any] = store_records.replication_group(group)["NodeGroups"]
    address = shards[0]["PrimaryEndpoint"]
    return {name: _of_server(name, value, address) for name, value in attributes.items()}


def _of_server(attribute: str, value: Any, endpoint: dict[str, Any]) -> Any:
    """An attribute that names an endpoint, or lists those of all replicas, for a group whose endpoints are all the same."""
    if not attribute.startswith(_ENDPOINTS):
        return value
    own = str(endpoint["Port" if ".Port" in attribute else "Address"])
    if isinstance(value, list):
        return [own for _ in value]
    return ",".join(own for _ in str(value).split(",")) if value else value
