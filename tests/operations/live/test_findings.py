"""Findings of the account as events."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.findings import Found, access_findings, guardduty_findings, security_hub_findings
from tradingbot_infra.operations.live.timeline import _findings

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)


def guardduty_finding(severity: float, count: int = 1) -> dict[str, Any]:
    """One as GuardDuty has it."""
    return {
        "AccountId": "111111111111",
        "Arn": "arn",
        "CreatedAt": "2026-11-30T10:00:00.000Z",
        "UpdatedAt": "2026-11-30T11:00:00.000Z",
        "Id": "one",
        "Region": "ap-southeast-2",
        "Resource": {},
        "SchemaVersion": "2.0",
        "Severity": severity,
        "Service": {"Count": count},
        "Title": "A task asks a miner's address",
        "Type": "CryptoCurrency:Runtime/BitcoinTool.B",
    }


@pytest.mark.parametrize(
    ("severity", "count", "words"),
    [
        (5.0, 1, "medium: A task asks a miner's address (CryptoCurrency:Runtime/BitcoinTool.B)"),
        (8.0, 3, "high: A task asks a miner's address (CryptoCurrency:Runtime/BitcoinTool.B, 3 times)"),
        (9.5, 1, "critical: A task asks a miner's address (CryptoCurrency:Runtime/BitcoinTool.B)"),
    ],
)
def test_a_finding_of_guardduty_is_one_line(severity: float, count: int, words: str) -> None:
    with boto3_client("guardduty") as (client, stubber):
        stubber.add_response("list_detectors", {"DetectorIds": ["d"]})
        stubber.add_response("list_findings", {"FindingIds": ["one"]})
        stubber.add_response("get_findings", {"Findings": [guardduty_finding(severity, count)]})
        (found,) = guardduty_findings(session_over(guardduty=client), SINCE)
    assert found == Found(NOW - timedelta(hours=1), "GuardDuty", words)


def test_a_check_that_began_to_fail_names_its_control_and_resource() -> None:
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": "id",
        "ProductArn": "arn",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": "111111111111",
        "CreatedAt": "2026-11-30T11:30:00.000Z",
        "UpdatedAt": "2026-11-30T11:30:00.000Z",
        "Title": "Buckets should block public access",
        "Description": "",
        "Severity": {"Label": "HIGH"},
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::open"}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
    }
    with boto3_client("securityhub") as (client, stubber):
        stubber.add_response("get_findings", {"Findings": [finding]})
        (found,) = security_hub_findings(session_over(securityhub=client), SINCE)
    assert (found.about, found.words) == ("arn:aws:s3:::open", "high: S3.8 fails: Buckets should block public access")


def test_an_account_without_security_hub_has_no_findings_of_it() -> None:
    with boto3_client("securityhub") as (client, stubber):
        stubber.add_client_error("get_findings", "InvalidAccessException")
        assert list(security_hub_findings(session_over(securityhub=client), SINCE)) == []


def test_only_findings_of_the_time_asked_for_are_access_that_appeared() -> None:
    def finding(name: str, created: datetime) -> dict[str, Any]:
        moments = dict.fromkeys(("analyzedAt", "createdAt", "updatedAt"), created)
        return {"id": name, "resource": name, "resourceType": "AWS::S3::Bucket", "resourceOwnerAccount": "1", "status": "ACTIVE", **moments}

    analyzer = {"arn": "arn", "name": "external", "type": "ACCOUNT", "createdAt": NOW, "status": "ACTIVE"}
    findings = [{**finding("new", NOW), "findingType": "ExternalAccess"}, finding("old", SINCE - timedelta(days=1))]
    with boto3_client("accessanalyzer") as (client, stubber):
        stubber.add_response("list_analyzers", {"analyzers": [analyzer]})
        stubber.add_response("list_findings_v2", {"findings": findings})
        found = list(access_findings(session_over(accessanalyzer=client), SINCE))
    assert found == [Found(NOW, "new", "can be reached from outside the account (external)")]


def test_one_service_that_may_not_be_read_hides_no_other_and_a_part_that_is_off_is_not_asked() -> None:
    config = load_config("production", {"account_security": "ours", "access_analyzer": "off"})
    with boto3_client("guardduty") as (guardduty, refusing), boto3_client("securityhub") as (hub, stubber):
        refusing.add_client_error("list_detectors", "AccessDeniedException")
        stubber.add_response("get_findings", {"Findings": []})
        found = list(_findings(session_over(guardduty=guardduty, securityhub=hub), config, SINCE))
    assert found == ["these credentials may not do ListDetectors"]


def test_where_nobody_asks_for_the_account_s_controls_nothing_is_read() -> None:
    assert list(_findings(session_over(), load_config("production", {"account_security": "none"}), SINCE)) == []
