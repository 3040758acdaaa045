"""Counts per framework and status, recomputed from each format alone, are the counts of the JSON document."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings

from tests.compliance.report.sample import large, report_of, reports, sample
from tradingbot_infra.compliance.report import csv_table, html, json_format, markdown, sarif
from tradingbot_infra.compliance.report.document import Report
from tradingbot_infra.compliance.status import Status, worst

Json = dict[str, Any]
Counts = dict[tuple[str, Status], int]


class _Page(HTMLParser):
    """The data attributes of a page: its controls, and the numbers of its summary."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: Counter[tuple[str, Status]] = Counter()
        self.summary: dict[tuple[str, Status], int] = {}
        self._framework = ""
        self._cell: Status | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        data = dict(attrs)
        if tag == "details" and "data-framework" in data:
            self.controls[str(data["data-framework"]), Status(str(data["data-status"]))] += 1
        self._framework = data.get("data-summary") or self._framework
        self._framework = "" if data.get("class") == "sum" else self._framework
        self._cell = Status(str(data["data-count"])) if "data-count" in data else None

    def handle_data(self, data: str) -> None:
        if self._cell is not None and data.strip():
            self.summary[self._framework, self._cell] = int(data)


def _page(report: Json) -> _Page:
    page = _Page()
    page.feed(html.render(report_of(report)))
    return page


def from_html(report: Json) -> Counts:
    return dict(_page(report).controls)


def from_html_summary(report: Json) -> Counts:
    return {key: number for key, number in _page(report).summary.items() if number}


def from_csv(report: Json) -> Counts:
    words = {word: status for status, word in csv_table.COMPLIANCE.items()}
    seen: dict[str, list[Status]] = {}
    for row in csv.DictReader(io.StringIO(csv_table.render(report_of(report)))):
        seen.setdefault(row["Rule ID"].partition("[")[0], []).append(words[row["Compliance"]])
    return _counted(report, seen)


def from_sarif(report: Json) -> Counts:
    kinds = {
        "fail": Status.FAIL,
        "open": Status.NOT_ASSESSED,
        "review": Status.MANUAL,
        "informational": Status.PROVIDED,
        "pass": Status.PASS,
        "notApplicable": Status.NOT_APPLICABLE,
    }
    seen: dict[str, list[Status]] = {}
    for result in json.loads(sarif.render(report_of(report)))["runs"][0]["results"]:
        seen.setdefault(result["ruleId"], []).append(Status.EXCEPTION if "suppressions" in result else kinds[result["kind"]])
    return _counted(report, seen)


def from_markdown(report: Json) -> Counts:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in markdown.render(report_of(report)).splitlines()
        if line.startswith("| ")
    ]
    found = {
        (framework["id"], status): int(row[1 + number])
        for framework, row in zip(report["frameworks"], rows[1:], strict=True)
        for number, status in enumerate(Status)
    }
    assert rows[0][1:] == list(Status)
    return {key: number for key, number in found.items() if number}


def from_counts(report: Json) -> Counts:
    found = {
        (framework["id"], Status(status)): number for framework in report["frameworks"] for status, number in framework["counts"].items()
    }
    return {key: number for key, number in found.items() if number}


def _counted(report: Json, seen: dict[str, list[Status]]) -> Counts:
    frameworks = {control["id"]: framework["id"] for framework in report["frameworks"] for control in framework["controls"]}
    assert seen.keys() == frameworks.keys(), "a control is missing, or something else was rendered as one"
    return dict(Counter((frameworks[control], worst(statuses)) for control, statuses in seen.items()))


FORMATS = [from_html, from_html_summary, from_csv, from_sarif, from_markdown]


@pytest.mark.parametrize("recount", FORMATS)
@pytest.mark.parametrize("make", [sample, large])
def test_a_format_holds_the_counts_of_the_document(make: Callable[[], Json], recount: Callable[[Json], Counts]) -> None:
    report = make()
    assert recount(report) == from_counts(report)


@given(reports())
@settings(max_examples=30)
def test_all_formats_agree_on_arbitrary_reports(report: Json) -> None:
    expected = from_counts(report)
    for recount in FORMATS:
        assert recount(report) == expected, recount.__name__


@given(reports())
@settings(max_examples=30)
def test_the_json_document_holds_the_whole_report(document: Json) -> None:
    report = report_of(document)
    written = json.loads(json_format.render(report))
    assert written == json.loads(json.dumps(document))
    assert report_of(written) == report


@pytest.mark.parametrize("render", [html.render, json_format.render, csv_table.render, sarif.render, sarif.render_alerts, markdown.render])
def test_rendering_is_deterministic(render: Callable[[Report], str]) -> None:
    assert render(report_of(sample())) == render(report_of(sample()))
