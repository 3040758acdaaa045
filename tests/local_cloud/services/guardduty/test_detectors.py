"""Detectors of GuardDuty, each test in an account of its own."""

from typing import Any

import pytest
from ministack.core.responses import request_scope

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.usefixtures("account")


def create(**parameters: Any) -> str:
    made: str = call("guardduty", "CreateDetector", Enable=True, **parameters)["DetectorId"]
    return made


def features(detector: str) -> dict[str, str]:
    return {one["Name"]: one["Status"] for one in call("guardduty", "GetDetector", DetectorId=detector)["Features"]}


def test_an_account_has_no_detector_until_one_is_created() -> None:
    assert call("guardduty", "ListDetectors")["DetectorIds"] == []
    made = create()
    assert call("guardduty", "ListDetectors")["DetectorIds"] == [made]
    shown = call("guardduty", "GetDetector", DetectorId=made)
    assert (shown["Status"], shown["FindingPublishingFrequency"]) == ("ENABLED", "SIX_HOURS")
    assert shown["ServiceRole"].endswith(":role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty")


def test_a_second_detector_of_a_region_is_refused_in_guarddutys_words() -> None:
    create()
    with pytest.raises(LocalApiError) as raised:
        create()
    words = "The request is rejected because a detector already exists for the current account."
    assert (raised.value.code, raised.value.message) == ("BadRequestException", words)


def test_another_region_has_a_detector_of_its_own(account: str) -> None:
    create()
    with request_scope(account, "us-east-1"):
        assert call("guardduty", "ListDetectors")["DetectorIds"] == []
        create()


def test_what_a_request_does_not_name_is_on_but_for_runtime_monitoring() -> None:
    found = features(create(Features=[{"Name": "EKS_AUDIT_LOGS", "Status": "DISABLED"}]))
    assert {name for name, status in found.items() if status == "DISABLED"} == {"EKS_AUDIT_LOGS", "RUNTIME_MONITORING"}
    assert {"CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS", "S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"} <= found.keys()


def test_runtime_monitoring_manages_only_what_is_named() -> None:
    managed = [{"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": "ENABLED"}]
    made = create(Features=[{"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": managed}])
    found = call("guardduty", "GetDetector", DetectorId=made)["Features"]
    (shown,) = (one["AdditionalConfiguration"] for one in found if one["Name"] == "RUNTIME_MONITORING")
    assert {one["Name"] for one in shown if one["Status"] == "ENABLED"} == {"ECS_FARGATE_AGENT_MANAGEMENT"}


@pytest.mark.parametrize("names", [("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"), ("NOTHING",)])
def test_features_that_exclude_each_other_or_do_not_exist_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(LocalApiError) as raised:
        create(Features=[{"Name": name, "Status": "ENABLED"} for name in names])
    assert raised.value.code == "BadRequestException"
    assert call("guardduty", "ListDetectors")["DetectorIds"] == []


def test_an_update_changes_what_it_names() -> None:
    made = create()
    call("guardduty", "UpdateDetector", DetectorId=made, Features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}])
    call("guardduty", "UpdateDetector", DetectorId=made, Enable=False, FindingPublishingFrequency="ONE_HOUR")
    shown = call("guardduty", "GetDetector", DetectorId=made)
    assert (shown["Status"], shown["FindingPublishingFrequency"]) == ("DISABLED", "ONE_HOUR")
    assert (features(made)["S3_DATA_EVENTS"], features(made)["RDS_LOGIN_EVENTS"]) == ("DISABLED", "ENABLED")


@pytest.mark.parametrize("operation", ["GetDetector", "DeleteDetector", "UpdateDetector", "ListFindings"])
def test_a_detector_that_does_not_exist_is_not_owned(operation: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("guardduty", operation, DetectorId="none")
    assert raised.value.message == "The request is rejected because the input detectorId is not owned by the current account."


def test_a_deleted_detector_makes_room_for_another() -> None:
    call("guardduty", "DeleteDetector", DetectorId=create())
    create()
