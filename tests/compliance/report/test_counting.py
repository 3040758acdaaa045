"""What the renderers share."""

import pytest

from tests.compliance.report.sample import BUCKET, DATABASE, LATER, SOON, evidence, exception, rule, sample
from tradingbot_infra.compliance.report.counting import by_id, control_lines, counts, due, lines, reason
from tradingbot_infra.compliance.status import Status


def test_lines_of_one_resource_are_one_line_with_the_worst_status_and_each_exception_once() -> None:
    entries = (evidence(BUCKET, Status.EXCEPTION, LATER), evidence(DATABASE, Status.PASS), evidence(BUCKET, Status.EXCEPTION, LATER))
    found = lines(rule("a.rule", "Something", *entries, evidence(BUCKET, Status.PASS)))
    assert [(line.path, line.status, line.exceptions) for line in found] == [
        (BUCKET, Status.EXCEPTION, (LATER,)),
        (DATABASE, Status.PASS, ()),
    ]


@pytest.mark.parametrize("status", list(Status))
def test_a_rule_without_evidence_has_a_line_of_its_own(status: Status) -> None:
    found = lines(rule("a.rule", "Something", status=status))
    assert [(line.path, line.status) for line in found] == [("", status)]


def test_a_rule_that_its_resources_do_not_explain_has_a_line_of_its_own_besides() -> None:
    found = lines(rule("a.rule", "Something", evidence(BUCKET, Status.PASS), status=Status.MANUAL))
    assert [(line.path, line.status) for line in found] == [("", Status.MANUAL), (BUCKET, Status.PASS)]


def test_every_control_has_lines_and_a_rule_stands_below_each_control_that_names_it() -> None:
    report = sample()
    found = [(control["id"], entry["id"]) for _, control, entry, _ in control_lines(report)]
    assert {control for control, _ in found} == {control["id"] for framework in report["frameworks"] for control in framework["controls"]}
    assert {control for control, entry in found if entry == "s3.encrypted"} == {"CIS-2.1.1", "PCI.DSS.401-3.5.1", "GDPR-Art.32(1)(a)"}


def test_counts_name_every_status() -> None:
    assert list(counts(sample()["frameworks"][2])) == list(Status)
    assert sum(counts(sample()["frameworks"][2]).values()) == 1


def test_a_reason_is_in_sentences_and_names_owner_and_date() -> None:
    entry = exception("an-id", ["a.rule"], [BUCKET], mechanism="A is so.", consequence="B follows", compensation="C helps", owner="Team")
    assert reason(entry) == "A is so. B follows. C helps. (an-id; Team; review by 2027-11-30)"


def test_what_is_due_comes_by_date() -> None:
    report = sample()
    assert [entry["id"] for entry in due(report, 30)][-1] == SOON
    assert [entry["id"] for entry in due(report, 400)][-1] == LATER
    assert by_id(report["exceptions"]).keys() == {entry["id"] for entry in due(report, 400)}
