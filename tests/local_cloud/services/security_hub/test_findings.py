"""Findings that are put into Security Hub, and the events of them."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.local_cloud.services.queues import messages, queue_of_events
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture(autouse=True)
def product(account: str) -> str:
    """The account's own product, whose findings Security Hub takes."""
    call("securityhub", "EnableSecurityHub")
    return f"arn:aws:securityhub:ap-southeast-2:{account}:product/{account}/default"


def finding(product: str, **changes: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": uuid.uuid4().hex,
        "ProductArn": product,
        "GeneratorId": "security-control/S3.1",
        "AwsAccountId": product.split(":")[4],
        "CreatedAt": NOW,
        "UpdatedAt": NOW,
        "Severity": {"Label": "HIGH"},
        "Title": "S3 general purpose buckets should have block public access settings enabled",
        "Description": "text",
        "Resources": [{"Type": "AwsAccount", "Id": "AWS::::Account:1"}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.1"},
        **changes,
    }


def ids(**filters: Any) -> list[str]:
    return [one["Id"] for one in call("securityhub", "GetFindings", **({"Filters": filters} if filters else {}))["Findings"]]


def test_an_imported_finding_is_active_and_new(product: str) -> None:
    made = finding(product)
    answer = call("securityhub", "BatchImportFindings", Findings=[made])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 0)
    (shown,) = call("securityhub", "GetFindings")["Findings"]
    assert (shown["RecordState"], shown["Workflow"]["Status"], shown["ProductName"]) == ("ACTIVE", "NEW", "Default")
    assert shown["Severity"] == {"Label": "HIGH"}


def test_a_finding_of_another_product_fails_and_others_are_taken(product: str) -> None:
    own, foreign = finding(product), finding(product.replace("/default", "/other"))
    answer = call("securityhub", "BatchImportFindings", Findings=[own, foreign])
    assert (answer["SuccessCount"], answer["FailedCount"], answer["FailedFindings"][0]["Id"]) == (1, 1, foreign["Id"])
    assert ids() == [own["Id"]]


def test_filters_choose_findings(product: str) -> None:
    high, low = finding(product), finding(product, Severity={"Label": "LOW"}, Compliance={"Status": "PASSED"})
    call("securityhub", "BatchImportFindings", Findings=[high, low])
    assert ids(SeverityLabel=[{"Value": "HIGH", "Comparison": "EQUALS"}, {"Value": "CRITICAL", "Comparison": "EQUALS"}]) == [high["Id"]]
    assert ids(ComplianceStatus=[{"Value": "FAILED", "Comparison": "NOT_EQUALS"}]) == [low["Id"]]
    assert (
        ids(
            GeneratorId=[{"Value": "security-control/", "Comparison": "PREFIX"}],
            RecordState=[{"Value": "ARCHIVED", "Comparison": "EQUALS"}],
        )
        == []
    )
    assert set(ids(UpdatedAt=[{"Start": "2026-02-01T00:00:00Z", "End": "2026-04-01T00:00:00Z"}])) == {high["Id"], low["Id"]}
    assert ids(UpdatedAt=[{"End": "2026-02-01T00:00:00Z"}]) == []


def test_a_filter_that_the_local_cloud_does_not_have_is_refused_rather_than_ignored() -> None:
    with pytest.raises(LocalApiError, match="does not filter findings by MalwareName"):
        ids(MalwareName=[{"Value": "x", "Comparison": "EQUALS"}])


def test_each_finding_is_one_event(product: str) -> None:
    failed = {"findings": {"Compliance": {"Status": ["FAILED"]}, "Severity": {"Label": ["HIGH", "CRITICAL"]}}}
    pattern = {"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"], "detail": failed}
    queue = queue_of_events(uuid.uuid4().hex, pattern)
    made = [finding(product), finding(product), finding(product, Severity={"Label": "LOW"})]
    call("securityhub", "BatchImportFindings", Findings=made)
    events = [json.loads(message) for message in messages(queue)]
    assert {one["Id"] for event in events for one in event["detail"]["findings"]} == {one["Id"] for one in made[:2]}
    assert all(event["resources"] == [f"{product}/{event['detail']['findings'][0]['Id']}"] for event in events)
