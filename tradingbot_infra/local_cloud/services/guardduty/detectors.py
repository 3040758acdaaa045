"""Detectors: one in each region, with the features of AWS and their defaults (GuardDuty API Reference, "CreateDetector")."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

ALWAYS_ON = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")
"""Sources that cannot be switched off; GetDetector names them, CreateDetector does not take them."""

OPTIONAL: Mapping[str, str] = {
    "S3_DATA_EVENTS": "ENABLED",
    "EKS_AUDIT_LOGS": "ENABLED",
    "EBS_MALWARE_PROTECTION": "ENABLED",
    "RDS_LOGIN_EVENTS": "ENABLED",
    "LAMBDA_NETWORK_LOGS": "ENABLED",
    "RUNTIME_MONITORING": "DISABLED",
}
"""Feature -> its status where a request does not name it: every one is on, but for Runtime Monitoring."""

_ADDITIONAL = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
"""What Runtime Monitoring may manage; off where a request does not name it."""
_EXCLUSIVE = {"EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"}
_ROLE = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
_FREQUENCY = "SIX_HOURS"

_detectors = scopes.by_account_and_region()


async def create(call: Call) -> dict[str, Any]:
    """CreateDetector, which refuses a second one in a region."""
    wanted = call.parameters
    if _detectors:
        raise LocalApiError("BadRequestException", "The request is rejected because a detector already exists for the current account.")
    detector_id, now = uuid.uuid4().hex, _now()
    _detectors[detector_id] = {
        "CreatedAt": now,
        "UpdatedAt": now,
        "ServiceRole": scopes.arn("iam", _ROLE, regional=False),
        "Status": _status(wanted["Enable"]),
        "FindingPublishingFrequency": wanted.get("FindingPublishingFrequency", _FREQUENCY),
        "Features": _features(OPTIONAL, wanted.get("Features", ())),
        "Tags": dict(wanted.get("Tags", {})),
    }
    return {"DetectorId": detector_id}


async def get(call: Call) -> dict[str, Any]:
    """GetDetector."""
    found = named(call.parameters["DetectorId"])
    always = [{"Name": name, "Status": found["Status"]} for name in ALWAYS_ON]
    return {**found, "Features": [*always, *(_shown(*feature) for feature in found["Features"].items())]}


async def update(call: Call) -> dict[str, Any]:
    """UpdateDetector: what the request does not name stays."""
    wanted, found = call.parameters, named(call.parameters["DetectorId"])
    found["Features"] = {**found["Features"], **_features({}, wanted.get("Features", ()))}
    found["FindingPublishingFrequency"] = wanted.get("FindingPublishingFrequency", found["FindingPublishingFrequency"])
    if "Enable" in wanted:
        found["Status"] = _status(wanted["Enable"])
    found["UpdatedAt"] = _now()
    return {}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteDetector; its findings go with it."""
    named(call.parameters["DetectorId"])
    del _detectors[call.parameters["DetectorId"]]
    return {}


async def list_all(_call: Call) -> dict[str, Any]:
    """ListDetectors."""
    return {"DetectorIds": list(_detectors)}


def named(detector_id: str) -> dict[str, Any]:
    """The record of a detector, to be read or changed. Raises LocalApiError in GuardDuty's words if there is none."""
    if detector_id not in _detectors:
        words = "The request is rejected because the input detectorId is not owned by the current account."
        raise LocalApiError("BadRequestException", words)
    found: dict[str, Any] = _detectors[detector_id]
    return found


def _features(defaults: Mapping[str, str], wanted: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    features = {name: {"Status": status, "AdditionalConfiguration": ()} for name, status in defaults.items()}
    given = {feature["Name"]: feature for feature in wanted}
    if given.keys() >= _EXCLUSIVE or not given.keys() <= {*OPTIONAL, *_EXCLUSIVE}:
        words = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
        raise LocalApiError("BadRequestException", words)
    for name, feature in given.items():
        features[name] = {"Status": feature["Status"], "AdditionalConfiguration": tuple(feature.get("AdditionalConfiguration", ()))}
    return features


def _shown(name: str, feature: Mapping[str, Any]) -> dict[str, Any]:
    if name != "RUNTIME_MONITORING":
        return {"Name": name, "Status": feature["Status"]}
    managed = {one["Name"]: one["Status"] for one in feature["AdditionalConfiguration"]}
    additional = [{"Name": each, "Status": managed.get(each, "DISABLED")} for each in _ADDITIONAL]
    return {"Name": name, "Status": feature["Status"], "AdditionalConfiguration": additional}


def _status(enabled: object) -> str:
    return "ENABLED" if enabled else "DISABLED"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
