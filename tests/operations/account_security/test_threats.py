"""What GuardDuty, Security Hub, Access Analyzer, Inspector and AWS Config say."""

from typing import Any

import pytest

from tests.operations.account_security.answers import ACCOUNT, NOW, Answer, answering
from tradingbot_infra.operations.account_security import recorder, threats
from tradingbot_infra.operations.account_security.control import Seen

HUB = ("describe_hub", {"HubArn": f"arn:aws:securityhub:ap-southeast-2:{ACCOUNT}:hub/default"})


def detector(status: str = "ENABLED", *features: dict[str, Any]) -> dict[str, Any]:
    """What GuardDuty says of a detector."""
    return {"Status": status, "ServiceRole": "role", "Features": list(features)}


def feature(name: str, status: str = "ENABLED", *agents: str) -> dict[str, Any]:
    """One of its features."""
    return {"Name": name, "Status": status, "AdditionalConfiguration": [{"Name": agent, "Status": "ENABLED"} for agent in agents]}


def test_a_detector_names_its_features_and_findings() -> None:
    answers = [
        ("list_detectors", {"DetectorIds": ["d" * 32]}),
        ("get_detector", detector("ENABLED", feature("S3_DATA_EVENTS"), feature("EKS_AUDIT_LOGS", "DISABLED"))),
        ("list_findings", {"FindingIds": ["one"]}),
    ]
    with answering({"guardduty": answers}) as facts:
        assert threats.detecting(facts) == Seen(True, "1 finding of medium or above; reads s3_data_events")


def test_who_may_not_read_findings_still_sees_that_something_looks_for_them() -> None:
    with answering({"securityhub": [HUB, ("get_findings", "AccessDeniedException")]}) as facts:
        found = threats.hub_is_on(facts)
    assert found == Seen(True, "findings not counted: these credentials may not do GetFindings")


def test_a_suspended_detector_is_off() -> None:
    with answering({"guardduty": [("list_detectors", {"DetectorIds": ["d"]}), ("get_detector", detector("DISABLED"))]}) as facts:
        assert threats.detecting(facts) == Seen(False, "the detector is DISABLED")


@pytest.mark.parametrize(
    ("features", "on"),
    [
        ((feature("RUNTIME_MONITORING", "ENABLED", "ECS_FARGATE_AGENT_MANAGEMENT"),), True),
        ((feature("RUNTIME_MONITORING"),), False),
        ((feature("RUNTIME_MONITORING", "DISABLED", "ECS_FARGATE_AGENT_MANAGEMENT"),), False),
        ((), False),
    ],
)
def test_processes_are_watched_only_with_an_agent(features: tuple[dict[str, Any], ...], on: bool) -> None:
    answers = [("list_detectors", {"DetectorIds": ["d"]}), ("get_detector", detector("ENABLED", *features))]
    with answering({"guardduty": answers}) as facts:
        assert threats.watching_processes(facts).on is on


def test_without_a_detector_guardduty_is_off() -> None:
    with answering({"guardduty": [("list_detectors", {"DetectorIds": []})]}) as facts:
        assert threats.detecting(facts).on is threats.watching_processes(facts).on is False


def test_an_account_without_a_hub_is_not_subscribed() -> None:
    with answering(
        {"securityhub": [("describe_hub", "InvalidAccessException"), ("get_enabled_standards", "InvalidAccessException")]}
    ) as facts:
        assert threats.hub_is_on(facts) == Seen(False, "the account is not subscribed")
        assert threats.standards_judge(facts).on is False


