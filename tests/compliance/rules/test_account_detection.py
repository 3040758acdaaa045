"""Rules for what looks for threats in the account, each on a sound stack and on one with a fault."""

from typing import Any

import pytest

from tests.compliance.account_stack import account_stack, part
from tests.compliance.builders import Body, judge, resource
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import account_detection as rules
from tradingbot_infra.compliance.status import Status

SOUND = (rules.guardduty, rules.securityhub, rules.access_analyzer, rules.inspector)
RUNTIME = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED"}
AGENT = {"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": "ENABLED"}


def features(**statuses: str) -> list[dict[str, str]]:
    names = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
    return [{"Name": name, "Status": statuses.get(name, "ENABLED")} for name in names if statuses.get(name) != "absent"]


def status(rule: Rule, **changes: Body | None) -> Status:
    return judge(rule, account_stack(**changes))[STACK]


@pytest.mark.parametrize("rule", SOUND, ids=lambda rule: rule.id)
def test_a_sound_stack_passes(rule: Rule) -> None:
    assert status(rule) is Status.PASS


@pytest.mark.parametrize(
    ("rule", "name"),
    [(rules.guardduty, "Detector"), (rules.securityhub, "Hub"), (rules.access_analyzer, "Analyzer"), (rules.inspector, "Inspector")],
    ids=lambda each: getattr(each, "id", each),
)
def test_a_stack_without_it_fails(rule: Rule, name: str) -> None:
    assert status(rule, **{name: None}) is Status.FAIL


@pytest.mark.parametrize(
    "change",
    [
        {"Enable": False},
        {"Features": None},
        {"Features": features(S3_DATA_EVENTS="DISABLED")},
        {"Features": features(RDS_LOGIN_EVENTS="DISABLED")},
        {"Features": features(LAMBDA_NETWORK_LOGS="absent")},
    ],
    ids=str,
)
def test_a_detector_that_looks_away_fails(change: dict[str, Any]) -> None:
    assert status(rules.guardduty, Detector=part("Detector", **change)) is Status.FAIL


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([], Status.FAIL),
        ([RUNTIME], Status.FAIL),
        ([{**RUNTIME, "AdditionalConfiguration": [{**AGENT, "Status": "DISABLED"}]}], Status.FAIL),
        ([{**RUNTIME, "Status": "DISABLED", "AdditionalConfiguration": [AGENT]}], Status.FAIL),
        ([{**RUNTIME, "AdditionalConfiguration": [AGENT]}], Status.PASS),
    ],
    ids=str,
)
def test_the_runtime_of_tasks_is_watched_with_an_agent(found: list[object], wanted: Status) -> None:
    assert status(rules.runtime, Detector=part("Detector", Features=found)) is wanted


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_standard_that_is_missing_or_has_holes_fails(number: int) -> None:
    name = f"Standard{number}"
    assert status(rules.securityhub, **{name: None}) is Status.FAIL
    holes = part(name, DisabledStandardsControls=[{"StandardsControlArn": "arn:aws:securityhub:x", "Reason": "noise"}])
    assert status(rules.securityhub, **{name: holes}) is Status.FAIL


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:securityhub:ap-southeast-2::standards/cis-aws-foundations-benchmark/v/1.4.0",
        "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/5.0.0",
        "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/5.0.0",
    ],
)
def test_another_version_or_form_of_a_standard_fails(arn: str) -> None:
    assert status(rules.securityhub, Standard1=part("Standard1", StandardsArn=arn)) is Status.FAIL


def test_a_standard_of_another_stack_does_not_count() -> None:
    assert status(rules.securityhub, Standard0=resource("AWS::SecurityHub::Insight")) is Status.FAIL


@pytest.mark.parametrize("change", [{"Type": "ACCOUNT_UNUSED_ACCESS"}, {"ArchiveRules": [{"RuleName": "all"}]}], ids=str)
def test_an_analyzer_that_tells_nothing_of_access_from_outside_fails(change: dict[str, Any]) -> None:
    assert status(rules.access_analyzer, Analyzer=part("Analyzer", **change)) is Status.FAIL


def test_unused_access_is_looked_for_by_an_analyzer_of_its_own() -> None:
    assert status(rules.unused_access) is Status.FAIL
    second = resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT_UNUSED_ACCESS"})
    assert status(rules.unused_access, Second=second) is Status.PASS
    assert status(rules.access_analyzer, Second=second) is Status.PASS


@pytest.mark.parametrize("types", [[], ["LAMBDA"], None], ids=str)
def test_an_inspector_that_scans_no_images_fails(types: object) -> None:
    assert status(rules.inspector, Inspector=part("Inspector", ResourceTypes=types)) is Status.FAIL


def test_nothing_classifies_data_in_buckets_without_a_session_that_is_on() -> None:
    assert status(rules.macie) is Status.FAIL
    assert status(rules.macie, Macie=resource("AWS::Macie::Session", {"Status": "PAUSED"})) is Status.FAIL
    assert status(rules.macie, Macie=resource("AWS::Macie::Session")) is Status.PASS
