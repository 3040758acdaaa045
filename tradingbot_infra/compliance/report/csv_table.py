"""The report as a table that begins with the six columns of cdk-nag 2's NagReport.csv, so that tools made for it keep working."""

import csv
import io
import re

from tradingbot_infra.compliance.report.document import Report, ReportedRule, RuleResult
from tradingbot_infra.compliance.status import Status

COLUMNS = ("Rule ID", "Resource ID", "Compliance", "Exception Reason", "Rule Level", "Rule Info", "Severity", "Judged")
"""Those of cdk-nag 2, then the severity of the rule and what was judged; in every row, so that rows of several reports can be mixed."""

COMPLIANCE = {
    Status.FAIL: "Non-Compliant",
    Status.NOT_ASSESSED: "UNKNOWN",
    Status.EXCEPTION: "Suppressed",
    Status.MANUAL: "Manual",
    Status.PROVIDED: "Provided",
    Status.PASS: "Compliant",
    Status.NOT_APPLICABLE: "Not Applicable",
}
"""The four words of cdk-nag 2, and one for each status that its table does not have."""

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")

# The full-width forms count as well: Japanese spreadsheets treat them as the plain ones.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - full-width signs are meant


def render(report: Report) -> str:
    """One row per control, rule and resource, with the worst status there. A rule that looked at nothing has one row without a resource.

    `Rule ID` is `CIS-5.3[net.sg_no_admin_ports_v4]` for this project's controls and the rule's own id for public packs.
    """
    written = io.StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    judged = report.judged
    for framework, control, rule, result in report.results():
        identifier = rule.id if framework.source == "cdk-nag" else f"{control.id}[{rule.id}]"
        row = (identifier, result.path, COMPLIANCE[result.status], _reason(rule, result, report), control.level, control.title)
        table.writerow([_field(value) for value in (*row, rule.severity, judged)])
    return written.getvalue()


def _reason(rule: ReportedRule, result: RuleResult, report: Report) -> str:
    if result.status is Status.PROVIDED:
        return rule.reason
    if result.status is not Status.EXCEPTION:
        return "N/A"
    return " ".join(report.exceptions_by_id[identifier].reason for identifier in result.exceptions) or "N/A"


def _field(value: str) -> str:
    """The value in one line, so that no spreadsheet takes it for a formula (OWASP "CSV Injection")."""
    guarded = f"'{value}" if _FORMULA.match(value) else value
    return _LINE_BREAKS.sub(" ", guarded)
