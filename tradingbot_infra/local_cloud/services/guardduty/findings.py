"""Findings, which CreateSampleFindings makes: "[SAMPLE]" findings of the types below, which go to EventBridge as others do.

Sources: GuardDuty User Guide, "GuardDuty finding types" for the severities, "Processing GuardDuty findings with Amazon EventBridge" for
the event, which has the finding as the API writes it.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api import json_values
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.models import service_model
from tradingbot_infra.local_cloud.ministack import event_bus, scopes
from tradingbot_infra.local_cloud.services.guardduty.criteria import meets
from tradingbot_infra.local_cloud.services.guardduty.detectors import named
from tradingbot_infra.local_cloud.services.operation import Call

_LOW, _MEDIUM, _HIGH, _CRITICAL = 2.0, 5.0, 8.0, 9.0

SAMPLES: Mapping[str, float] = {
    "AttackSequence:IAM/CompromisedCredentials": _CRITICAL,
    "Backdoor:Lambda/C&CActivity.B": _HIGH,
    "CryptoCurrency:EC2/BitcoinTool.B!DNS": _HIGH,
    "CryptoCurrency:Runtime/BitcoinTool.B": _HIGH,
    "Discovery:S3/AnomalousBehavior": _LOW,
    "Exfiltration:S3/AnomalousBehavior": _HIGH,
    "Impact:S3/AnomalousBehavior.Delete": _HIGH,
    "Policy:IAMUser/RootCredentialUsage": _LOW,
    "Policy:S3/AccountBlockPublicAccessDisabled": _LOW,
    "PrivilegeEscalation:IAMUser/AnomalousBehavior": _MEDIUM,
    "Recon:EC2/PortProbeUnprotectedPort": _LOW,
    "Recon:IAMUser/MaliciousIPCaller": _MEDIUM,
    "Stealth:IAMUser/CloudTrailLoggingDisabled": _LOW,
    "Stealth:IAMUser/PasswordPolicyChange": _LOW,
    "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B": _MEDIUM,
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS": _HIGH,
}
"""Type -> severity: low below 4, medium below 7, high below 9, critical from 9 on."""

_RESOURCES = {"EC2": "Instance", "IAM": "AccessKey", "IAMUser": "AccessKey", "Lambda": "Lambda", "Runtime": "ECSCluster", "S3": "S3Bucket"}
"""What is between `:` and `/` of a type -> the kind of the resource."""

_findings = scopes.by_account_and_region()


async def create_samples(call: Call) -> dict[str, Any]:
    """CreateSampleFindings, for the types of SAMPLES; all of them if the request names none."""
    detector = call.parameters["DetectorId"]
    named(detector)
    types = call.parameters.get("FindingTypes") or list(SAMPLES)
    unknown = [name for name in types if name not in SAMPLES]
    if unknown:
        raise LocalApiError("BadRequestException", f"The local cloud has no sample of {', '.join(unknown)}")
    for finding in [_sample(detector, name) for name in types]:
        _findings[finding["Id"]] = finding
        event_bus.put("aws.guardduty", "GuardDuty Finding", _on_the_wire(finding), [])
    return {}


async def list_all(call: Call) -> dict[str, Any]:
    """ListFindings: the ids of those that meet the criteria, the latest first."""
    criteria = call.parameters.get("FindingCriteria", {}).get("Criterion", {})
    found = [finding for finding in _of(call.parameters["DetectorId"]) if meets(_on_the_wire(finding), criteria)]
    return {"FindingIds": [finding["Id"] for finding in sorted(found, key=lambda one: one["UpdatedAt"], reverse=True)]}


async def get(call: Call) -> dict[str, Any]:
    """GetFindings; ids that nothing has are left out, as on AWS."""
    wanted = call.parameters["FindingIds"]
    return {"Findings": [finding for finding in _of(call.parameters["DetectorId"]) if finding["Id"] in wanted]}


async def archive(call: Call) -> dict[str, Any]:
    """ArchiveFindings."""
    for finding in _of(call.parameters["DetectorId"]):
        if finding["Id"] in call.parameters["FindingIds"]:
            finding["Service"]["Archived"] = True
    return {}


def _of(detector: str) -> Iterator[dict[str, Any]]:
    named(detector)
    return (finding for finding in _findings.values() if finding["Service"]["DetectorId"] == detector)


def _sample(detector: str, name: str) -> dict[str, Any]:
    account, region = scopes.current()
    finding_id, moment = uuid.uuid4().hex, datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = _RESOURCES[name.partition(":")[2].partition("/")[0]]
    return {
        "SchemaVersion": "2.0",
        "AccountId": account,
        "Region": region,
        "Partition": "aws",
        "Id": finding_id,
        "Arn": scopes.arn("guardduty", f"detector/{detector}/finding/{finding_id}"),
        "Type": name,
        "Resource": {"ResourceType": kind},
        "Service": {
            "ServiceName": "guardduty",
            "DetectorId": detector,
            "Archived": False,
            "Count": 1,
            "EventFirstSeen": moment,
            "EventLastSeen": moment,
            "AdditionalInfo": {"Value": json.dumps({"sample": True}), "Type": "default"},
        },
        "Severity": SAMPLES[name],
        "CreatedAt": moment,
        "UpdatedAt": moment,
        "Title": f"[SAMPLE] {name} of a resource of kind {kind}.",
        "Description": f"[SAMPLE] GuardDuty would describe here what it saw of {name}.",
    }


def _on_the_wire(finding: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = json_values.write(service_model("guardduty").shape_for("Finding"), finding)
    return written
