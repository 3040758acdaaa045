"""The list of what is only recorded, against the handlers and against templates."""

import json
from pathlib import Path

from tradingbot_infra.local_cloud.handlers import recorded
from tradingbot_infra.local_cloud.limits import RECORDED_ONLY, recorded_types


def test_the_list_names_every_type_that_is_only_recorded_and_what_is_stored_in_part() -> None:
    assert set(RECORDED_ONLY) == {
        *recorded.RESOURCES,
        "AWS::AccessAnalyzer::Analyzer",
        "AWS::ApplicationAutoScaling::ScalableTarget.ScheduledActions",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Budgets::Budget",
        "AWS::Config::ConfigRule",
        "AWS::Config::ConfigurationRecorder",
        "AWS::EC2::SnapshotBlockPublicAccess",
        "AWS::GuardDuty::Detector",
        "AWS::SecurityHub::Standard",
        "AWS::StepFunctions::StateMachine.LoggingConfiguration",
    }


def test_every_reason_is_one_line() -> None:
    assert all(reason.strip() and "\n" not in reason for reason in RECORDED_ONLY.values())


def test_recorded_types_are_counted_over_all_templates_and_nested_assemblies(tmp_path: Path) -> None:
    policy, query = "AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::Logs::QueryDefinition"
    write_template(tmp_path / "One.template.json", [policy, policy, "AWS::S3::Bucket"])
    (tmp_path / "assembly-Two").mkdir()
    write_template(tmp_path / "assembly-Two" / "Two.template.json", [query, policy])
    write_template(tmp_path / "manifest.json", [query])
    assert recorded_types(tmp_path) == {policy: 3, query: 1}


def test_a_type_of_which_only_a_property_is_recorded_counts_where_the_property_is_set(tmp_path: Path) -> None:
    target = "AWS::ApplicationAutoScaling::ScalableTarget"
    resources = {
        "Scheduled": {"Type": target, "Properties": {"ScheduledActions": [{"ScheduledActionName": "night"}]}},
        "Unscheduled": {"Type": target, "Properties": {"MinCapacity": 1}},
        "Emptied": {"Type": target, "Properties": {"ScheduledActions": []}},
    }
    (tmp_path / "One.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    assert recorded_types(tmp_path) == {f"{target}.ScheduledActions": 1}


def test_an_assembly_without_such_types_or_without_resources_counts_nothing(tmp_path: Path) -> None:
    write_template(tmp_path / "One.template.json", ["AWS::S3::Bucket"])
    (tmp_path / "Empty.template.json").write_text("{}", encoding="utf-8")
    assert recorded_types(tmp_path) == {}


def write_template(path: Path, types: list[str]) -> None:
    resources = {f"R{number}": {"Type": name} for number, name in enumerate(types)}
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
