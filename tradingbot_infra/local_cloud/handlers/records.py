"""Writes into ministack's own records, for what its service API has no call for. Nothing else may reach in there."""

from collections.abc import Sequence

from ministack.services.ec2 import (  # type: ignore[import-untyped]  # ships no types
    _instances,
    _security_groups,
)
from ministack.services.rds import _instances as _databases  # type: ignore[import-untyped]  # ships no types
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


def write_database(instance_id: str, *, exported_logs: Sequence[str]) -> None:
    """Which logs an RDS instance exports: ministack's handler of AWS::RDS::DBInstance leaves that out."""
    _databases[instance_id]["EnabledCloudwatchLogsExports"] = sorted(exported_logs)


def cancel_secret_rotation(secret_id: str) -> None:
    """Secrets Manager's CancelRotateSecret; a secret that is gone is left gone."""
    _, secret = _resolve(secret_id)
    if secret is not None:
        secret["RotationEnabled"] = False
        secret.pop("RotationRules", None)
        secret.pop("RotationLambdaARN", None)
