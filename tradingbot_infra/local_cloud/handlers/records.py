"""Writes into ministack's own records, for what its service API has no call for. Nothing else may reach in there."""

from collections.abc import Sequence

from ministack.services.ec2 import (  # type: ignore[import-untyped]  # ships no types
    _instances,
    _network_acls,
    _security_groups,
)
from ministack.services.secretsmanager import _resolve  # type: ignore[import-untyped]  # ships no types


def write_instance(instance_id: str, *, source_dest_check: bool, instance_type: str | None, security_group_ids: Sequence[str]) -> None:
    """EC2's ModifyInstanceAttribute, for the three attributes that CloudFormation changes in place."""
    instance = _instances[instance_id]
    instance["SourceDestCheck"] = source_dest_check
    if instance_type:
        instance["InstanceType"] = instance_type
    if security_group_ids:
        instance["SecurityGroups"] = [
            {"GroupId": group, "GroupName": _security_groups.get(group, {}).get("GroupName", group)} for group in security_group_ids
        ]


def write_network_acl_association(association_id: str, subnet_id: str) -> None:
    """Names the subnet of an association: ministack's ReplaceNetworkAclAssociation leaves it empty."""
    for acl in _network_acls.values():
        for association in acl["Associations"]:
            if association["NetworkAclAssociationId"] == association_id:
                association["SubnetId"] = subnet_id


def cancel_secret_rotation(secret_id: str) -> None:
    """Secrets Manager's CancelRotateSecret; a secret that is gone is left gone."""
    _, secret = _resolve(secret_id)
    if secret is not None:
        secret["RotationEnabled"] = False
        secret.pop("RotationRules", None)
        secret.pop("RotationLambdaARN", None)
