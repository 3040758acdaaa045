"""Analyzers of IAM Access Analyzer, each test in an account of its own."""

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

pytestmark = pytest.mark.usefixtures("account")


def create(name: str, kind: str = "ACCOUNT") -> str:
    arn: str = call("accessanalyzer", "CreateAnalyzer", analyzerName=name, type=kind)["arn"]
    return arn


def names(**parameters: str) -> list[str]:
    return [one["name"] for one in call("accessanalyzer", "ListAnalyzers", **parameters)["analyzers"]]


def test_an_analyzer_is_active_and_listed_by_its_type() -> None:
    arn = create("external")
    create("unused", "ACCOUNT_UNUSED_ACCESS")
    assert (names(), names(type="ACCOUNT")) == (["external", "unused"], ["external"])
    shown = call("accessanalyzer", "GetAnalyzer", analyzerName="external")["analyzer"]
    assert (shown["arn"], shown["status"]) == (arn, "ACTIVE")


def test_a_name_that_is_taken_conflicts_and_a_second_of_a_type_exceeds_the_quota() -> None:
    create("external")
    for name, code in (("external", "ConflictException"), ("another", "ServiceQuotaExceededException")):
        with pytest.raises(LocalApiError) as raised:
            create(name)
        assert raised.value.code == code
    assert names() == ["external"]


def test_an_analyzer_finds_nothing_and_one_that_does_not_exist_is_refused() -> None:
    assert call("accessanalyzer", "ListFindingsV2", analyzerArn=create("external"))["findings"] == []
    with pytest.raises(LocalApiError) as raised:
        call("accessanalyzer", "ListFindingsV2", analyzerArn="arn:aws:access-analyzer:ap-southeast-2:1:analyzer/none")
    assert raised.value.code == "ResourceNotFoundException"


def test_a_deleted_analyzer_makes_room_for_another() -> None:
    create("external")
    call("accessanalyzer", "DeleteAnalyzer", analyzerName="external")
    create("another")
    with pytest.raises(LocalApiError):
        call("accessanalyzer", "GetAnalyzer", analyzerName="external")


def test_the_age_of_unused_access_can_be_changed() -> None:
    create("unused", "ACCOUNT_UNUSED_ACCESS")
    call("accessanalyzer", "UpdateAnalyzer", analyzerName="unused", configuration={"unusedAccess": {"unusedAccessAge": 90}})
    shown = call("accessanalyzer", "GetAnalyzer", analyzerName="unused")["analyzer"]
    assert shown["configuration"] == {"unusedAccess": {"unusedAccessAge": 90}}
