"""OSCAL assessment results: valid for compliance-trestle, every reference has its target, and nothing is called satisfied that is not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError
from trestle.oscal.assessment_results import Model

from tests.compliance.report.sample import LATER, OVERDUE, large, report_of, reports, sample
from tradingbot_infra.compliance.catalogue import controls
from tradingbot_infra.compliance.public_packs import public_packs
from tradingbot_infra.compliance.report import oscal
from tradingbot_infra.compliance.report.files import files
from tradingbot_infra.compliance.status import Status

Json = dict[str, Any]


def written(report: Json) -> str:
    document = report_of(report)
    assert document.commit is not None
    return oscal.render(document, document.commit)


def result_of(report: Json) -> Json:
    (result,) = json.loads(written(report))["assessment-results"]["results"]
    found: Json = result
    return found


@pytest.mark.parametrize("report", [sample(), large()], ids=["small", "large"])
def test_trestle_reads_it(report: Json) -> None:
    results = Model.model_validate_json(written(report)).assessment_results
    assert results.metadata.oscal_version.model_dump() == oscal.OSCAL_VERSION


@given(reports())
@settings(max_examples=15)
def test_trestle_reads_arbitrary_reports(report: Json) -> None:
    Model.model_validate_json(written(report))


def test_trestle_refuses_what_is_no_assessment_result() -> None:
    document = json.loads(written(sample()))
    del document["assessment-results"]["import-ap"]
    with pytest.raises(ValidationError):
        Model.model_validate(document)


@pytest.mark.parametrize("report", [sample(), large()], ids=["small", "large"])
def test_every_identifier_is_one_things_and_every_reference_has_its_target(report: Json) -> None:
    named: list[str] = []
    referred: set[str] = set()

    def read(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                named.extend([inner] if key == "uuid" else [])
                referred.update([inner] if key.endswith("-uuid") else [])
                read(inner)
        elif isinstance(value, list):
            for inner in value:
                read(inner)

    read(json.loads(written(report)))
    assert len(named) == len(set(named))
    assert referred
    assert referred <= set(named)


def test_only_what_was_judged_has_a_finding_and_only_a_pass_is_satisfied() -> None:
    report = sample()
    statuses = {control["id"]: control["status"] for framework in report["frameworks"] for control in framework["controls"]}
    judged = {name for name, status in statuses.items() if status in {Status.PASS, Status.FAIL, Status.EXCEPTION}}
    result = result_of(report)
    assert {finding["title"] for finding in result["findings"]} == judged
    satisfied = {finding["title"] for finding in result["findings"] if finding["target"]["status"]["state"] == "satisfied"}
    assert satisfied == {name for name, status in statuses.items() if status == Status.PASS}
    excluded = {
        control["control-id"]
        for selection in result["reviewed-controls"]["control-selections"]
        for control in selection.get("exclude-controls", [])
    }
    assert excluded == {oscal.control_id(name) for name in statuses.keys() - judged}


def test_an_exception_is_an_approved_risk_of_its_finding_with_owner_and_deadline() -> None:
    result = result_of(sample())
    (risk,) = (risk for risk in result["risks"] if risk["title"] == OVERDUE)
    assert (risk["status"], risk["deadline"]) == ("deviation-approved", "2026-10-31T00:00:00Z")
    assert {(prop["name"], prop["value"]) for prop in risk["props"]} == {("severity", "high"), ("owner", "Platform team")}
    (finding,) = (finding for finding in result["findings"] if finding["title"] == "GDPR-Art.32(1)(a)")
    assert finding["related-risks"] == [{"risk-uuid": risk["uuid"]}]
    assert finding["target"]["target-id"] == "GDPR-Art.32_1_a"


def test_it_says_what_was_judged() -> None:
    document = json.loads(written(sample()))["assessment-results"]
    assert document["metadata"]["version"] == "0123456789abcdef0123456789abcdef01234567-dirty"
    properties = [(prop["name"], prop["value"]) for prop in document["results"][0]["props"]]
    assert ("setting", "waf_rate_limit=1000 (environments.py: 2000)") in properties
    assert ("tool", "cdk-nag 3.0.2") in properties


def test_the_same_thing_has_the_same_identifier_in_the_next_report() -> None:
    later = {**sample(), "commit": {"id": "f" * 40, "date": "2027-01-01", "dirty": False}}
    before, after = result_of(sample()), result_of(later)
    assert before["uuid"] != after["uuid"]
    for part in ("observations", "findings", "risks"):
        assert [entry["uuid"] for entry in before[part]] == [entry["uuid"] for entry in after[part]]


def test_no_two_controls_have_the_same_identifier() -> None:
    identifiers = [*controls(), *(rule.id for pack in public_packs() for rule in pack.rules)]
    assert len({oscal.control_id(identifier) for identifier in identifiers}) == len(identifiers)


def test_without_a_commit_there_is_no_time_and_no_document() -> None:
    assert "oscal.json" in files(report_of(sample()))
    assert "oscal.json" not in files(report_of({**sample(), "commit": None}))


def test_an_exception_that_nothing_uses_is_still_a_risk() -> None:
    assert LATER in {risk["title"] for risk in result_of(sample())["risks"]}


def test_a_provider_is_a_component_with_its_evidence_and_what_it_provides_has_no_finding() -> None:
    result = result_of(sample())
    (provider,) = (each for each in result["local-definitions"]["components"] if each["title"] == "the security team")
    assert provider["description"] == "Provides what these stacks do not declare: acct.guardduty."
    assert {(each["name"], each["value"]) for each in provider["props"]} == {
        ("evidence", "https://wiki.example/audit"),
        ("review", "2027-03-31"),
    }
    assert "SOC2-CC7.2" not in {finding["title"] for finding in result["findings"]}
