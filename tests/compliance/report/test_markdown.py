"""The summary for a pull request: what a reviewer must see, short, and nothing that GitHub turns into a link or a mention."""

from typing import Any

import pytest

from tests.compliance.report.sample import DATABASE, LATER, OVERDUE, SOON, evidence, large, report_of, rule, sample
from tradingbot_infra.compliance.report import markdown
from tradingbot_infra.compliance.status import Status


def test_the_header_names_environment_commit_and_uncommitted_changes() -> None:
    written = markdown.render(report_of(sample()))
    assert written.startswith("## Compliance of tradingbot, production, ap-southeast-2\n")
    assert "Commit `0123456789ab` of 2026-11-23 **with uncommitted changes**." in written


def test_a_clean_commit_has_no_uncommitted_changes() -> None:
    report = sample()
    report["commit"]["dirty"] = False
    assert "uncommitted" not in markdown.render(report_of(report))


def test_without_a_commit_only_what_is_overdue_is_due() -> None:
    written = markdown.render(report_of({**sample(), "commit": None}))
    assert "**No commit**" in written
    assert OVERDUE in written
    assert SOON not in written


def test_a_failing_rule_shows_its_controls_resource_and_fix() -> None:
    lines = markdown.render(report_of(sample())).splitlines()
    at = lines.index("- `rds.encrypted` The database is encrypted with a customer managed key, medium")
    assert lines[at + 1 : at + 4] == [
        "  - Controls: `CIS-2.2.1`, `PCI.DSS.401-3.5.1`",
        f"  - At: `{DATABASE}`",
        "  - Fix: Set storage\\_encryption\\_key on the instance.",
    ]
    assert "### 4 controls fail, 1 control could not be judged: the synthesis stops" in lines
    assert "- `logs.retention` Log groups are kept for a year or more, medium (could not be judged)" in lines


def test_a_rule_that_passes_is_not_listed() -> None:
    assert "s3.encrypted" not in markdown.render(report_of(sample()))


def test_exceptions_overdue_or_due_within_thirty_days_are_listed_and_later_ones_are_not() -> None:
    written = markdown.render(report_of(sample()))
    assert "### 2 exceptions to review" in written
    assert f"- `{OVERDUE}` **overdue** since 2026-10-31, Platform team: " in written
    assert f"- `{SOON}` due 2026-12-20, Platform team: " in written
    assert LATER not in written


@pytest.mark.parametrize(("review", "listed"), [("2026-12-23", True), ("2026-12-24", False)])
def test_thirty_days_are_thirty_days(review: str, listed: bool) -> None:
    report = sample()
    report["exceptions"][1]["review"] = review
    assert (SOON in markdown.render(report_of(report))) is listed


def test_a_summary_without_failures_and_reviews_states_both() -> None:
    report = {**sample(), "frameworks": [], "exceptions": []}
    written = markdown.render(report_of(report))
    assert "### No workload control fails" in written
    assert "### No exception is overdue or due within 30 days" in written


def test_the_longest_summary_stays_readable_and_counts_what_it_omits() -> None:
    report = large()
    entry = {**report["exceptions"][0], "overdue": True}
    report["exceptions"] = [{**entry, "id": f"{entry['id']}-{number}"} for number in range(60)]
    written = markdown.render(report_of(report))
    assert written.count("\n") <= markdown.LONGEST
    stopping = {Status.FAIL, Status.NOT_ASSESSED}
    failing = [entry["id"] for entry in report["rules"] if any(line["status"] in stopping for line in entry["evidence"])]
    shown = sum(f"- `{identifier}` " in written for identifier in failing)
    assert 0 < shown < len(failing)
    assert f"- and {len(failing) - shown} more failing rules; report.html shows all." in written
    listed = written.count("**overdue**")
    assert 0 < listed < 60
    assert f"- and {60 - listed} more exceptions." in written


def test_many_resources_of_one_rule_are_shortened() -> None:
    report = sample()
    lines = (evidence(f"DataStack/Bucket{number}/Resource", Status.FAIL) for number in range(8))
    report["rules"][1] = rule("rds.encrypted", "Encrypted", *lines)
    assert "`DataStack/Bucket4/Resource` and 3 more" in markdown.render(report_of(report))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a | b", "a \\| b"),
        ("[x](y)", "\\[x\\](y)"),
        ("<b>*_", "\\<b\\>\\*\\_"),
        ("@team", "@<!-- -->team"),
        ("see https://example.com", "see https:<!-- -->//example.com"),
        ("see www.example.com", "see www<!-- -->.example.com"),
        ("issue #12", "issue #<!-- -->12"),
        ("two\nlines", "two lines"),
        ("give `a_b|c`, or ` alone", "give `a_b|c`, or \\` alone"),
    ],
)
def test_text_is_plain_text(text: str, written: str) -> None:
    report = sample()
    report["exceptions"][0]["owner"] = text
    assert f"since 2026-10-31, {written}: " in markdown.render(report_of(report))


@pytest.mark.parametrize(("path", "written"), [("a`b", "`` a`b ``"), ("a``b", "``` a``b ```"), ("a\nb", "`a b`")])
def test_a_path_stays_in_its_code_span(path: str, written: str) -> None:
    report: dict[str, Any] = sample()
    for line in report["rules"][1]["evidence"]:
        line["path"] = path
    assert f"  - At: {written}" in markdown.render(report_of(report)).splitlines()


def test_who_has_the_rules_of_the_account_is_said() -> None:
    account = markdown.render(report_of(sample())).partition("### The account\n")[2].partition("###")[0].split("\n")
    assert [line for line in account if line] == [
        "- 1 rule is provided by the security team. Evidence: https:<!-- -->//wiki.example/audit. Review by 2027-03-31.",
        "- 1 rule is not declared, and no setting names a provider: `acct.trail`.",
    ]
