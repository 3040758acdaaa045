"""What ECR's scans found in an image, by severity."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ecr.literals import FindingSeverityType
    from types_boto3_ecr.type_defs import ImageDetailTypeDef, ImageScanStatusTypeDef

NOT_SCANNED = "NOT_SCANNED"
"""Where ECR knows of no scan."""

NOT_READABLE = "NOT_READABLE"
"""Where these credentials may not read scans, or the endpoint does not offer them."""

_FINISHED = ("COMPLETE", "ACTIVE")
"""Statuses with findings: of basic scanning, and of enhanced scanning, which goes on (ECR API, "ImageScanStatus")."""


class Severity(StrEnum):
    """How bad a finding is, the worst first (ECR API, "ImageScanFindings"). UNDEFINED: nobody gave it a priority ECR knows."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Scan:
    """The newest scan of an image. `status` is ECR's own, NOT_SCANNED or NOT_READABLE; `findings` counts every severity."""

    status: str
    reason: str
    findings: Mapping[Severity, int]

    @property
    def finished(self) -> bool:
        """Whether `findings` can be relied upon: that an unfinished scan has found nothing says nothing."""
        return self.status in _FINISHED

    @property
    def summary(self) -> str:
        """Findings by severity, or why there are none."""
        if self.finished:
            return ", ".join(f"{count} {severity}" for severity, count in self.findings.items() if count) or "no findings"
        words = {NOT_SCANNED: "not scanned", "FAILED": "scan failed"}.get(self.status, f"scan {self.status.lower().replace('_', ' ')}")
        return f"{words}: {self.reason}" if self.reason else words

    @property
    def document(self) -> dict[str, Any]:
        """The machine form."""
        return {"status": self.status, "reason": self.reason, "findings": dict(self.findings) if self.finished else None}

    def at_least(self, severity: Severity) -> int:
        """Findings of this severity or a worse one."""
        ranks = list(Severity)
        return sum(count for found, count in self.findings.items() if ranks.index(found) <= ranks.index(severity))


def scan_of(session: Session, names: Names, detail: "ImageDetailTypeDef") -> Scan:
    """The scan of an image that DescribeImages has described.

    DescribeImages returns it only where Clair or Amazon Inspector scans; for AWS's own technology, the default today,
    DescribeImageScanFindings does (ECR API, "DescribeImages").
    """
    status = detail.get("imageScanStatus", {})
    summary = detail.get("imageScanFindingsSummary")
    if summary is not None or status.get("status", "") not in ("", *_FINISHED):
        return _scan(status, (summary or {}).get("findingSeverityCounts", {}))
    return _described(session, names, detail["imageDigest"])


def _described(session: Session, names: Names, digest: str) -> Scan:
    # Imported this late because it loads botocore, which --help and a mistyped option need not cost.
    from tradingbot_infra.operations.failures import is_denied, is_not_offered, missing_action

    try:
        # One finding a page: only the counts are read, and the first page has them.
        found = session.ecr.describe_image_scan_findings(repositoryName=names.repository, imageId={"imageDigest": digest}, maxResults=1)
    except session.ecr.exceptions.ScanNotFoundException:
        return Scan(NOT_SCANNED, "", {})
    except session.ecr.exceptions.ClientError as error:
        if is_denied(error):
            return Scan(NOT_READABLE, f"these credentials may not do {missing_action(error)}", {})
        if is_not_offered(error):
            return Scan(NOT_READABLE, "the endpoint has no scans", {})
        raise
    return _scan(found.get("imageScanStatus", {}), found.get("imageScanFindings", {}).get("findingSeverityCounts", {}))


def _scan(status: "ImageScanStatusTypeDef", counts: "Mapping[FindingSeverityType, int]") -> Scan:
    known: Counter[str] = Counter()
    for severity, count in counts.items():
        # Amazon Inspector has a name of its own, UNTRIAGED, for what it has not judged yet.
        known[severity.lower() if severity.lower() in list(Severity) else Severity.UNDEFINED] += count
    return Scan(status.get("status", NOT_SCANNED), status.get("description", ""), {severity: known[severity] for severity in Severity})
