"""Names that a template fixes, which CloudFormation refuses to create where something has them already.

ministack writes over it, or makes a second one.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import (
    alb,
    backup,
    cloudtrail,
    cloudwatch,
    cloudwatch_logs,
    config,
    ecr,
    ecs,
    elasticache,
    eventbridge,
    iam,
    kms,
    lambda_svc,
    rds,
    scheduler,
    secretsmanager,
    sns,
    ssm,
    stepfunctions,
    waf,
)
from ministack.services.cloudformation import _stacks, changesets

from tradingbot_infra.local_cloud.ministack.scopes import arn

Properties = Mapping[str, Any]
Taken = Callable[[str, Properties], bool]


@dataclass(frozen=True)
class FixedName:
    """The name of resources of one type."""

    property: str
    """The property that fixes it; without it CloudFormation makes a name of its own."""
    is_taken: Taken
    """Whether a resource of this name exists, for a name and the template's properties."""
    identifies: bool = False
    """Whether the name alone is the type's primary identifier, so that ImportExistingResources finds the resource."""


def _among(names: Container[str]) -> Taken:
    return lambda name, _properties: name in names


def _with(records: Mapping[str, Mapping[str, Any]], key: str) -> Taken:
    """For records that have keys other than the name."""
    return lambda name, _properties: any(record.get(key) == name for record in records.values())


def _active(services: Mapping[str, Mapping[str, Any]]) -> Taken:
    return lambda name, properties: any(
        record["serviceName"] == name and record["status"] != "INACTIVE" and str(properties.get("Cluster", "default")) in _cluster(record)
        for record in services.values()
    )


def _cluster(service: Mapping[str, Any]) -> tuple[str, str]:
    return service["clusterArn"], service["clusterArn"].rpartition("/")[2]


# ruff: noqa: SLF001 - ministack's services have no other table of what exists
FIXED_NAMES: Mapping[str, FixedName] = {
    "AWS::Backup::BackupVault": FixedName("BackupVaultName", _among(backup._vaults), identifies=True),
    "AWS::CloudTrail::Trail": FixedName("TrailName", _among(cloudtrail._trails), identifies=True),
    "AWS::CloudWatch::Alarm": FixedName("AlarmName", _among(cloudwatch._alarms), identifies=True),
    "AWS::CloudWatch::CompositeAlarm": FixedName("AlarmName", _among(cloudwatch._composite_alarms), identifies=True),
    "AWS::CloudWatch::Dashboard": FixedName("DashboardName", _among(cloudwatch._dashboards), identifies=True),
    "AWS::Config::ConfigRule": FixedName("ConfigRuleName", _among(config._config_rules), identifies=True),
    "AWS::Config::ConfigurationRecorder": FixedName("Name", _among(config._recorders), identifies=True),
    "AWS::Config::DeliveryChannel": FixedName("Name", _among(config._delivery_channels), identifies=True),
    "AWS::ECR::Repository": FixedName("RepositoryName", _among(ecr._repositories), identifies=True),
    "AWS::ECS::Cluster": FixedName("ClusterName", _among(ecs._clusters), identifies=True),
    "AWS::ECS::Service": FixedName("ServiceName", _active(ecs._services)),
    "AWS::ElastiCache::ReplicationGroup": FixedName("ReplicationGroupId", _among(elasticache._replication_groups), identifies=True),
    "AWS::ElastiCache::SubnetGroup": FixedName("CacheSubnetGroupName", _among(elasticache._subnet_groups), identifies=True),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": FixedName("Name", _with(alb._lbs, "LoadBalancerName")),
    "AWS::ElasticLoadBalancingV2::TargetGroup": FixedName("Name", _with(alb._tgs, "TargetGroupName")),
    "AWS::Events::Rule": FixedName("Name", _with(eventbridge._rules, "Name")),
    "AWS::IAM::ManagedPolicy": FixedName("ManagedPolicyName", _with(iam._policies, "PolicyName")),
    "AWS::IAM::Role": FixedName("RoleName", _among(iam._roles), identifies=True),
    "AWS::KMS::Alias": FixedName("AliasName", lambda name, _properties: arn("kms", name) in kms._aliases, identifies=True),
    "AWS::Lambda::Function": FixedName("FunctionName", _among(lambda_svc._functions), identifies=True),
    "AWS::Logs::LogGroup": FixedName("LogGroupName", _among(cloudwatch_logs._log_groups), identifies=True),
    "AWS::Logs::ResourcePolicy": FixedName("PolicyName", _among(cloudwatch_logs._resource_policies), identifies=True),
    "AWS::RDS::DBInstance": FixedName("DBInstanceIdentifier", _among(rds._instances), identifies=True),
    "AWS::RDS::DBParameterGroup": FixedName("DBParameterGroupName", _among(rds._param_groups), identifies=True),
    "AWS::RDS::DBSubnetGroup": FixedName("DBSubnetGroupName", _among(rds._subnet_groups), identifies=True),
    "AWS::SNS::Topic": FixedName("TopicName", lambda name, _properties: arn("sns", name) in sns._topics),
    "AWS::SSM::Parameter": FixedName("Name", _among(ssm._parameters), identifies=True),
    "AWS::Scheduler::Schedule": FixedName("Name", _with(scheduler._schedules, "Name"), identifies=True),
    "AWS::Scheduler::ScheduleGroup": FixedName("Name", _among(scheduler._schedule_groups), identifies=True),
    "AWS::SecretsManager::Secret": FixedName("Name", _among(secretsmanager._secrets)),
    "AWS::StepFunctions::StateMachine": FixedName("StateMachineName", _with(stepfunctions._state_machines, "name")),
    "AWS::WAFv2::WebACL": FixedName("Name", _with(waf._web_acls, "Name")),
}
"""CloudFormation type -> the name of its resources."""


def find_what_exists() -> None:
    """Makes ImportExistingResources look for every type whose name identifies it, as on AWS; ministack knows some types only.

    Source: CloudFormation User Guide, "Import AWS resources into a CloudFormation stack automatically".
    """
    for resource_type, fixed in FIXED_NAMES.items():
        if fixed.identifies:
            changesets._IMPORT_LOOKUPS.setdefault(resource_type, ((fixed.property,), _not_found(resource_type, fixed)))


def _not_found(resource_type: str, fixed: FixedName) -> Callable[[str], str | None]:
    words = f"Resource of type '{resource_type}' with identifier '{{}}' was not found."
    return lambda name: None if fixed.is_taken(name, {}) else words.format(name)


def owner(resource_type: str, name: str) -> str | None:
    """The ARN of the stack that has a resource of this type and physical id; None when no stack has it."""
    for stack in _stacks.values():
        if stack["StackStatus"] != "DELETE_COMPLETE" and any(
            (one["ResourceType"], one["PhysicalResourceId"]) == (resource_type, name) for one in stack.get("_resources", {}).values()
        ):
            return str(stack["StackId"])
    return None


def secret_is_deleted(name: str) -> bool:
    """Whether a secret waits for the end of its recovery window."""
    return bool(secretsmanager._secrets.get(name, {}).get("DeletedDate"))
