"""PostgreSQL: the instance and its parameters."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, renamed

_INSTANCE = {
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod": "BackupRetentionPeriod",
    "CACertificateIdentifier": "CACertificateIdentifier",
    "CopyTagsToSnapshot": "CopyTagsToSnapshot",
    "DeletionProtection": "DeletionProtection",
    "EnabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "IAMDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "MultiAZ": "MultiAZ",
    "PubliclyAccessible": "PubliclyAccessible",
}
"""Members of DBInstance in the RDS API, and the properties of AWS::RDS::DBInstance that they are.

Encryption cannot change after the creation, so it is as declared."""


def _instance(one: One) -> Live:
    found = one.session.rds.describe_db_instances(DBInstanceIdentifier=one.physical_id)["DBInstances"][0]
    groups = [each.get("VpcSecurityGroupId") for each in found.get("VpcSecurityGroups", [])]
    return Live(properties={**renamed(found, _INSTANCE), "VPCSecurityGroups": groups})


def _parameters(one: One) -> Live:
    pages = one.session.rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=one.physical_id, Source="user")
    found = {each.get("ParameterName"): each.get("ParameterValue") for page in pages for each in page["Parameters"]}
    return Live(properties={"Parameters": found})


READERS: Mapping[str, Reader] = {"AWS::RDS::DBInstance": _instance, "AWS::RDS::DBParameterGroup": _parameters}
