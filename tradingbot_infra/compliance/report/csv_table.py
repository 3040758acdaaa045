"""The report as a table in the six columns of cdk-nag 2's NagReport.csv, so that tools made for it keep working."""

import csv
import io
import re
from collections.abc import Mapping

from tradingbot_infra.compliance.report.counting import Json, Line, by_id, control_lines, reason
from tradingbot_infra.compliance.status import Status

COLUMNS = ("Rule ID", "Resource ID", "Compliance", "Exception Reason", "Rule Level", "Rule Info")

COMPLIANCE = {
    Status.FAIL: "Non-Compliant",
    Status.NOT_ASSESSED: "UNKNOWN",
    Status.EXCEPTION: "Suppressed",
    Status.MANUAL: "Manual",
    Status.PASS: "Compliant",
    Status.NOT_APPLICABLE: "Not Applicable",
}
"""cdk-nag 2's four words, and one each for what its table leaves out."""

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")

# The full-width forms count as well: spreadsheets in Japanese take them for the plain ones.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")  # noqa: RUF001


def render(report: Json) -> str:
    """One row per control, rule and resource, with the worst status there. A rule that looked at nothing has one row without a resource.

    `Rule ID` is `CIS-5.3[net.sg_no_admin_ports_v4]` for this project's controls and the rule's own id for public packs.
    """
    exceptions = by_id(report["exceptions"])
    written = io.StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for framework, control, rule, line in control_lines(report):
        identifier = rule["id"] if framework["source"] == "cdk-nag" else f"{control['id']}[{rule['id']}]"
        row = (identifier, line.path, COMPLIANCE[line.status], _reason(line, exceptions), control["level"], control["title"])
        table.writerow([_field(value) for value in row])
    return written.getvalue()


def _reason(line: Line, exceptions: Mapping[str, Json]) -> str:
    if line.status is not Status.EXCEPTION:
        return "N/A"
    return " ".join(reason(exceptions[identifier]) for identifier in line.exceptions) or "N/A"


def _field(value: str) -> str:
    """In one line, and no formula to a spreadsheet (OWASP "CSV Injection")."""
    guarded = f"'{value}" if _FORMULA.match(value) else value
    return _LINE_BREAKS.sub(" ", guarded)
