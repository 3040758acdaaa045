"""What no table names is not assessed, whatever it is."""

from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import STACK_TYPE


def judged(properties: dict[str, Any], resource_type: str = "AWS::KMS::Alias", **attributes: object) -> Status:
    return judge(allowed, assembly_of({"One": resource(resource_type, properties, **attributes)}))["One"]


def test_named_properties_pass() -> None:
    assert judged({"AliasName": "alias/tradingbot", "TargetKeyId": "${Stack.Key}"}) in (Status.PASS, Status.FAIL)


@pytest.mark.parametrize("resource_type", ["AWS::SQS::Queue", "AWS::S3::AccessPoint", "Custom::Anything", "AWS::EC2::Instance2"])
def test_a_type_that_nobody_expected_is_not_assessed(resource_type: str) -> None:
    assert judged({}, resource_type) is Status.NOT_ASSESSED


def test_a_property_that_nobody_expected_is_not_assessed() -> None:
    assert judged({"AliasName": "alias/tradingbot", "Somewhere": {"Else": "x"}}) is Status.NOT_ASSESSED


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


def test_without_settings_nothing_is_asked_for() -> None:
    assert judge(declared, assembly_of(ServiceStack={})) == {}
