"""The reports that the tests render are reports by the schema, and hold every case."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

import tradingbot_infra.compliance.report
from tests.compliance.report.sample import large, reports, sample
from tradingbot_infra.compliance.status import Status

SCHEMA = json.loads((Path(tradingbot_infra.compliance.report.__file__).parent / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [sample(), large()], ids=["small", "large"])
def test_the_sample_validates(report: dict[str, Any]) -> None:
    VALIDATOR.validate(json.loads(json.dumps(report)))


@given(reports())
@settings(max_examples=25)
def test_arbitrary_samples_validate(report: dict[str, Any]) -> None:
    VALIDATOR.validate(json.loads(json.dumps(report)))


def test_the_sample_holds_every_status_of_controls_and_of_evidence() -> None:
    report = sample()
    assert {control["status"] for framework in report["frameworks"] for control in framework["controls"]} == set(Status)
    lines = {line["status"] for rule in report["rules"] for line in rule["evidence"]}
    assert lines == {Status.PASS, Status.FAIL, Status.EXCEPTION, Status.NOT_ASSESSED}


def test_the_large_sample_is_as_large_as_the_largest_environment() -> None:
    report = large()
    own = [framework for framework in report["frameworks"] if framework["source"] == "own"]
    assert sum(len(framework["controls"]) for framework in own) >= 250
    assert sum(rule["source"] == "cdk-nag" for rule in report["rules"]) >= 250
    assert 750 <= sum(len(rule["evidence"]) for rule in report["rules"]) <= 1250
