"""What ministack's own handlers leave out: metric math, settings of ECS, ARNs of secrets, imports, and what `data_stores` adds."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers import alarms, data_stores, ecs_service, load_balancers, schedules
from tradingbot_infra.local_cloud.handlers.resource import (
    Created,
    Handler,
    Properties,
    camel_case,
    changed,
)
from tradingbot_infra.local_cloud.in_process import call


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


def with_repository_import(handler: Handler) -> Handler:
    """ministack's handler of AWS::ECR::Repository, which cannot import one that exists."""

    def adopt(identifier: Properties) -> Created:
        name = identifier["RepositoryName"]
        (found,) = call("ecr", "DescribeRepositories", repositoryNames=[name])["repositories"]
        return name, {"Arn": found["repositoryArn"], "RepositoryUri": found["repositoryUri"]}

    return {**handler, "import": adopt}


def with_vault_import(handler: Handler) -> Handler:
    """ministack's handler of AWS::Backup::BackupVault, which cannot import one that exists."""

    def adopt(identifier: Properties) -> Created:
        found = call("backup", "DescribeBackupVault", **identifier)
        return found["BackupVaultName"], {name: found[name] for name in ("BackupVaultArn", "BackupVaultName")}

    return {**handler, "import": adopt}


def with_topic_key(handler: Handler) -> Handler:
    """ministack's handler of AWS::SNS::Topic, which forgets the key that encrypts it."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        made: Created = handler["create"](logical_id, properties, stack_name)
        _set_key(made[0], properties)
        return made

    def update(arn: str, old: Properties, new: Properties, *rest: Any) -> Created:
        made: Created = handler["update"](arn, old, new, *rest)
        _set_key(arn, new)
        return made

    return {**handler, "create": create, "update": update}


def _set_key(arn: str, properties: Properties) -> None:
    call("sns", "SetTopicAttributes", TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=properties.get("KmsMasterKeyId", ""))


def with_encryption(handler: Handler) -> Handler:
    """ministack's handler of AWS::S3::Bucket, which leaves every bucket under S3's own key."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        made: Created = handler["create"](logical_id, properties, stack_name)
        _encrypt(made[0], properties)
        return made

    def update(bucket: str, old: Properties, new: Properties, *rest: Any) -> Created:
        made: Created = handler["update"](bucket, old, new, *rest)
        if "BucketEncryption" in changed(old, new):
            _encrypt(made[0], new)
        return made

    return {**handler, "create": create, "update": update}


def _encrypt(bucket: str, properties: Properties) -> None:
    """Only where a key is named: ministack's S3 takes no object under KMS without one, as the CDK CLI puts it into its own bucket."""
    rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    wanted = [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in rules]
    if any("KMSMasterKeyID" in one["ApplyServerSideEncryptionByDefault"] for one in wanted):
        call("s3", "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": wanted})


def _by_arn(made: Created) -> Created:
    _, attributes = made
    return attributes["Id"], attributes


def _name_in(arn: str) -> str:
    """The name of a secret, behind which Secrets Manager puts a hyphen and six characters."""
    return arn.partition(":secret:")[2].rpartition("-")[0] or arn


COMPLETIONS: Mapping[str, Callable[[Handler], Handler]] = {
    "AWS::Backup::BackupVault": with_vault_import,
    "AWS::CloudWatch::Alarm": lambda handler: alarms.with_promql(with_metric_math(handler)),
    "AWS::ECR::Repository": with_repository_import,
    "AWS::ECS::Service": ecs_service.in_full,
    "AWS::ECS::TaskDefinition": with_api_names,
    "AWS::ElastiCache::ReplicationGroup": data_stores.with_redis_server,
    "AWS::RDS::DBInstance": data_stores.with_master_user_secret,
    "AWS::S3::Bucket": with_encryption,
    "AWS::SNS::Topic": with_topic_key,
    "AWS::Scheduler::Schedule": schedules.that_starts,
    "AWS::SecretsManager::Secret": with_arn_as_reference,
    **load_balancers.COMPLETIONS,
}
"""CloudFormation type -> the function that extends ministack's handler."""
