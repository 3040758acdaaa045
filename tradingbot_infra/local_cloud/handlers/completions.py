"""What ministack's own handlers leave out: managed master passwords, alarms on metric math, settings of ECS, ARNs of secrets."""

import json
from collections.abc import Callable, Mapping

from tradingbot_infra.local_cloud.handlers import ecs_service
from tradingbot_infra.local_cloud.handlers.resource import (
    Attributes,
    Created,
    Handler,
    Properties,
    camel_case,
    changed,
    given,
    ignoring,
    is_true,
)
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.ministack.stacks import delete_after_update
from tradingbot_infra.local_cloud.services.databases import master_secret_name

_SECRET_ARN = "MasterUserSecret.SecretArn"  # noqa: S105 - the name of an attribute, not a secret


def with_master_user_secret(handler: Handler) -> Handler:
    """ministack's handler of AWS::RDS::DBInstance, with exported logs and the secret behind ManageMasterUserPassword.

    As on AWS, the secret is named `rds!db-...`, holds username and password, and is deleted with the instance. Fn::GetAtt returns
    its ARN as MasterUserSecret.SecretArn.
    """

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        instance, attributes = handler["create"](logical_id, properties, stack_name)
        _export_logs(instance, properties)
        return instance, _with_secret(instance, attributes, properties)

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        instance, attributes = handler["update"](physical_id, old, new, stack_name, logical_id)
        if instance != physical_id:
            delete_after_update(_delete_secret, physical_id)
        elif not _is_managed(new):
            _delete_secret(instance)
        _export_logs(instance, new)
        return instance, _with_secret(instance, attributes, new)

    def delete(instance: str, properties: Properties) -> None:
        handler["delete"](instance, properties)
        _delete_secret(instance)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


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


def with_metric_math(handler: Handler) -> Handler:
    """ministack's handler of AWS::CloudWatch::Alarm, which refuses alarms on expressions.

    Such an alarm has its actions, threshold and tags, but a metric that nobody writes, so its state never changes. Alarms on one
    metric are left to ministack.
    """

    return {
        **handler,
        "create": lambda logical_id, properties, stack: handler["create"](logical_id, _on_one_metric(properties), stack),
        "update": lambda made, old, new, *rest: handler["update"](made, _on_one_metric(old), _on_one_metric(new), *rest),
        "update_with_logical_id": True,
    }


def _on_one_metric(properties: Properties) -> Properties:
    if "Metrics" not in properties:
        return properties
    kept = {name: value for name, value in properties.items() if name != "Metrics"}
    return {**kept, "Namespace": "LocalCloud", "MetricName": "MetricMathIsNotEvaluated"}


def with_api_names(handler: Handler) -> Handler:
    """ministack's handler of AWS::ECS::TaskDefinition, which does not translate nested names from template to API case.

    boto3 would see secrets and volumes without names. This one registers the task definition through the ECS API.
    """

    def create(_logical_id: str, properties: Properties, _stack_name: str) -> Created:
        arn: str = call("ecs", "RegisterTaskDefinition", **camel_case(properties))["taskDefinition"]["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        if changed(old, new) <= {"Tags"}:
            updated: Created = handler["update"](physical_id, old, new, stack_name, logical_id)
            return updated
        # Any other change is a new revision. ministack keeps the old one, as AWS does.
        return create(logical_id or physical_id, new, stack_name)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True}


def with_arn_as_reference(handler: Handler) -> Handler:
    """ministack's handler of AWS::SecretsManager::Secret, whose Ref is the name; on AWS it is the ARN, which ECS needs."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        return _by_arn(handler["create"](logical_id, properties, stack_name))

    def update(arn: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        return _by_arn(handler["update"](_name_in(arn), old, new, stack_name, logical_id))

    def delete(arn: str, properties: Properties) -> None:
        handler["delete"](_name_in(arn), properties)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _by_arn(made: Created) -> Created:
    _, attributes = made
    return attributes["Id"], attributes


def _name_in(arn: str) -> str:
    """The name of a secret, behind which Secrets Manager puts a hyphen and six characters."""
    return arn.partition(":secret:")[2].rpartition("-")[0] or arn


COMPLETIONS: Mapping[str, Callable[[Handler], Handler]] = {
    "AWS::CloudWatch::Alarm": with_metric_math,
    "AWS::ECS::Service": ecs_service.in_full,
    "AWS::ECS::TaskDefinition": with_api_names,
    "AWS::RDS::DBInstance": with_master_user_secret,
    "AWS::SecretsManager::Secret": with_arn_as_reference,
}
"""CloudFormation type -> the function that extends ministack's handler."""
