"""The hub of a region and its standards, each test in an account of its own."""

from typing import Any

import pytest

from tests.local_cloud.services.aws_config.recording import record
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

FSBP = "arn:aws:securityhub:ap-southeast-2::standards/aws-foundational-security-best-practices/v/1.0.0"
CIS = "arn:aws:securityhub:ap-southeast-2::standards/cis-aws-foundations-benchmark/v/5.0.0"

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def hub(account: str) -> str:
    call("securityhub", "EnableSecurityHub", EnableDefaultStandards=False)
    arn: str = call("securityhub", "DescribeHub")["HubArn"]
    return arn


def enable(*standards: str) -> list[dict[str, Any]]:
    wanted = [{"StandardsArn": arn} for arn in standards]
    made: list[dict[str, Any]] = call("securityhub", "BatchEnableStandards", StandardsSubscriptionRequests=wanted)["StandardsSubscriptions"]
    return made


def enabled() -> set[str]:
    return {one["StandardsArn"] for one in call("securityhub", "GetEnabledStandards")["StandardsSubscriptions"]}


@pytest.mark.parametrize("operation", ["DescribeHub", "GetEnabledStandards", "GetFindings", "DisableSecurityHub"])
def test_an_account_without_a_hub_is_not_subscribed(operation: str, account: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("securityhub", operation)
    words = f"Account {account} is not subscribed to AWS Security Hub"
    assert (raised.value.code, raised.value.message) == ("InvalidAccessException", words)


def test_a_second_hub_of_a_region_is_refused_in_security_hubs_words(hub: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("securityhub", "EnableSecurityHub")
    assert (raised.value.code, raised.value.message) == ("ResourceConflictException", "Account is already subscribed to Security Hub")
    assert call("securityhub", "DescribeHub")["HubArn"] == hub


def test_a_new_hub_has_no_standard_and_consolidated_findings(hub: str) -> None:
    assert enabled() == set()
    shown = call("securityhub", "DescribeHub")
    assert (shown["ControlFindingGenerator"], shown["AutoEnableControls"]) == ("SECURITY_CONTROL", True)
    assert hub.endswith(":hub/default")


@pytest.mark.usefixtures("hub")
def test_a_hub_can_be_changed() -> None:
    call("securityhub", "UpdateSecurityHubConfiguration", AutoEnableControls=False)
    shown = call("securityhub", "DescribeHub")
    assert (shown["ControlFindingGenerator"], shown["AutoEnableControls"]) == ("SECURITY_CONTROL", False)


@pytest.mark.usefixtures("hub")
def test_a_standard_is_incomplete_until_aws_config_records() -> None:
    (made,) = enable(FSBP)
    assert made["StandardsStatus"] == "INCOMPLETE"
    assert made["StandardsStatusReason"]["StatusReasonCode"] == "NO_AVAILABLE_CONFIGURATION_RECORDER"
    record()
    (shown,) = call("securityhub", "GetEnabledStandards")["StandardsSubscriptions"]
    assert shown["StandardsStatus"] == "READY"
    assert shown["StandardsSubscriptionArn"].endswith(":subscription/aws-foundational-security-best-practices/v/1.0.0")


@pytest.mark.usefixtures("hub")
def test_standards_are_enabled_once_and_disabled_by_their_subscription() -> None:
    first, _ = enable(FSBP, CIS)
    assert enable(FSBP)[0]["StandardsSubscriptionArn"] == first["StandardsSubscriptionArn"]
    call("securityhub", "BatchDisableStandards", StandardsSubscriptionArns=[first["StandardsSubscriptionArn"]])
    assert enabled() == {CIS}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("arn", [CIS.replace("5.0.0", "9.0.0"), CIS.replace("ap-southeast-2", "us-east-1"), "cis"])
def test_a_standard_that_does_not_exist_or_is_of_another_region_is_refused(arn: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        enable(FSBP, arn)
    assert raised.value.code == "InvalidInputException"
    assert enabled() == set()


def test_every_standard_that_is_offered_can_be_enabled(hub: str) -> None:
    offered = {one["StandardsArn"] for one in call("securityhub", "DescribeStandards")["Standards"]}
    enable(*sorted(offered))
    assert enabled() == offered
    assert hub


@pytest.mark.usefixtures("hub")
def test_a_hub_that_is_left_takes_its_standards_along() -> None:
    enable(FSBP)
    call("securityhub", "DisableSecurityHub")
    call("securityhub", "EnableSecurityHub")
    assert enabled() == set()
