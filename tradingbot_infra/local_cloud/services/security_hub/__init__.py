"""Security Hub CSPM: the hub of a region, its standards, and findings, which only BatchImportFindings puts there."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.services.operation import Operation
from tradingbot_infra.local_cloud.services.security_hub import findings, hub, standards

OPERATIONS: Mapping[str, Operation] = {
    "BatchDisableStandards": standards.disable,
    "BatchEnableStandards": standards.enable,
    "BatchImportFindings": findings.import_all,
    "DescribeHub": hub.describe,
    "DescribeStandards": standards.describe,
    "DisableSecurityHub": standards.leave,
    "EnableSecurityHub": hub.enable,
    "GetEnabledStandards": standards.enabled,
    "GetFindings": findings.get,
    "UpdateSecurityHubConfiguration": hub.update,
}
"""API name -> the function that answers it."""