def test_standards_of_the_settings_must_all_be_on() -> None:
    def subscription(standard: str, version: str, status: str) -> dict[str, Any]:
        arn = f"arn:aws:securityhub:ap-southeast-2::standards/{standard}/v/{version}"
        return {"StandardsSubscriptionArn": arn, "StandardsArn": arn, "StandardsInput": {}, "StandardsStatus": status}

    ready = [
        subscription("aws-foundational-security-best-practices", "1.0.0", "READY"),
        subscription("cis-aws-foundations-benchmark", "5.0.0", "READY"),
    ]
    failed = [*ready, subscription("pci-dss", "4.0.1", "FAILED")]
    answers = [("get_enabled_standards", {"StandardsSubscriptions": found}) for found in (ready, failed)]
    with answering({"securityhub": answers}) as facts:
        assert threats.standards_judge(facts) == Seen(False, "pci-dss is off")
        assert threats.standards_judge(facts) == Seen(False, "pci-dss is FAILED")
    with answering({"securityhub": answers[:1]}, security_hub_standards="fsbp,cis") as facts:
        assert threats.standards_judge(facts).on is True


def test_only_an_active_analyzer_of_its_kind_counts() -> None:
    def analyzer(kind: str, status: str) -> dict[str, Any]:
        return {"arn": f"arn:{kind}", "name": kind.lower(), "type": kind, "createdAt": NOW, "status": status}

    unused, disabled, active = analyzer("ACCOUNT_UNUSED_ACCESS", "ACTIVE"), analyzer("ACCOUNT", "DISABLED"), analyzer("ACCOUNT", "ACTIVE")
    answers: list[Answer] = [
        ("list_analyzers", {"analyzers": [unused]}),
        ("list_analyzers", {"analyzers": [unused, disabled]}),
        ("list_analyzers", {"analyzers": [unused, active]}),
        ("list_findings_v2", {"findings": []}),
    ]
    with answering({"accessanalyzer": answers}) as facts:
        assert threats.external_access(facts) == Seen(False, "there is no analyzer")
        assert threats.external_access(facts) == Seen(False, "account is DISABLED")
        assert threats.external_access(facts) == Seen(True, "account; 0 active findings")


def recorded(**status: Any) -> list[tuple[str, dict[str, Any]]]:
    """What AWS Config says of a recorder."""
    one = {"name": "default", "recordingGroup": {"resourceTypes": ["AWS::S3::Bucket"]}, "recordingMode": {"recordingFrequency": "DAILY"}}
    return [
        ("describe_configuration_recorders", {"ConfigurationRecorders": [one]}),
        ("describe_configuration_recorder_status", {"ConfigurationRecordersStatus": [{"name": "default", **status}]}),
    ]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ({"recording": True, "lastStatus": "SUCCESS"}, Seen(True, "default records 1 type, daily")),
        ({"recording": True, "lastStatus": "FAILURE", "lastErrorCode": "AccessDenied"}, Seen(False, "default fails: AccessDenied")),
    ],
)
def test_a_recorder_that_fails_is_seen(status: dict[str, Any], found: Seen) -> None:
    with answering({"config": recorded(**status)}) as facts:
        assert recorder.recording(facts) == found


def test_a_stopped_recorder_is_seen_and_can_be_started() -> None:
    with answering({"config": recorded(recording=False)}) as facts:
        found = recorder.recording(facts)
    assert (found.on, found.words) == (False, "default is stopped")
    assert "start-configuration-recorder" in str(found.next_step)


def test_a_recorder_of_an_aws_service_is_not_the_account_s() -> None:
    of_a_service = {"name": "AWSConfigurationRecorderForX", "servicePrincipal": "x.amazonaws.com"}
    answers = [("describe_configuration_recorders", {"ConfigurationRecorders": [of_a_service]})]
    with answering({"config": answers}) as facts:
        assert recorder.recording(facts).on is False


def test_rules_that_find_something_are_named() -> None:
    rules = [
        {"ConfigRuleName": name, "Compliance": {"ComplianceType": kind}}
        for name, kind in (("a", "NON_COMPLIANT"), ("b", "COMPLIANT"), ("c", "INSUFFICIENT_DATA"))
    ]
    answers = [("describe_compliance_by_config_rule", {"ComplianceByConfigRules": rules})]
    with answering({"config": answers}) as facts:
        assert recorder.judging(facts) == Seen(True, "3 rules; not compliant: a")
