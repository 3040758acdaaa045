"""What no table names is not assessed, whatever it is."""

from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.allowed.reading import _rows, not_allowed
from tradingbot_infra.compliance.allowed.row import allowed as allowed_type
from tradingbot_infra.compliance.allowed.row import exactly, one, required
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import STACK_TYPE


def judged(properties: dict[str, Any], resource_type: str = "AWS::KMS::Alias", **attributes: object) -> Status:
    return judge(allowed, assembly_of({"One": resource(resource_type, properties, **attributes)}))["One"]


def test_named_properties_pass() -> None:
    assert judged({"Path": "/", "Description": "Writes a log"}, "AWS::IAM::ManagedPolicy") is Status.PASS


@pytest.mark.parametrize("resource_type", ["AWS::SQS::Queue", "AWS::S3::AccessPoint", "Custom::Anything", "AWS::EC2::Instance2"])
def test_a_type_that_nobody_expected_is_not_assessed(resource_type: str) -> None:
    assert judged({}, resource_type) is Status.NOT_ASSESSED


def test_a_property_that_nobody_expected_is_not_assessed() -> None:
    assert judged({"AliasName": "alias/tradingbot", "Somewhere": {"Else": "x"}}) is Status.NOT_ASSESSED


def test_a_value_that_the_table_does_not_allow_fails() -> None:
    assert judged({"StorageEncrypted": False}, "AWS::RDS::DBInstance") is Status.FAIL


def test_an_attribute_that_nobody_expected_is_not_assessed() -> None:
    assert judged({}, Condition="OnlySometimes") is Status.NOT_ASSESSED


@pytest.mark.parametrize(("web_acls", "status"), [(0, Status.FAIL), (1, Status.PASS)])
def test_what_the_settings_ask_for_must_be_declared(web_acls: int, status: Status) -> None:
    resources = {f"WebAcl{number}": resource("AWS::WAFv2::WebACL") for number in range(web_acls)}
    assembly = replace(assembly_of(ServiceStack=resources), config=load_config("production", {}))
    observations = declared.judge(assembly.of_type(STACK_TYPE)[0], assembly)
    found = {each.property: each.status for each in observations}
    assert found["Resources[AWS::WAFv2::WebACL]"] is status
    judge(declared, assembly)


ROWS = allowed_type(
    *required(exactly("Kind", "A"), exactly("Parts[]", "x"), exactly("Items[].Name", "n"), exactly("@DeletionPolicy", "Retain")),
    *required(exactly("Redis", True), when=lambda config: config.cache.enable_redis),
    exact=True,
    Stack=one,
)
WHOLE = {"Kind": "A", "Parts": ["x"], "Items": [{"Name": "n"}], "Redis": True}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"Kind": None}, "Properties.Kind"),
        ({"Parts": []}, "Properties.Parts[]"),
        ({"Items": [{"Name": "n"}, {}]}, "Properties.Items[1].Name"),
        ({"Redis": None}, "Properties.Redis"),
    ],
    ids=str,
)
def test_a_required_property_that_is_missing_fails(change: dict[str, Any], where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradingbot_infra.compliance.allowed.reading.ALLOWED", {"Own::Type": ROWS})
    _rows.cache_clear()
    properties = {name: value for name, value in {**WHOLE, **change}.items() if value is not None}
    one_resource = replace(
        assembly_of({"One": resource("Own::Type", properties, DeletionPolicy="Retain")}), config=load_config("production", {})
    )
    found = list(not_allowed(one_resource.resources[0], one_resource))
    assert [(each.property, each.status) for each in found if each.observed is None] == [(where, Status.FAIL)]
    without_policy = replace(
        assembly_of({"One": resource("Own::Type", WHOLE)}), config=load_config("production", {"enable_redis": "false"})
    )
    assert [each.property for each in not_allowed(without_policy.resources[0], without_policy)] == ["DeletionPolicy"]
    _rows.cache_clear()


def test_a_type_whose_number_is_exact_may_not_be_declared_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradingbot_infra.compliance.rules.allowed_properties.ALLOWED", {"Own::Type": ROWS})
    for number, status in ((0, Status.FAIL), (1, Status.PASS), (2, Status.FAIL)):
        resources = {f"One{each}": resource("Own::Type", WHOLE) for each in range(number)}
        assembly = replace(assembly_of(resources), config=load_config("production", {}))
        assert judge(declared, assembly) == {"Stack": status}


def test_without_settings_nothing_is_asked_for() -> None:
    assert judge(declared, assembly_of(ServiceStack={})) == {}


def test_a_value_that_no_row_allows_fails() -> None:
    assert judged({"StorageEncrypted": False}, "AWS::RDS::DBInstance") is Status.FAIL


def test_a_value_that_its_row_does_not_allow_fails() -> None:
    assert judged({"Handler": "index.handler"}, "AWS::Lambda::Function") is Status.FAIL
