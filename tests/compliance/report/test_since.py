"""What changed since an earlier report, and files that are no such report."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.report.sample import BUCKET, LATER, OVERDUE, SOON, report_of, sample
from tradingbot_infra.compliance.report.changes import Changes
from tradingbot_infra.compliance.report.json_format import render
from tradingbot_infra.compliance.report.since import changes_since, read_report
from tradingbot_infra.errors import UserError


def changes(tmp: Path, **later: Any) -> Changes:
    """What changed from the sample to the sample with these parts."""
    path = tmp / "report.json"
    path.write_text(render(report_of(sample())), encoding="utf-8")
    return changes_since(read_report(path, "production"), report_of({**sample(), **later}))


def test_the_same_report_has_no_changes(tmp_path: Path) -> None:
    found = changes(tmp_path)
    assert not found
    assert found.commit is not None
    assert str(found.commit) == "0123456789ab of 2026-11-23 with uncommitted changes"


def test_a_verdict_that_changed_and_a_new_and_a_missing_control_are_changes(tmp_path: Path) -> None:
    frameworks = sample()["frameworks"]
    cis = frameworks[0]["controls"]
    assert cis[3]["status"] == "pass"
    cis[3]["status"] = "fail"
    cis[4]["status"] = "pass"
    gone = cis.pop(0)
    found = changes(tmp_path, frameworks=frameworks)
    assert [(verdict.control, verdict.before, verdict.after) for verdict in found.verdicts] == [
        ("CIS-2.1.1", "pass", "fail"),
        ("CIS-2.2.1", "fail", "pass"),
        (gone["id"], "manual", None),
    ]
    assert [verdict.control for verdict in found.failures] == ["CIS-2.1.1"]
    assert next(found.lines())[:2] == ("New failure", "CIS-2.1.1")


def test_an_exception_that_is_new_ended_wider_or_reviewed_later_is_a_change(tmp_path: Path) -> None:
    overdue, soon, later = sample()["exceptions"]
    new = {**later, "id": "brand-new"}
    found = changes(tmp_path, exceptions=[{**overdue, "review": "2027-01-31"}, {**soon, "paths": [*soon["paths"], BUCKET]}, new])
    assert {exception.id: exception.change for exception in found.exceptions} == {
        OVERDUE: "review moved from 2026-10-31 to 2027-01-31",
        SOON: "wider",
        "brand-new": "new",
        LATER: "ended",
    }


def test_an_exception_that_accepts_less_is_no_change(tmp_path: Path) -> None:
    overdue, soon, later = sample()["exceptions"]
    assert not changes(tmp_path, exceptions=[overdue, {**soon, "rules": soon["rules"][:1]}, later])


def test_a_setting_whose_value_changed_is_a_change_even_when_environments_changed_it(tmp_path: Path) -> None:
    nat, limit = sample()["settings"]
    new = {"name": "added", "value": "true", "declared": "true"}
    found = changes(tmp_path, settings=[{**nat, "value": "1", "declared": "1"}, limit, new])
    assert [(setting.name, setting.before, setting.after) for setting in found.settings] == [
        ("nat_gateways", "2", "1"),
        ("added", None, "true"),
    ]
    assert ("Setting", "added", "no such setting to true") in found.lines()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("{", "is no JSON; allowed: report.json of an earlier report of production"),
        ("[]", "is no report of compliance; allowed: "),
        ('{"schema_version": 1}', "is no report of compliance; allowed: "),
        ('{"schema_version": 4, "environment": "production"}', "is no report of compliance; allowed: "),
        (json.dumps({**sample(), "schema_version": 3}), "has version 3 of the schema; allowed: version 4, which this project writes"),
        (json.dumps({**sample(), "environment": "staging"}), "is a report of staging; allowed: "),
    ],
    ids=["no-json", "list", "another-document", "too-little", "another-version", "another-environment"],
)
def test_a_file_that_is_no_earlier_report_is_one_line(content: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        read_report(path, "production")
    assert str(raised.value).startswith(f"--since {path}: {wrong}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("part", ["frameworks", "exceptions", "settings", "commit"])
def test_a_report_whose_parts_are_broken_is_one_line(part: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**sample(), part: [1]}), encoding="utf-8")
    with pytest.raises(UserError, match="is no report of compliance"):
        read_report(path, "production")


def test_a_directory_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be read: Is a directory; allowed: report.json of an earlier report of staging$"):
        read_report(tmp_path, "staging")
