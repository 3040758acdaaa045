"""What ministack's own handlers leave out: master passwords that RDS keeps, alarms on metric math, settings of containers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.models import coerced
from tradingbot_infra.local_cloud.handlers.resource import (
    Attributes,
    Created,
    Handler,
    Properties,
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
_SERVICE_SETTINGS = frozenset(
    {
        "CapacityProviderStrategy",
        "Cluster",
        "DeploymentConfiguration",
        "DeploymentController",
        "DesiredCount",
        "EnableECSManagedTags",
        "EnableExecuteCommand",
        "HealthCheckGracePeriodSeconds",
        "LaunchType",
        "LoadBalancers",
        "NetworkConfiguration",
        "PlatformVersion",
        "PropagateTags",
        "SchedulingStrategy",
        "TaskDefinition",
    }
)


def with_master_user_secret(handler: Handler) -> Handler:
    """ministack's handler of AWS::RDS::DBInstance, with exported logs and the secret behind ManageMasterUserPassword.

    The secret is named `rds!db-...`, holds username and password, and lives and dies with the instance, as on AWS.
    Fn::GetAtt gives its ARN as MasterUserSecret.SecretArn.
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
    """The ARN of the instance's secret, which is made when it is not there."""
    with ignoring("ResourceNotFoundException"):
        existing: str = call("secretsmanager", "DescribeSecret", SecretId=master_secret_name(instance))["ARN"]
        return existing
    password = call("secretsmanager", "GetRandomPassword", PasswordLength=28, ExcludePunctuation=True)
    value = {"username": properties["MasterUsername"], "password": password["RandomPassword"]}
    made: str = call(
        "secretsmanager",
        "CreateSecret",
        Name=master_secret_name(instance),
        Description=f"Master user of the RDS instance {instance}",
        SecretString=json.dumps(value),
        **given(properties.get("MasterUserSecret", {}), "KmsKeyId"),
    )["ARN"]
    return made


def _delete_secret(instance: str) -> None:
    with ignoring("ResourceNotFoundException"):
        call("secretsmanager", "DeleteSecret", SecretId=master_secret_name(instance), ForceDeleteWithoutRecovery=True)


def _is_managed(properties: Properties) -> bool:
    return is_true(properties.get("ManageMasterUserPassword", False))


def with_metric_math(handler: Handler) -> Handler:
    """ministack's handler of AWS::CloudWatch::Alarm, which refuses alarms on expressions.

    Such an alarm stands, with its actions, threshold and tags, on a metric that nobody writes: it never changes its
    state. Alarms on one metric are ministack's alone.
    """

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        created: Created = handler["create"](logical_id, _on_one_metric(properties), stack_name)
        return created

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        updated: Created = handler["update"](physical_id, _on_one_metric(old), _on_one_metric(new), stack_name, logical_id)
        return updated

    return {**handler, "create": create, "update": update, "update_with_logical_id": True}


def _on_one_metric(properties: Properties) -> Properties:
    if "Metrics" not in properties:
        return properties
    kept = {name: value for name, value in properties.items() if name != "Metrics"}
    return {**kept, "Namespace": "LocalCloud", "MetricName": "MetricMathIsNotEvaluated"}


def with_api_names(handler: Handler) -> Handler:
    """ministack's handler of AWS::ECS::TaskDefinition, which leaves nested names in template case.

    boto3 then sees secrets without names and volumes without names. This one registers through the ECS API.
    """

    def create(_logical_id: str, properties: Properties, _stack_name: str) -> Created:
        definition = _camel_case({name: value for name, value in properties.items() if name != "Tags"})
        tags = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]
        answer = call("ecs", "RegisterTaskDefinition", **definition, tags=tags)
        arn: str = answer["taskDefinition"]["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Created:
        if changed(old, new) <= {"Tags"}:
            updated: Created = handler["update"](physical_id, old, new, stack_name, logical_id)
            return updated
        # A revision is never changed; the next one takes its place, and ministack lets the old one be, as AWS does.
        return create(logical_id or physical_id, new, stack_name)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True}


def with_every_setting(handler: Handler) -> Handler:
    """ministack's handler of AWS::ECS::Service, which leaves out settings, execute-command among them, when it creates.

    This one creates through the ECS API. The settings of ministack's update are all that it knows.
    """

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        settings = coerced("ecs", "CreateService", _camel_case({k: v for k, v in properties.items() if k in _SERVICE_SETTINGS}))
        name = properties.get("ServiceName", f"{stack_name}-{logical_id}")
        tags = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]
        service = call("ecs", "CreateService", serviceName=name, **settings, tags=tags)["service"]
        arn: str = service["serviceArn"]
        return arn, {"ServiceArn": arn, "Name": name}

    return {**handler, "create": create}


def _camel_case(value: Any) -> Any:
    """Template case to API case: every name begins with a small letter; names of log options and such do already."""
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: _camel_case(item) for name, item in value.items()}
    return [_camel_case(item) for item in value] if isinstance(value, list) else value


COMPLETIONS: Mapping[str, Callable[[Handler], Handler]] = {
    "AWS::CloudWatch::Alarm": with_metric_math,
    "AWS::ECS::Service": with_every_setting,
    "AWS::ECS::TaskDefinition": with_api_names,
    "AWS::RDS::DBInstance": with_master_user_secret,
}
"""CloudFormation type -> what makes a complete handler of ministack's."""
