"""Detector, hub, standards, analyzers and the block of public snapshots, as a stack makes them. Each test has an account of its own."""

from typing import Any

import pytest

from tests.local_cloud.handlers.resources import NEW_TAGS, TAGS, create, delete, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

DETECTOR, HUB, STANDARD = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub", "AWS::SecurityHub::Standard"
ANALYZER, SNAPSHOTS = "AWS::AccessAnalyzer::Analyzer", "AWS::EC2::SnapshotBlockPublicAccess"
FSBP = {"StandardsArn": "arn:aws:securityhub:ap-southeast-2::standards/aws-foundational-security-best-practices/v/1.0.0"}
ONCE: list[tuple[str, dict[str, Any]]] = [
    (DETECTOR, {"Enable": True}),
    (HUB, {"EnableDefaultStandards": False}),
    (ANALYZER, {"AnalyzerName": "external", "Type": "ACCOUNT"}),
]

pytestmark = pytest.mark.usefixtures("account")


@pytest.mark.parametrize(("resource_type", "properties"), ONCE, ids=[name for name, _ in ONCE])
def test_what_an_account_has_once_fails_the_second_time_and_is_free_after_its_deletion(
    resource_type: str, properties: dict[str, Any]
) -> None:
    made, _ = create(resource_type, properties)
    with pytest.raises(LocalApiError):
        create(resource_type, properties)
    delete(resource_type, made, properties)
    delete(resource_type, made, properties)
    create(resource_type, properties)


def test_a_detector_that_somebody_made_before_fails_the_stacks_own() -> None:
    call("guardduty", "CreateDetector", Enable=True)
    with pytest.raises(LocalApiError, match="a detector already exists for the current account"):
        create(DETECTOR, {"Enable": True})


def test_a_hub_that_somebody_enabled_before_fails_the_stacks_own() -> None:
    call("securityhub", "EnableSecurityHub")
    with pytest.raises(LocalApiError, match="Account is already subscribed to Security Hub"):
        create(HUB, {})


def test_a_detector_keeps_its_id_when_its_features_change() -> None:
    old = {"Enable": "true", "Features": [{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}], "Tags": TAGS}
    made, attributes = create(DETECTOR, old)
    assert attributes == {"Id": made}
    new = {**old, "Features": [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}], "Tags": NEW_TAGS}
    assert update(DETECTOR, made, old, new) == made
    shown = call("guardduty", "GetDetector", DetectorId=made)
    assert {"Name": "S3_DATA_EVENTS", "Status": "DISABLED"} in shown["Features"]


def test_a_hub_is_known_by_its_arn_and_changes_in_place() -> None:
    old = {"AutoEnableControls": False, "ControlFindingGenerator": "SECURITY_CONTROL"}
    made, attributes = create(HUB, {**old, "Tags": {"Project": "tradingbot"}})
    shown = call("securityhub", "DescribeHub")
    assert (made, attributes) == (shown["HubArn"], {"ARN": shown["HubArn"], "SubscribedAt": shown["SubscribedAt"]})
    assert shown["AutoEnableControls"] is False
    assert update(HUB, made, old, {**old, "AutoEnableControls": True}) == made
    assert call("securityhub", "DescribeHub")["AutoEnableControls"] is True


def test_a_standard_needs_a_hub_and_is_enabled_once() -> None:
    with pytest.raises(LocalApiError, match="is not subscribed to AWS Security Hub"):
        create(STANDARD, FSBP)
    create(HUB, {})
    made, attributes = create(STANDARD, FSBP)
    assert attributes == {"StandardsSubscriptionArn": made}
    with pytest.raises(LocalApiError, match="already exists"):
        create(STANDARD, FSBP)
    delete(STANDARD, made, FSBP)
    assert call("securityhub", "GetEnabledStandards")["StandardsSubscriptions"] == []


def test_a_standard_that_does_not_exist_fails() -> None:
    create(HUB, {})
    with pytest.raises(LocalApiError, match="Invalid standards ARN"):
        create(STANDARD, {"StandardsArn": FSBP["StandardsArn"].replace("1.0.0", "2.0.0")})


def test_a_standard_keeps_its_subscription_when_other_controls_are_switched_off() -> None:
    create(HUB, {})
    made, _ = create(STANDARD, FSBP)
    switched_off = {**FSBP, "DisabledStandardsControls": [{"StandardsControlArn": f"{made}/S3.1", "Reason": "text"}]}
    assert update(STANDARD, made, FSBP, switched_off) == made


def test_a_hub_deleted_first_leaves_nothing_of_its_standards_to_delete() -> None:
    hub, _ = create(HUB, {})
    standard, _ = create(STANDARD, FSBP)
    delete(HUB, hub, {})
    delete(STANDARD, standard, FSBP)


def test_an_analyzer_of_another_name_or_type_is_another_one() -> None:
    old = {"AnalyzerName": "unused", "Type": "ACCOUNT_UNUSED_ACCESS", "AnalyzerConfiguration": age(90)}
    made, attributes = create(ANALYZER, old)
    assert attributes == {"Arn": made}
    assert update(ANALYZER, made, old, {**old, "AnalyzerConfiguration": age(180)}) == made
    shown = call("accessanalyzer", "GetAnalyzer", analyzerName="unused")["analyzer"]
    assert shown["configuration"]["unusedAccess"]["unusedAccessAge"] == 180
    assert update(ANALYZER, made, old, {"AnalyzerName": "external", "Type": "ACCOUNT"}) != made


def age(days: int) -> dict[str, Any]:
    return {"UnusedAccessConfiguration": {"UnusedAccessAge": days}}


def test_the_block_of_snapshots_is_known_by_the_account_and_ends_with_its_stack(account: str) -> None:
    old = {"State": "block-all-sharing"}
    made, attributes = create(SNAPSHOTS, old)
    assert (made, attributes) == (account, {"AccountId": account})
    assert update(SNAPSHOTS, made, old, {"State": "block-new-sharing"}) == made
    assert call("ec2", "GetSnapshotBlockPublicAccessState")["State"] == "block-new-sharing"
    delete(SNAPSHOTS, made, old)
    assert call("ec2", "GetSnapshotBlockPublicAccessState")["State"] == "unblocked"
