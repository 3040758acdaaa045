"""What GuardDuty, Security Hub and Access Analyzer found in an account lately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tradingbot_infra.design.threat_detection import MEDIUM_SEVERITY
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.session import Session

_HIGH, _CRITICAL = 7, 9
_AT_ONCE = 50
"""Findings that GetFindings of GuardDuty takes at once (GuardDuty API Reference, "GetFindings")."""

_MOST = 200
"""So many of a service, the newest: a first evaluation of a standard finds hundreds."""

_NOT_ON = ("InvalidAccessException", "ResourceNotFoundException")
"""How Security Hub answers an account that is not subscribed (Security Hub API Reference, "GetFindings")."""


@dataclass(frozen=True)
class Found:
    """One finding: when it was made or last seen, about what, and in words."""

    at: datetime
    about: str
    words: str


def guardduty_findings(session: Session, since: datetime) -> Iterator[Found]:
    """Of medium severity and above, by the moment at which each was last seen; nothing without a detector."""
    criteria = {"Criterion": {"severity": {"Gte": MEDIUM_SEVERITY}, "updatedAt": {"Gte": int(since.timestamp() * 1000)}}}
    newest = {"AttributeName": "updatedAt", "OrderBy": "DESC"}
    for detector in session.guardduty.list_detectors()["DetectorIds"]:
        pages = session.guardduty.get_paginator("list_findings").paginate(
            DetectorId=detector,
            FindingCriteria=criteria,  # type: ignore[arg-type]  # plain dicts
            SortCriteria=newest,  # type: ignore[arg-type]
            PaginationConfig={"MaxItems": _MOST},
        )
        ids = [one for page in pages for one in page["FindingIds"]]
        for start in range(0, len(ids), _AT_ONCE):
            for each in session.guardduty.get_findings(DetectorId=detector, FindingIds=ids[start : start + _AT_ONCE])["Findings"]:
                count = each.get("Service", {}).get("Count", 1)
                words = f"{_severity(each['Severity'])}: {each.get('Title', '')} ({each['Type']}{f', {count} times' if count > 1 else ''})"
                yield Found(_moment(each["UpdatedAt"]), "GuardDuty", words)


def security_hub_findings(session: Session, since: datetime) -> Iterator[Found]:
    """Checks of Security Hub itself that began to fail: what other services found is in their own lists. By creation, because each
    evaluation updates a finding."""
    filters = {
        "ProductName": [{"Value": name, "Comparison": "EQUALS"} for name in ("Security Hub", "Security Hub CSPM")],
        "ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        "SeverityLabel": [{"Value": label, "Comparison": "EQUALS"} for label in ("MEDIUM", "HIGH", "CRITICAL")],
        "CreatedAt": [{"Start": _text(since), "End": _text(datetime.now(UTC))}],
    }
    pages = session.securityhub.get_paginator("get_findings").paginate(
        Filters=filters,  # type: ignore[arg-type]  # plain dicts
        SortCriteria=[{"Field": "CreatedAt", "SortOrder": "desc"}],
        PaginationConfig={"MaxItems": _MOST},
    )
    try:
        for each in (each for page in pages for each in page["Findings"]):
            resources = ", ".join(one["Id"] for one in each.get("Resources", []))
            label = each.get("Severity", {}).get("Label", "").lower()
            control = each.get("Compliance", {}).get("SecurityControlId", each["GeneratorId"])
            yield Found(_moment(each["CreatedAt"]), resources or "the account", f"{label}: {control} fails: {each['Title']}")
    except Exception as error:
        if code_of(error) not in _NOT_ON:
            raise


def access_findings(session: Session, since: datetime) -> Iterator[Found]:
    """What others than the account can reach, and access that nobody uses; nothing without an analyzer."""
    analyzers = [each for page in session.accessanalyzer.get_paginator("list_analyzers").paginate() for each in page["analyzers"]]
    for analyzer in (each for each in analyzers if each["status"] == "ACTIVE"):
        pages = session.accessanalyzer.get_paginator("list_findings_v2").paginate(
            analyzerArn=analyzer["arn"], filter={"status": {"eq": ["ACTIVE"]}}, PaginationConfig={"MaxItems": _MOST}
        )
        for each in (each for page in pages for each in page["findings"]):
            if each["createdAt"] >= since:
                words = _ACCESS.get(each.get("findingType", ""), "has a finding")
                yield Found(each["createdAt"], each.get("resource", each["id"]), f"{words} ({analyzer['name']})")


_ACCESS = {
    "ExternalAccess": "can be reached from outside the account",
    "UnusedIAMRole": "is a role that nobody uses",
    "UnusedIAMUserAccessKey": "has an access key that nobody uses",
    "UnusedIAMUserPassword": "has a password that nobody uses",
    "UnusedPermission": "has permissions that nobody uses",
}
"""IAM Access Analyzer API Reference, "FindingSummaryV2", findingType."""


def _severity(value: float) -> str:
    return "critical" if value >= _CRITICAL else "high" if value >= _HIGH else "medium"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(moment: datetime) -> str:
    """As AWS Security Finding Format has moments."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
