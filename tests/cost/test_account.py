"""What the account pays once, whatever the number of its environments."""

from typing import Any

import pytest

from tests.compliance.builders import Body, assembly_of, resource
from tests.cost.account import DATABASE, detector, standard, with_account
from tests.cost.pricing import AT_LIST, amounts, estimated, line, money, units
from tradingbot_infra.cost.billed_as import billed_as
from tradingbot_infra.cost.item import DAYS, Part
from tradingbot_infra.cost.security_checks import checks_of
from tradingbot_infra.design.threat_detection import STANDARDS

KEY = resource("AWS::KMS::Key", {})
FSBP = "aws-foundational-security-best-practices/v/1.0.0"


def test_lines_of_the_account_are_a_part_of_their_own_beside_the_environments() -> None:
    found = estimated(with_account({"Key": KEY}, {"Key": KEY}), AT_LIST, expected_kms_requests=50_000, expected_account_kms_requests=20_000)
    assert {each.quantity.id: each.part for each in found.lines} == {
        "kms.keys": Part.NOT_IN_DOCUMENT,
        "kms.requests": Part.NOT_IN_DOCUMENT,
        "account.kms.keys": Part.ACCOUNT,
        "account.kms.requests": Part.ACCOUNT,
    }
    assert units(found, "kms.requests", "account.kms.requests") == ["5", "2"]
    assert line(found, "account.kms.keys").service == "Account: KMS"
    assert billed_as(line(found, "account.kms.keys")) == billed_as(line(found, "kms.keys"))


def test_an_environment_without_the_accounts_stacks_pays_nothing_for_them() -> None:
    assert estimated(assembly_of({"Key": KEY}), AT_LIST).of(Part.ACCOUNT) == ()


def trail(**properties: object) -> Body:
    return resource("AWS::CloudTrail::Trail", {"S3BucketName": {"Ref": "Bucket"}, "IsLogging": True, **properties})


DATA = {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]}
MANAGEMENT = {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}
BOTH = {"InsightSelectors": [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]}


def test_a_trail_costs_by_its_data_events_only() -> None:
    assert money(estimated(with_account({"Trail": trail(**MANAGEMENT)}), AT_LIST)) == {}
    for recorded in (DATA, {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object"}]}]}):
        found = estimated(with_account({"Trail": trail(**recorded)}), AT_LIST, expected_s3_data_events=300_000)
        assert money(found) == {"account.cloudtrail.s3_events": "0.30"}


def test_insights_analyze_every_event_for_errors_and_what_changes_something_for_calls_too() -> None:
    usage: dict[str, Any] = {"expected_management_events": 300_000, "expected_write_events": 100_000}
    both = estimated(with_account({"Trail": trail(**BOTH)}), AT_LIST, **usage)
    calls = estimated(with_account({"Trail": trail(InsightSelectors=BOTH["InsightSelectors"][:1])}), AT_LIST, **usage)
    assert money(both) == {"account.cloudtrail.insights": "1.40"}
    assert units(calls, "account.cloudtrail.insights") == ["1"]


def test_audit_files_are_paid_for_as_long_as_their_bucket_keeps_them() -> None:
    logged = {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "Requests"}}}
    expiring = {"LifecycleConfiguration": {"Rules": [{"ExpirationInDays": 365}]}}
    stack = {
        "Trail": trail(),
        "Bucket": resource("AWS::S3::Bucket", {**logged, **expiring}),
        "Requests": resource("AWS::S3::Bucket", expiring),
        "Channel": resource("AWS::Config::DeliveryChannel", {"S3BucketName": {"Ref": "Bucket"}}),
    }
    found = estimated(with_account(stack), AT_LIST, expected_audit_gib="0.5", expected_audit_files=10_000)
    assert units(found, "account.s3.audit_files") == ["10"]
    assert round(amounts(found)["account.s3.audit"]) == 6
    assert found.unpriced == ()
    assert [each.type for each in found.free] == ["AWS::Config::DeliveryChannel"]


def test_a_metric_of_rare_events_is_billed_for_the_hours_with_one() -> None:
    def made(**default: int) -> dict[str, Body]:
        transformation = {"MetricNamespace": "Account", "MetricName": "Root", "MetricValue": "1", **default}
        return {"Filter": resource("AWS::Logs::MetricFilter", {"LogGroupName": "trail", "MetricTransformations": [transformation]})}

    rare = estimated(with_account(made()), AT_LIST, expected_watched_hours=73)
    steady = estimated(with_account(made(DefaultValue=0)), AT_LIST, expected_watched_hours=73)
    assert units(rare, "account.cloudwatch.metrics.filters") == ["0.1"]
    assert units(steady, "account.cloudwatch.metrics.filters") == ["1"]


