"""SARIF 2.1.0: its structure, what each status becomes, and what GitHub code scanning needs besides."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.compliance.report.sample import BUCKET, LISTENER, OVERDUE, report_of, reports, sample
from tradingbot_infra.compliance.report import sarif
from tradingbot_infra.compliance.report.document import Report

Json = dict[str, Any]


def _object(required: str, optional: str = "", /, **properties: Json) -> Json:
    """A closed object: these properties and no others."""
    names = required.split()
    assert {*names, *optional.split()} == properties.keys()
    return {"type": "object", "additionalProperties": False, "required": names, "properties": properties}


def _array(items: Json, **limits: int | bool) -> Json:
    return {"type": "array", "items": items, **limits}


TEXT: Json = {"type": "string", "minLength": 1}
NUMBER: Json = {"type": "integer", "minimum": 0}
BAG: Json = {"type": "object", "properties": {"tags": _array(TEXT, uniqueItems=True, maxItems=20)}}
MESSAGE = _object("text", text=TEXT)
URI: Json = {"type": "string", "pattern": r"^[A-Za-z0-9._~/%-]+$"}
LOCATION = _object(
    "physicalLocation",
    "logicalLocations",
    physicalLocation=_object(
        "artifactLocation region",
        artifactLocation=_object("uri index", uri=URI, index=NUMBER),
        region=_object("startLine", startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=_array(_object("fullyQualifiedName kind", fullyQualifiedName=TEXT, kind={"const": "resource"}), minItems=1),
)
RESULT = {
    **_object(
        "ruleId ruleIndex kind level message locations partialFingerprints properties",
        "suppressions",
        ruleId=TEXT,
        ruleIndex=NUMBER,
        kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        level={"enum": ["none", "note", "warning", "error"]},
        message=MESSAGE,
        locations=_array(LOCATION, minItems=1),
        partialFingerprints={"type": "object", "required": ["primaryLocationLineHash"], "additionalProperties": TEXT},
        suppressions=_array(
            _object("kind status justification", kind={"enum": ["inSource", "external"]}, status={"const": "accepted"}, justification=TEXT),
            minItems=1,
            uniqueItems=True,
        ),
        properties=BAG,
    ),
    # Section 3.27.10: a level other than none belongs to kind fail alone.
    "if": {"properties": {"level": {"not": {"const": "none"}}}},
    "then": {"properties": {"kind": {"const": "fail"}}},
}
DESCRIPTOR = _object(
    "id name shortDescription fullDescription help properties",
    id=TEXT,
    name={**TEXT, "maxLength": 255},
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    properties=BAG,
)
LOG = _object(
    "$schema version runs",
    "",
    **{
        "$schema": TEXT,
        "version": {"const": "2.1.0"},
        "runs": _array(
            _object(
                "tool automationDetails artifacts results properties",
                tool=_object(
                    "driver extensions",
                    driver=_object("name rules", name=TEXT, rules=_array(DESCRIPTOR, uniqueItems=True)),
                    extensions=_array(_object("name version", name=TEXT, version=TEXT)),
                ),
                automationDetails=_object("id", id={"type": "string", "pattern": "/$"}),
                artifacts=_array(
                    _object(
                        "location hashes",
                        location=_object("uri", uri=URI),
                        hashes={"type": "object", "additionalProperties": {"pattern": "^[0-9a-f]{64}$"}},
                    )
                ),
                results=_array(RESULT, maxItems=25_000),
                properties=BAG,
            ),
            minItems=1,
            maxItems=1,
        ),
    },
)
"""The part of SARIF 2.1.0 that is written here, closed: what is not in it is a mistake. With GitHub's limits for code scanning."""

VALIDATOR = Draft202012Validator(LOG)


def run_of(report: Json) -> Json:
    run: Json = json.loads(sarif.render(report_of(report)))["runs"][0]
    return run


def results_of(report: Json, control: str, rule: str) -> list[Json]:
    return [result for result in run_of(report)["results"] if (result["ruleId"], result["properties"]["rule"]) == (control, rule)]


@pytest.mark.parametrize("render", [sarif.render, sarif.render_alerts])
def test_the_structure_is_that_of_sarif(render: Callable[[Report], str]) -> None:
    VALIDATOR.validate(json.loads(render(report_of(sample()))))


@given(reports())
@settings(max_examples=20)
def test_the_structure_holds_for_arbitrary_reports(report: Json) -> None:
    VALIDATOR.validate(json.loads(sarif.render(report_of(report))))


