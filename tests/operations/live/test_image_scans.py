"""What scans found, as either of ECR's two operations tells it, and why there is sometimes nothing to tell."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.image_scans import NOT_READABLE, NOT_SCANNED, Scan, Severity
from tradingbot_infra.operations.live.repository import image_of_tag

NAMES = Names(project="tradingbot-ai", environment="production")
DIGEST = "sha256:" + "0123456789abcdef" * 4


def detail(**more: Any) -> dict[str, Any]:
    """An image as DescribeImages tells it."""
    return {
        "imageDigest": DIGEST,
        "imageTags": ["v1"],
        "imagePushedAt": datetime(2026, 1, 2, tzinfo=UTC),
        "imageSizeInBytes": 52_100_000,
        **more,
    }


def scan_told(told: dict[str, Any], *, findings: dict[str, Any] | str | None) -> Scan:
    """The scan of an image: `findings` is what DescribeImageScanFindings answers or the code it refuses with; None: it is not asked."""
    with boto3_client("ecr") as (client, stubber):
        by_tag = {"repositoryName": NAMES.repository, "imageIds": [{"imageTag": "v1"}]}
        stubber.add_response("describe_images", {"imageDetails": [told]}, by_tag)
        by_digest = {"repositoryName": NAMES.repository, "imageId": {"imageDigest": DIGEST}, "maxResults": 1}
        if isinstance(findings, str):
            message = "User is not authorized to perform: ecr:DescribeImageScanFindings"
            stubber.add_client_error("describe_image_scan_findings", findings, message, expected_params=by_digest)
        elif findings is not None:
            stubber.add_response("describe_image_scan_findings", findings, by_digest)
        found = image_of_tag(session_over(ecr=client), NAMES, "v1")
    assert found is not None
    return found.scan


def status(name: str, description: str = "") -> dict[str, Any]:
    """A scan's status as both APIs tell it."""
    return {"imageScanStatus": {"status": name, "description": description}}


def test_findings_that_describe_images_tells_are_taken_from_there() -> None:
    summary = {"imageScanFindingsSummary": {"findingSeverityCounts": {"CRITICAL": 2, "LOW": 1}}}
    scan = scan_told(detail(**status("COMPLETE"), **summary), findings=None)
    assert scan == Scan("COMPLETE", "", {**dict.fromkeys(Severity, 0), Severity.CRITICAL: 2, Severity.LOW: 1})
    assert scan.summary == "2 critical, 1 low"


@pytest.mark.parametrize(
    ("findings", "counts", "summary"),
    [
        ({**status("COMPLETE"), "imageScanFindings": {"findingSeverityCounts": {"HIGH": 3}}}, {"high": 3}, "3 high"),
        (
            {**status("ACTIVE"), "imageScanFindings": {"findingSeverityCounts": {"UNTRIAGED": 1, "UNDEFINED": 1}}},
            {"undefined": 2},
            "2 undefined",
        ),
        ({**status("COMPLETE"), "imageScanFindings": {}}, {}, "no findings"),
    ],
)
def test_findings_that_describe_images_keeps_silent_about_are_asked_for(
    findings: dict[str, Any], counts: dict[str, int], summary: str
) -> None:
    scan = scan_told(detail(), findings=findings)
    assert scan.finished
    assert {severity: count for severity, count in scan.findings.items() if count} == counts
    assert scan.summary == summary


@pytest.mark.parametrize(
    ("told", "findings", "name", "summary"),
    [
        (
            detail(**status("FAILED", "UnsupportedImageError: no package manager")),
            None,
            "FAILED",
            "scan failed: UnsupportedImageError: no package manager",
        ),
        (detail(), status("FAILED", "no package manager"), "FAILED", "scan failed: no package manager"),
        (detail(), status("IN_PROGRESS"), "IN_PROGRESS", "scan in progress"),
        (detail(), status("UNSUPPORTED_IMAGE", "an index"), "UNSUPPORTED_IMAGE", "scan unsupported image: an index"),
        (detail(), "ScanNotFoundException", NOT_SCANNED, "not scanned"),
        (detail(), "InvalidAction", NOT_READABLE, "scan not readable: the endpoint has no scans"),
        (detail(), "AccessDeniedException", NOT_READABLE, "scan not readable: these credentials may not do ecr:DescribeImageScanFindings"),
    ],
)
def test_without_a_finished_scan_the_reason_is_told_and_nothing_counted(
    told: dict[str, Any], findings: dict[str, Any] | str | None, name: str, summary: str
) -> None:
    scan = scan_told(told, findings=findings)
    assert (scan.status, scan.finished, scan.summary) == (name, False, summary)
    assert scan.document["findings"] is None


def test_another_refusal_of_the_scans_is_not_swallowed() -> None:
    with pytest.raises(Exception, match="ServerException"):
        scan_told(detail(), findings="ServerException")


@pytest.mark.parametrize(
    ("severity", "count"), [("critical", 1), ("high", 3), ("medium", 6), ("low", 10), ("informational", 15), ("undefined", 21)]
)
def test_a_severity_counts_what_is_worse_as_well(severity: str, count: int) -> None:
    scan = Scan("COMPLETE", "", {found: number for number, found in enumerate(Severity, start=1)})
    assert scan.at_least(Severity(severity)) == count
