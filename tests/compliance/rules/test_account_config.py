"""Rules for AWS Config, each on a sound stack and on one with a fault."""

import gzip
import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from tests.compliance.account_stack import account_stack, part
from tests.compliance.builders import judge, resource
from tradingbot_infra.compliance.allowed import ALLOWED
from tradingbot_infra.compliance.expected.recorded import BY_HAND, EVALUATED, IDENTITIES, RECORDED_AS, UNRECORDED
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rules import account_config
from tradingbot_infra.compliance.status import Status

ALL = sorted({*RECORDED_AS.values(), *IDENTITIES, *BY_HAND})


def recorder(**properties: Any) -> dict[str, Status]:
    return judge(account_config.config, account_stack(Recorder=part("Recorder", **properties)))


def test_a_sound_recorder_passes() -> None:
    assert judge(account_config.config, account_stack()) == {STACK: Status.PASS}
    everything = {"AllSupported": True, "IncludeGlobalResourceTypes": True}
    assert recorder(RecordingGroup=everything) == {STACK: Status.PASS}


@pytest.mark.parametrize("name", ["Recorder", "Channel"])
def test_a_stack_without_a_recorder_or_a_channel_fails(name: str) -> None:
    assert judge(account_config.config, account_stack(**{name: None})) == {STACK: Status.FAIL}


@pytest.mark.parametrize("left_out", ["AWS::CloudTrail::Trail", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Policy", "AWS::KMS::Key"])
def test_a_recorder_that_leaves_out_a_type_of_the_stacks_fails(left_out: str) -> None:
    assert recorder(RecordingGroup={"ResourceTypes": [name for name in ALL if name != left_out]}) == {STACK: Status.FAIL}


def test_a_type_that_only_other_settings_declare_is_recorded_too() -> None:
    for left_out in ("AWS::EC2::Instance", "AWS::ACM::Certificate"):
        assert recorder(RecordingGroup={"ResourceTypes": [name for name in ALL if name != left_out]}) == {STACK: Status.FAIL}


def test_a_type_that_no_table_names_is_not_assessed() -> None:
    stack = account_stack(Odd=resource("AWS::Quantum::Computer"))
    assert judge(account_config.config, stack) == {STACK: Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    "change",
    [
        {"RoleARN": "arn:aws:iam::111122223333:role/anything"},
        {"RecordingGroup": None},
        {"RecordingGroup": {"AllSupported": True}},
        {"RecordingGroup": {"ResourceTypes": ALL, "ExclusionByResourceTypes": {"ResourceTypes": ["AWS::IAM::User"]}}},
    ],
    ids=str,
)
def test_a_recorder_that_records_less_fails(change: dict[str, Any]) -> None:
    assert recorder(**change) == {STACK: Status.FAIL}


def test_types_that_only_cloudformation_knows_are_not_assessed() -> None:
    assert recorder(RecordingGroup={"Fn::ImportValue": "somewhere"}) == {STACK: Status.NOT_ASSESSED}


@pytest.mark.parametrize("bucket", [{"ObjectLockEnabled": False}, {"VersioningConfiguration": None}], ids=str)
def test_a_channel_to_an_unprotected_bucket_fails(bucket: dict[str, Any]) -> None:
    assert judge(account_config.config, account_stack(Audit=part("Audit", **bucket))) == {STACK: Status.FAIL}


def test_a_channel_to_no_bucket_of_ours_does_not_pass() -> None:
    found = judge(account_config.config, account_stack(Channel=part("Channel", S3BucketName=None)))
    assert found == {STACK: Status.FAIL}


def test_one_region_and_some_types_are_not_everything() -> None:
    assert judge(account_config.everywhere, account_stack()) == {STACK: Status.FAIL}
    everything = {"AllSupported": True, "IncludeGlobalResourceTypes": True}
    assert judge(account_config.everywhere, account_stack(Recorder=part("Recorder", RecordingGroup=everything))) == {STACK: Status.FAIL}


def test_all_managed_rules_pass() -> None:
    assert judge(account_config.config_rules, account_stack()) == {STACK: Status.PASS}


@pytest.mark.parametrize("name", EVALUATED)
def test_a_managed_rule_that_is_missing_fails(name: str) -> None:
    changed = account_stack(**{f"Rule{name.title().replace('_', '')}": None})
    assert judge(account_config.config_rules, changed) == {STACK: Status.FAIL}


def test_a_function_with_the_name_of_a_managed_rule_does_not_count() -> None:
    own = part("RuleIamPasswordPolicy", Source={"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "IAM_PASSWORD_POLICY"})
    assert judge(account_config.config_rules, account_stack(RuleIamPasswordPolicy=own)) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("RuleAccessKeysRotated", {"InputParameters": {"maxAccessKeyAge": "3650"}}),
        ("RuleIamPasswordPolicy", {"InputParameters": {}}),
        ("RuleRootAccountMfaEnabled", {"InputParameters": {"anything": "1"}}),
        ("RuleIamUserNoPoliciesCheck", {"Scope": {"ComplianceResourceTypes": ["AWS::IAM::Group"]}}),
    ],
    ids=str,
)
def test_a_managed_rule_that_asks_for_less_fails(name: str, change: dict[str, Any]) -> None:
    assert judge(account_config.config_rules, account_stack(**{name: part(name, **change)})) == {STACK: Status.FAIL}


def test_the_tables_know_every_type_that_templates_may_declare() -> None:
    assert ALLOWED.keys() - RECORDED_AS.keys() - UNRECORDED == set()
    assert RECORDED_AS.keys() & UNRECORDED == set()


def test_recorded_types_are_aws_config_s_own_names() -> None:
    [model] = (Path(botocore.__file__).parent / "data" / "config").glob("*/service-2.json*")
    content = gzip.decompress(model.read_bytes()) if model.suffix == ".gz" else model.read_bytes()
    known = set(json.loads(content)["shapes"]["ResourceType"]["enum"])
    assert {*RECORDED_AS.values(), *IDENTITIES, *BY_HAND} <= known
    assert {name for name in UNRECORDED & known if not name.startswith("AWS::EC2::")} == {
        "AWS::SecretsManager::ResourcePolicy",
        "AWS::SecretsManager::RotationSchedule",
    }
