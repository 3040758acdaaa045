"""Findings in ASFF, which BatchImportFindings takes, and which go to EventBridge one by one.

Source: Security Hub User Guide, "EventBridge event formats for Security Hub CSPM"; API Reference, "BatchImportFindings".
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tradingbot_infra.local_cloud.api import json_values
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.models import service_model
from tradingbot_infra.local_cloud.ministack import event_bus, scopes
from tradingbot_infra.local_cloud.services.operation import Call
from tradingbot_infra.local_cloud.services.security_hub import hub

_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "PREFIX": lambda value, wanted: value.startswith(wanted),
    "CONTAINS": lambda value, wanted: wanted in value,
    "NOT_EQUALS": lambda value, wanted: value != wanted,
    "PREFIX_NOT_EQUALS": lambda value, wanted: not value.startswith(wanted),
    "NOT_CONTAINS": lambda value, wanted: wanted not in value,
}
_NEGATIVE = ("NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS")
_PATHS: Mapping[str, str] = {
    **{name: name for name in ("AwsAccountId", "CompanyName", "CreatedAt", "GeneratorId", "Id", "ProductArn", "ProductName")},
    **{name: name for name in ("RecordState", "Region", "Title", "UpdatedAt")},
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceStatus": "Compliance.Status",
    "SeverityLabel": "Severity.Label",
    "WorkflowStatus": "Workflow.Status",
}
"""Filter of GetFindings -> the attribute that it compares. Others are refused, because a wrong answer would look like no finding."""

_findings = scopes.by_account_and_region()


async def import_all(call: Call) -> dict[str, Any]:
    """BatchImportFindings, for findings of the account's own default product; others fail, as on AWS."""
    hub.subscribed()
    account, _ = scopes.current()
    own = scopes.arn("securityhub", f"product/{account}/default")
    failed = []
    for finding in call.parameters["Findings"]:
        if finding["ProductArn"] != own:
            words = f"The local cloud takes findings of {own} only"
            failed.append({"Id": finding["Id"], "ErrorCode": "InvalidAccess", "ErrorMessage": words})
            continue
        _put({"ProductName": "Default", "CompanyName": "Personal", "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, **finding})
    return {"FailedCount": len(failed), "SuccessCount": len(call.parameters["Findings"]) - len(failed), "FailedFindings": failed}


async def get(call: Call) -> dict[str, Any]:
    """GetFindings: those that meet the filters, the latest first."""
    hub.subscribed()
    filters = call.parameters.get("Filters", {})
    unknown = sorted(filters.keys() - _PATHS)
    if unknown:
        raise LocalApiError("InvalidInputException", f"The local cloud does not filter findings by {', '.join(unknown)}")
    found = [one for one in _findings.values() if all(_passes(one, name, wanted) for name, wanted in filters.items())]
    return {"Findings": sorted(found, key=lambda one: str(one["UpdatedAt"]), reverse=True)}


def _put(finding: dict[str, Any]) -> None:
    _findings[finding["Id"]] = finding
    detail = json_values.write(service_model("securityhub").shape_for("AwsSecurityFinding"), finding)
    resource = f"{finding['ProductArn']}/{finding['Id']}"
    event_bus.put("aws.securityhub", "Security Hub Findings - Imported", {"findings": [detail]}, [resource])


def _passes(finding: Mapping[str, Any], name: str, wanted: list[dict[str, Any]]) -> bool:
    """Negative comparisons must all hold, of others one."""
    value: Any = finding
    for step in _PATHS[name].split("."):
        value = value.get(step, {}) if isinstance(value, Mapping) else {}
    text = value if isinstance(value, str) else ""
    if "Comparison" not in wanted[0]:
        return any(_is_within(text, one) for one in wanted)
    held = {True: list(_held(text, wanted, negative=True)), False: list(_held(text, wanted, negative=False))}
    return all(held[True]) and (any(held[False]) or not held[False])


def _held(text: str, wanted: list[dict[str, Any]], *, negative: bool) -> Iterator[bool]:
    return (_TEXT[one["Comparison"]](text, one["Value"]) for one in wanted if (one["Comparison"] in _NEGATIVE) is negative)


def _is_within(text: str, wanted: Mapping[str, Any]) -> bool:
    moment = datetime.fromisoformat(text)
    if "DateRange" in wanted:
        return moment >= datetime.now(UTC) - timedelta(days=wanted["DateRange"]["Value"])
    start, end = (datetime.fromisoformat(wanted[name]) if wanted.get(name) else None for name in ("Start", "End"))
    return (start is None or start <= moment) and (end is None or moment <= end)
