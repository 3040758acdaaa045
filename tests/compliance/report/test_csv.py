"""The table in cdk-nag 2's columns: its rows, and what a spreadsheet makes of hostile text."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compliance.report.sample import BUCKET, DATABASE, LATER, LISTENER, REDIS, evidence, report_of, rule, sample
from tradingbot_infra.compliance.report import csv_table
from tradingbot_infra.compliance.status import Status

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(report: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_table.render(report_of(report)), newline="")))


def test_the_header_begins_as_that_of_cdk_nag_2() -> None:
    header, _, _ = csv_table.render(report_of(sample())).partition("\r\n")
    assert header == '"Rule ID","Resource ID","Compliance","Exception Reason","Rule Level","Rule Info","Severity","Judged"'


@pytest.mark.parametrize(
    ("identifier", "resource", "compliance", "level", "info"),
    [
        ("CIS-2.1.1[s3.encrypted]", BUCKET, "Compliant", "Level 1", "Buckets are encrypted"),
        ("CIS-2.2.1[rds.encrypted]", DATABASE, "Non-Compliant", "Level 1", "Database storage encrypted"),
        ("CIS-1.1[man.contacts]", "", "Manual", "Level 1", "Account contact details kept current"),
        ("SOC2-CC7.2[acct.guardduty]", "", "Provided", "criterion", "Threats are detected"),
        ("CIS-1.9[acct.trail]", "", "UNKNOWN", "Level 1", "Multi-factor login for every console user"),
        ("CIS-1.14[iam.no_users]", "", "Not Applicable", "Level 1", "Permissions reach users only through groups"),
        ("AwsSolutions-S1", BUCKET, "Suppressed", "Error", "The S3 Bucket has server access logs disabled"),
    ],
)
def test_each_control_rule_and_resource_has_one_row(identifier: str, resource: str, compliance: str, level: str, info: str) -> None:
    found = [row for row in rows(sample()) if row["Rule ID"] == identifier]
    assert [(row["Resource ID"], row["Compliance"], row["Rule Level"], row["Rule Info"]) for row in found] == [
        (resource, compliance, level, info)
    ]


def test_every_row_says_how_severe_its_rule_is_and_what_was_judged() -> None:
    found = rows(sample())
    assert {row["Severity"] for row in found if row["Rule ID"].endswith("[alb.https]")} == {"high"}
    (judged,) = {row["Judged"] for row in found}
    assert judged.startswith(
        "tradingbot production in ap-southeast-2, account not known before deployment; commit 0123456789ab of 2026-11-23"
    )
    assert judged.endswith(" with uncommitted changes; waf_rate_limit=1000 (environments.py: 2000)")


def test_several_lines_of_one_resource_are_one_row_with_the_worst_status() -> None:
    report = sample()
    report["rules"][1]["evidence"].append(evidence(DATABASE, Status.NOT_ASSESSED))
    found = [row["Compliance"] for row in rows(report) if row["Rule ID"] == "CIS-2.2.1[rds.encrypted]"]
    assert found == ["Non-Compliant"]


def test_a_rule_whose_own_status_is_worse_than_its_resources_has_a_row_of_its_own() -> None:
    report = sample()
    report["rules"][0] = rule("s3.encrypted", "Encrypted", evidence(BUCKET, Status.PASS), status=Status.NOT_ASSESSED)
    found = [(row["Resource ID"], row["Compliance"]) for row in rows(report) if row["Rule ID"] == "CIS-2.1.1[s3.encrypted]"]
    assert found == [("", "UNKNOWN"), (BUCKET, "Compliant")]


def test_only_exceptions_and_what_somebody_else_provides_have_a_reason() -> None:
    report = sample()
    reported = {row["Resource ID"]: row["Exception Reason"] for row in rows(report) if row["Compliance"] == "Suppressed"}
    assert reported.keys() == {LISTENER, REDIS, BUCKET}
    assert f"({LATER}; Security team; review by 2027-11-30)" in reported[BUCKET]
    assert {row["Exception Reason"] for row in rows(report) if row["Compliance"] == "Provided"} == {
        "Provided by the security team. Evidence: https://wiki.example/audit. Review by 2027-03-31."
    }
    assert {row["Exception Reason"] for row in rows(report) if row["Compliance"] not in {"Suppressed", "Provided"}} == {"N/A"}


@given(st.text(min_size=1, max_size=20) | st.tuples(st.sampled_from(DANGEROUS), st.text(max_size=20)).map("".join))
def test_no_field_is_a_formula_or_breaks_its_row(hostile: str) -> None:
    report = sample()
    for place in (report["frameworks"][0]["controls"][0], report["exceptions"][2], report["rules"][0]["evidence"][0]):
        place.update({key: hostile for key in ("title", "level", "mechanism", "path") if key in place})
    written = csv_table.render(report_of(report))
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert all(line.splitlines() == [line] and line.startswith('"') and line.endswith('"') for line in lines)
    table = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert len(table) == len(lines)
    assert all(len(row) == len(csv_table.COLUMNS) for row in table)
    assert not any(field.lstrip().startswith(DANGEROUS) for row in table for field in row)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "' x"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),  # noqa: RUF001 - a full-width sign is meant
        ('say "a, b"', 'say "a, b"'),
        ("two\r\nlines", "two lines"),
        ("1=1", "1=1"),
    ],
)
def test_a_field_is_guarded_only_where_it_must_be(value: str, field: str) -> None:
    report = sample()
    report["frameworks"][0]["controls"][0]["title"] = value
    assert rows(report)[0]["Rule Info"] == field
