"""What AWS refuses to delete, for the API and for CloudFormation, whose handlers have no way around it.

ministack deletes all of it, at least with a stack. The words are those of AWS's API references, or those that people report.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.load_balancing import listeners
from tradingbot_infra.local_cloud.ministack import load_balancers, records, users
from tradingbot_infra.local_cloud.services.operation import Call, Operation

Refusal = Callable[[str], None]
"""Takes a physical id; raises LocalApiError where AWS refuses to delete the resource."""


def database(name: str) -> None:
    """RDS: deletion protection. Amazon RDS User Guide, "Deleting a DB instance"."""
    if records.database(name).get("DeletionProtection"):
        words = "Cannot delete protected DB Instance, please disable deletion protection and try again."
        raise LocalApiError("InvalidParameterCombination", words)


def load_balancer(arn: str) -> None:
    """Elastic Load Balancing: deletion protection. API Reference, DeleteLoadBalancer."""
    if load_balancers.balancer_attributes(arn).get("deletion_protection.enabled") == "true":
        raise LocalApiError("OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")


def vault(name: str) -> None:
    """AWS Backup: a vault with recovery points. API Reference, DeleteBackupVault."""
    if users.recovery_points(name):
        raise LocalApiError("InvalidRequestException", f"Backup vault {name} cannot be deleted because it contains recovery points.")


def bucket(name: str) -> None:
    """S3: a bucket with objects or versions of them. API Reference, "List of error codes", BucketNotEmpty."""
    if users.has_objects(name):
        raise LocalApiError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)


def security_group(group_id: str) -> None:
    """EC2: a group that a network interface has or a rule names. API Reference, "Error codes", DependencyViolation."""
    if users.of_network(group_id):
        raise LocalApiError("DependencyViolation", f"resource {group_id} has a dependent object")


def subnet(subnet_id: str) -> None:
    """EC2: a subnet with network interfaces. The same."""
    if users.of_network(subnet_id):
        raise LocalApiError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def database_subnets(name: str) -> None:
    """RDS: a subnet group of an instance. API Reference, DeleteDBSubnetGroup, InvalidDBSubnetGroupStateFault."""
    using = users.of_database_subnets(name)
    if using:
        words = f"Cannot delete the subnet group '{name}' because at least one database instance: {using[0]} is still using it."
        raise LocalApiError("InvalidDBSubnetGroupStateFault", words)


def target_group(arn: str) -> None:
    """Elastic Load Balancing: a target group of a listener or rule. API Reference, DeleteTargetGroup."""
    if arn in listeners.target_groups_in_use():
        raise LocalApiError("ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule")


def cluster(name: str) -> None:
    """ECS: a cluster with services. API Reference, DeleteCluster."""
    if users.of_cluster(name):
        words = "The Cluster cannot be deleted while Services are active."
        raise LocalApiError("ClusterContainsServicesException", words)


def refusing(parameter: str, refusal: Refusal) -> Operation:
    """ministack's operation that deletes the resource which this parameter names, refused as `refusal` says."""

    async def delete(call: Call) -> dict[str, Any]:
        refusal(call.parameters.get(parameter, ""))
        return await call.as_asked()

    return delete


REFUSALS: Mapping[str, Refusal] = {
    "AWS::Backup::BackupVault": vault,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::Subnet": subnet,
    "AWS::ECS::Cluster": cluster,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": load_balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": target_group,
    "AWS::RDS::DBInstance": database,
    "AWS::RDS::DBSubnetGroup": database_subnets,
    "AWS::S3::Bucket": bucket,
}
"""CloudFormation type -> why AWS refuses to delete a resource of it."""

EC2_OPERATIONS: Mapping[str, Operation] = {
    "DeleteSecurityGroup": refusing("GroupId", security_group),
    "DeleteSubnet": refusing("SubnetId", subnet),
}
RDS_OPERATIONS: Mapping[str, Operation] = {"DeleteDBSubnetGroup": refusing("DBSubnetGroupName", database_subnets)}