@pytest.mark.parametrize(
    ("control", "rule", "kind", "level"),
    [
        ("CIS-2.1.1", "s3.encrypted", "pass", "none"),
        ("CIS-2.2.1", "rds.encrypted", "fail", "error"),
        ("CIS-1.1", "man.contacts", "review", "none"),
        ("CIS-1.9", "acct.trail", "open", "none"),
        ("CIS-1.14", "iam.no_users", "notApplicable", "none"),
        ("AwsSolutions-S1", "AwsSolutions-S1", "fail", "none"),
    ],
)
def test_each_status_has_its_kind_and_only_a_failure_is_an_error(control: str, rule: str, kind: str, level: str) -> None:
    assert [(result["kind"], result["level"]) for result in results_of(sample(), control, rule)] == [(kind, level)]


def test_an_exception_is_suppressed_with_its_reason_and_nothing_else_is() -> None:
    (result,) = results_of(sample(), "PCI.DSS.401-4.2.1", "alb.https")
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert f"({OVERDUE}; Platform team; review by 2026-10-31)" in suppression["justification"]
    assert {result["kind"] for result in run_of(sample())["results"] if "suppressions" in result} == {"fail"}


def test_a_result_is_at_its_resource_and_in_the_template_that_declares_it() -> None:
    (result,) = results_of(sample(), "PCI.DSS.401-4.2.1", "alb.https")
    (location,) = result["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": LISTENER, "kind": "resource"}]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "ServiceStack.template.json"


def test_a_result_without_a_resource_is_about_every_template() -> None:
    report = sample()
    (result,) = results_of(report, "CIS-1.14", "iam.no_users")
    files = [location["physicalLocation"]["artifactLocation"]["uri"] for location in result["locations"]]
    assert files == [template["file"] for template in report["templates"]]
    assert not any("logicalLocations" in location for location in result["locations"])


def test_indexes_point_at_what_they_name() -> None:
    run = run_of(sample())
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]


def test_a_rules_help_is_the_fix_and_its_tags_name_the_framework() -> None:
    rules = {rule["id"]: rule for rule in run_of(sample())["tool"]["driver"]["rules"]}
    assert "Fix: Set storage_encryption_key on the instance." in rules["CIS-2.2.1"]["help"]["text"]
    assert rules["CIS-2.2.1"]["properties"]["tags"] == ["compliance", "security", "CIS", "CIS AWS Foundations Benchmark 5.0.0", "workload"]
    assert rules["CIS-2.2.1"]["name"] == "DatabaseStorageEncrypted"


def test_fingerprints_are_one_per_result_and_do_not_follow_what_was_observed() -> None:
    report = sample()
    before = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(report)["results"]]
    assert len(before) == len(set(before))
    report["rules"][0]["evidence"][0]["observed"] = "something else"
    report["templates"][0]["sha256"] = "0" * 64
    assert [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(report)["results"]] == before


def test_alerts_are_the_failures_alone() -> None:
    alerts = json.loads(sarif.render_alerts(report_of(sample())))["runs"][0]["results"]
    assert alerts == [result for result in run_of(sample())["results"] if result["level"] == "error"]
    assert alerts


def test_a_public_rule_that_passes_does_not_read_like_a_failure() -> None:
    (result,) = results_of(sample(), "AwsSolutions-EKS1", "AwsSolutions-EKS1")
    assert result["message"]["text"].startswith(
        "AwsSolutions-EKS1: not applicable. What cdk-nag looks for: The EKS cluster's endpoint is public."
    )


def test_a_template_name_is_written_as_a_uri() -> None:
    report = sample()
    report["templates"][1]["file"] = "Data Stack.template.json"
    (result,) = results_of(report, "CIS-2.1.1", "s3.encrypted")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Data%20Stack.template.json"
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == BUCKET


def test_a_result_names_the_live_value_beside_the_declared_one() -> None:
    report = sample()
    report["rules"][1]["evidence"][0]["live"] = "true"
    (result,) = results_of(report, "CIS-2.2.1", "rds.encrypted")
    assert "Properties.StorageEncrypted is false, live true, expected true (fail)." in result["message"]["text"]


def test_what_somebody_else_provides_is_information_with_the_provider() -> None:
    (result,) = results_of(sample(), "SOC2-CC7.2", "acct.guardduty")
    assert (result["kind"], result["level"]) == ("informational", "none")
    assert "Provided by the security team. Evidence: https://wiki.example/audit. Review by 2027-03-31." in result["message"]["text"]
