"""Sample findings of GuardDuty, and the events of them."""

import json
import uuid
from typing import Any

import pytest

from tests.local_cloud.services.queues import messages, queue_of_events
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

EXFILTRATION = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
ROOT = "Policy:IAMUser/RootCredentialUsage"


@pytest.fixture
def detector(account: str) -> str:
    made: str = call("guardduty", "CreateDetector", Enable=True)["DetectorId"]
    return made


def listed(detector: str, **criteria: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = {"FindingCriteria": {"Criterion": {name.replace("_", "."): value for name, value in criteria.items()}}} if criteria else {}
    ids = call("guardduty", "ListFindings", DetectorId=detector, **wanted)["FindingIds"]
    found: list[dict[str, Any]] = call("guardduty", "GetFindings", DetectorId=detector, FindingIds=ids)["Findings"] if ids else []
    return found


def test_a_detector_finds_nothing_by_itself(detector: str) -> None:
    assert listed(detector) == []


def test_sample_findings_are_of_the_types_that_are_named(detector: str) -> None:
    call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=[ROOT, EXFILTRATION])
    found = {one["Type"]: one for one in listed(detector)}
    assert found.keys() == {ROOT, EXFILTRATION}
    assert (found[ROOT]["Severity"], found[EXFILTRATION]["Severity"]) == (2.0, 8.0)
    assert found[ROOT]["Title"].startswith("[SAMPLE]")


def test_without_types_there_is_a_sample_of_each_that_the_local_cloud_has(detector: str) -> None:
    call("guardduty", "CreateSampleFindings", DetectorId=detector)
    found = listed(detector)
    assert len({one["Type"] for one in found}) == len(found) > 10
    assert {one["Severity"] for one in found} == {2.0, 5.0, 8.0, 9.0}


def test_a_type_without_a_sample_is_refused_by_name(detector: str) -> None:
    with pytest.raises(LocalApiError, match=r"has no sample of Trojan:Nothing/At\.All"):
        call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=["Trojan:Nothing/At.All"])


def test_criteria_choose_findings_by_severity_type_and_moment(detector: str) -> None:
    call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=[ROOT, EXFILTRATION])
    assert [one["Type"] for one in listed(detector, severity={"GreaterThanOrEqual": 4})] == [EXFILTRATION]
    assert [one["Type"] for one in listed(detector, type={"Equals": [ROOT]})] == [ROOT]
    assert [one["Type"] for one in listed(detector, type={"NotEquals": [ROOT]})] == [EXFILTRATION]
    assert len(listed(detector, updatedAt={"GreaterThan": 1})) == 2
    assert listed(detector, updatedAt={"LessThan": 1}) == []


def test_an_archived_finding_is_found_as_archived_only(detector: str) -> None:
    call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=[ROOT, EXFILTRATION])
    (root,) = (one["Id"] for one in listed(detector, type={"Equals": [ROOT]}))
    call("guardduty", "ArchiveFindings", DetectorId=detector, FindingIds=[root])
    assert [one["Type"] for one in listed(detector, service_archived={"Equals": ["false"]})] == [EXFILTRATION]


def test_an_attribute_that_findings_do_not_have_is_refused_rather_than_ignored(detector: str) -> None:
    call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=[ROOT])
    with pytest.raises(LocalApiError, match=r"have no resource\.instanceDetails\.imageId"):
        listed(detector, resource_instanceDetails_imageId={"Equals": ["ami"]})


def test_findings_of_medium_and_above_reach_a_rule_in_the_form_of_guarddutys_events(detector: str) -> None:
    pattern = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": {"severity": [{"numeric": [">=", 4]}]}}
    queue = queue_of_events(uuid.uuid4().hex, pattern)
    call("guardduty", "CreateSampleFindings", DetectorId=detector, FindingTypes=[ROOT, EXFILTRATION])
    (event,) = (json.loads(message) for message in messages(queue))
    assert event["detail"]["type"] == EXFILTRATION
    assert event["detail"]["service"]["detectorId"] == detector
    assert event["detail"]["schemaVersion"] == "2.0"
