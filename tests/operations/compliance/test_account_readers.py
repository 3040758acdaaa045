"""What the account's services return, as the templates of AccountSecurityStack would have it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, resource
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.compliance.physical import PhysicalIds, Place
from tradingbot_infra.operations.compliance.readers import READERS
from tradingbot_infra.operations.compliance.readers.reader import Live, One

ACCOUNT = "111111111111"
GONE = Live(deleted=("Thing",))

Answer = tuple[str, str, Any]
"""A service, an operation, and its answer or the code of its refusal."""


def read(kind: str, answers: Sequence[Answer], properties: Mapping[str, Any] | None = None, physical_id: str = "thing") -> Live:
    """A resource of a type as its reader reads it from an account that gives these answers."""
    assembly = assembly_of({"Thing": resource(kind, dict(properties or {}))})
    (thing,) = assembly.of_type(kind)
    with ExitStack() as entered:
        clients: dict[str, Any] = {}
        stubs: dict[str, Any] = {}
        for service, operation, answer in answers:
            if service not in clients:
                clients[service], stubs[service] = entered.enter_context(boto3_client(service))
            if isinstance(answer, str):
                stubs[service].add_client_error(operation, service_error_code=answer)
            else:
                stubs[service].add_response(operation, answer)
        ids = PhysicalIds({}, Place(account=ACCOUNT, region="ap-southeast-2", partition="aws"))
        one = One(session=session_over(**clients), resource=thing, physical_id=physical_id, assembly=assembly, ids=ids)
        return READERS[kind](one)


def trail(logging: bool, insights: Any) -> Live:
    """A trail, read."""
    answers = (
        ("cloudtrail", "describe_trails", {"trailList": [{"Name": "thing", "S3BucketName": "audit", "LogFileValidationEnabled": True}]}),
        ("cloudtrail", "get_event_selectors", {"AdvancedEventSelectors": [{"Name": "x", "FieldSelectors": [{"Field": "eventCategory"}]}]}),
        ("cloudtrail", "get_trail_status", {"IsLogging": logging}),
        ("cloudtrail", "get_insight_selectors", insights),
    )
    return read("AWS::CloudTrail::Trail", answers)


def test_a_trail_says_whether_it_logs() -> None:
    assert trail(True, "InsightNotEnabledException").properties["IsLogging"] is True
    stopped = trail(False, {"InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]}]})
    assert stopped.properties["IsLogging"] is False
    assert stopped.properties["InsightSelectors"] == [{"InsightType": "ApiCallRateInsight"}]
    assert (stopped.properties["EnableLogFileValidation"], stopped.properties["KMSKeyId"]) == (True, None)


def test_a_trail_that_somebody_deleted_is_gone() -> None:
    assert read("AWS::CloudTrail::Trail", [("cloudtrail", "describe_trails", {"trailList": []})]) == GONE


def test_a_recorder_that_is_stopped_counts_as_gone() -> None:
    recorder = {"name": "thing", "roleARN": "role", "recordingGroup": {"resourceTypes": ["AWS::S3::Bucket"]}}
    described = ("config", "describe_configuration_recorders", {"ConfigurationRecorders": [recorder]})

    def status(recording: bool) -> Answer:
        return ("config", "describe_configuration_recorder_status", {"ConfigurationRecordersStatus": [{"recording": recording}]})

    assert read("AWS::Config::ConfigurationRecorder", [described, status(False)]) == GONE
    group = read("AWS::Config::ConfigurationRecorder", [described, status(True)]).properties["RecordingGroup"]
    assert (group["ResourceTypes"], group["AllSupported"]) == (["AWS::S3::Bucket"], False)


def test_of_a_detector_only_declared_features_are_compared() -> None:
    declared = {"Features": [{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}, {"Name": "RUNTIME_MONITORING", "Status": "DISABLED"}]}
    live = [
        {"Name": "FLOW_LOGS", "Status": "ENABLED"},
        {"Name": "S3_DATA_EVENTS", "Status": "DISABLED"},
        {
            "Name": "RUNTIME_MONITORING",
            "Status": "DISABLED",
            "AdditionalConfiguration": [{"Name": "EKS_ADDON_MANAGEMENT", "Status": "DISABLED"}],
        },
    ]
    answers = [
        ("guardduty", "list_detectors", {"DetectorIds": ["thing"]}),
        ("guardduty", "get_detector", {"Status": "ENABLED", "ServiceRole": "role", "Features": live}),
    ]
    found = read("AWS::GuardDuty::Detector", answers, declared).properties
    assert found["Enable"] is True
    assert [(each["Name"], each["Status"], each["AdditionalConfiguration"]) for each in found["Features"]] == [
        ("S3_DATA_EVENTS", "DISABLED", []),
        ("RUNTIME_MONITORING", "DISABLED", []),
    ]


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("AWS::GuardDuty::Detector", [("guardduty", "list_detectors", {"DetectorIds": ["another"]})]),
        ("AWS::SecurityHub::Hub", [("securityhub", "describe_hub", "InvalidAccessException")]),
        ("AWS::SecurityHub::Standard", [("securityhub", "get_enabled_standards", {"StandardsSubscriptions": []})]),
        ("AWS::SecurityHub::Standard", [("securityhub", "get_enabled_standards", "InvalidAccessException")]),
        ("Custom::EbsEncryptionByDefault", [("ec2", "get_ebs_encryption_by_default", {"EbsEncryptionByDefault": False})]),
        ("AWS::XRay::TransactionSearchConfig", [("xray", "get_trace_segment_destination", {"Destination": "XRay"})]),
    ],
)
def test_what_somebody_switched_off_is_gone(kind: str, answers: Sequence[Answer]) -> None:
    assert read(kind, answers) == GONE


def test_an_analyzer_of_unused_access_says_after_how_many_days() -> None:
    found = {
        "arn": "arn",
        "name": "unused",
        "type": "ACCOUNT_UNUSED_ACCESS",
        "createdAt": 0,
        "status": "ACTIVE",
        "configuration": {"unusedAccess": {"unusedAccessAge": 90}},
    }
    live = read("AWS::AccessAnalyzer::Analyzer", [("accessanalyzer", "get_analyzer", {"analyzer": found})], physical_id="arn:x/unused")
    assert live.properties["AnalyzerConfiguration"] == {"UnusedAccessConfiguration": {"UnusedAccessAge": 90}}


def test_a_rule_has_its_parameters_as_an_object() -> None:
    rule = {"ConfigRuleName": "thing", "Source": {"Owner": "AWS", "SourceIdentifier": "X"}, "InputParameters": '{"maxAccessKeyAge":"90"}'}
    live = read("AWS::Config::ConfigRule", [("config", "describe_config_rules", {"ConfigRules": [rule]})])
    assert live.properties["InputParameters"] == {"maxAccessKeyAge": "90"}


def test_the_log_of_spans_has_its_days_and_one_that_is_not_there_yet_says_nothing() -> None:
    def log(*groups: Mapping[str, Any]) -> Live:
        return read("Custom::SpanLog", [("logs", "describe_log_groups", {"logGroups": list(groups)})])

    assert log({"logGroupName": "aws/spans"}).properties == {"RetentionInDays": None}
    assert log({"logGroupName": "aws/spans", "retentionInDays": 30}).properties == {"RetentionInDays": 30}
    assert log({"logGroupName": "aws/spans-of-somebody", "retentionInDays": 1}) == Live()


def test_transaction_search_has_the_share_that_it_indexes() -> None:
    rules = {"IndexingRules": [{"Name": "Default", "Rule": {"Probabilistic": {"DesiredSamplingPercentage": 5.0}}}]}
    on = ("xray", "get_trace_segment_destination", {"Destination": "CloudWatchLogs", "Status": "ACTIVE"})
    live = read("AWS::XRay::TransactionSearchConfig", [on, ("xray", "get_indexing_rules", rules)])
    assert live.properties == {"IndexingPercentage": 5}


def test_defaults_are_read_under_the_names_of_the_function() -> None:
    policy = {"PasswordPolicy": {"MinimumPasswordLength": 8, "ExpirePasswords": False}}
    assert read("Custom::AccountPasswordPolicy", [("iam", "get_account_password_policy", policy)]).properties["MinimumPasswordLength"] == 8
    defaults = {"AccountLevel": {"HttpTokens": "optional"}}
    live = read("Custom::InstanceMetadataDefaults", [("ec2", "get_instance_metadata_defaults", defaults)])
    assert live.properties == {"HttpTokens": "optional"}