@pytest.mark.parametrize(("frequency", "monthly"), [("DAILY", "1.20"), ("CONTINUOUS", "0.30")])
def test_items_have_the_price_of_how_often_they_are_recorded(frequency: str, monthly: str) -> None:
    recorder = resource("AWS::Config::ConfigurationRecorder", {"RecordingMode": {"RecordingFrequency": frequency}})
    found = estimated(with_account({"Recorder": recorder}), AT_LIST, expected_config_items=100)
    assert money(found) == {"account.config.items": monthly}


def test_every_rule_is_evaluated_once_a_day() -> None:
    rules = {name: resource("AWS::Config::ConfigRule", {}) for name in ("A", "B")}
    assert amounts(estimated(with_account(rules), AT_LIST))["account.config.evaluations"] == 2 * DAYS / 1000


def test_guardduty_costs_by_what_it_analyzes_and_each_feature_that_is_on() -> None:
    usage: dict[str, Any] = {
        "expected_management_events": 1_000_000,
        "expected_threat_log_gib": 2,
        "expected_s3_data_events": 500_000,
        "expected_lambda_network_gib": 1,
        "expected_account_environments": "1.5",
    }
    bare = estimated(with_account({"Detector": detector(RDS_LOGIN_EVENTS="DISABLED")}, {"Database": DATABASE}), AT_LIST, **usage)
    whole = estimated(
        with_account({"Detector": detector("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")}, {"Database": DATABASE}),
        AT_LIST,
        **usage,
    )
    assert {name: usd for name, usd in money(bare).items() if "guardduty" in name} == {
        "account.guardduty.management_events": "4.60",
        "account.guardduty.logs": "2.30",
    }
    assert units(whole, "account.guardduty.s3_events", "account.guardduty.rds", "account.guardduty.lambda") == ["0.5", "3", "1"]


def test_runtime_monitoring_costs_by_the_vcpus_of_all_tasks() -> None:
    task = resource("AWS::ECS::TaskDefinition", {"Cpu": "512", "Memory": "1024"})
    service = resource("AWS::ECS::Service", {"LaunchType": "FARGATE", "TaskDefinition": {"Ref": "Task"}, "DesiredCount": 4})
    assembly = with_account({"Detector": detector("RUNTIME_MONITORING")}, {"Task": task, "Service": service})
    assert units(estimated(assembly, AT_LIST, expected_account_environments=2), "account.guardduty.runtime") == ["4"]


def test_security_hub_checks_the_resources_of_every_environment_and_the_account_once() -> None:
    account = {"Hub": resource("AWS::SecurityHub::Hub", {}), "Standard": standard(FSBP)}
    found = estimated(with_account(account, {"Key": KEY}), AT_LIST, expected_account_environments=3)
    of_keys, of_account = checks_of(with_account({}, {"Key": KEY}), ["fsbp"])
    assert round(amounts(found)["account.securityhub.checks"] * 1000 / DAYS) == 3 * of_keys + of_account


def test_a_hub_without_a_standard_checks_nothing() -> None:
    assert money(estimated(with_account({"Hub": resource("AWS::SecurityHub::Hub", {})}), AT_LIST)) == {}


def test_a_control_that_several_standards_have_is_checked_once() -> None:
    assembly = with_account({}, {"Bucket": resource("AWS::S3::Bucket", {}), "Database": DATABASE})
    each = [sum(checks_of(assembly, [name])) for name in STANDARDS]
    together = sum(checks_of(assembly, STANDARDS))
    assert max(each) < together < sum(each)


def test_an_analyzer_of_unused_access_costs_by_roles_and_users_and_one_of_external_access_nothing() -> None:
    analyzers = {
        "External": resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT"}),
        "Unused": resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT_UNUSED_ACCESS"}),
    }
    assert money(estimated(with_account(analyzers), AT_LIST, expected_identities=20)) == {"account.access_analyzer.unused": "4.00"}
    del analyzers["Unused"]
    assert money(estimated(with_account(analyzers), AT_LIST)) == {}


def test_inspector_scans_each_release_once_and_kept_images_again() -> None:
    found = estimated(with_account({"Inspector": resource("Custom::InspectorEnable", {})}), AT_LIST, expected_image_rescans=5)
    assert money(found) == {"account.inspector.scans": "0.90", "account.inspector.rescans": "0.50"}
