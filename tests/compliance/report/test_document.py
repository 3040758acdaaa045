"""The document that every format is rendered from: results of rules, and exceptions that are due."""

import pytest

from tests.compliance.report.sample import BUCKET, DATABASE, LATER, SOON, Json, evidence, exception, report, report_of, rule, sample
from tradingbot_infra.compliance.report.document import RuleResult
from tradingbot_infra.compliance.status import Status

REPORT = report_of(sample())


def results(entry: Json) -> tuple[RuleResult, ...]:
    """The results of a rule."""
    (found,) = report_of(report([], {entry["id"]: entry}, [])).rules
    return found.results


def test_evidence_of_one_resource_is_one_result_with_the_worst_status_and_each_exception_once() -> None:
    entries = (evidence(BUCKET, Status.EXCEPTION, LATER), evidence(DATABASE, Status.PASS), evidence(BUCKET, Status.EXCEPTION, LATER))
    found = results(rule("a.rule", "Something", *entries, evidence(BUCKET, Status.PASS)))
    assert [(line.path, line.status, line.exceptions) for line in found] == [
        (BUCKET, Status.EXCEPTION, (LATER,)),
        (DATABASE, Status.PASS, ()),
    ]


@pytest.mark.parametrize("status", list(Status))
def test_a_rule_without_evidence_has_a_result_of_its_own(status: Status) -> None:
    found = results(rule("a.rule", "Something", status=status))
    assert [(line.path, line.status) for line in found] == [("", status)]


def test_a_rule_that_its_resources_do_not_explain_has_a_result_of_its_own_besides() -> None:
    found = results(rule("a.rule", "Something", evidence(BUCKET, Status.PASS), status=Status.MANUAL))
    assert [(line.path, line.status) for line in found] == [("", Status.MANUAL), (BUCKET, Status.PASS)]


def test_every_control_has_results_and_a_rule_is_below_each_control_that_names_it() -> None:
    found = [(control.id, entry.id) for _, control, entry, _ in REPORT.results()]
    assert {control for control, _ in found} == {control.id for _, control in REPORT.controls()}
    assert {control for control, entry in found if entry == "s3.encrypted"} == {"CIS-2.1.1", "PCI.DSS.401-3.5.1", "GDPR-Art.32(1)(a)"}


def test_counts_name_every_status() -> None:
    assert list(REPORT.frameworks[2].counts) == list(Status)
    assert sum(REPORT.frameworks[2].counts.values()) == 2


def test_a_reason_is_in_sentences_and_names_owner_and_date() -> None:
    entry = exception("an-id", ["a.rule"], [BUCKET], mechanism="A is so.", consequence="B follows", compensation="C helps", owner="Team")
    (found,) = report_of(report([], {}, [entry])).exceptions
    assert found.reason == "A is so. B follows. C helps. (an-id; Team; review by 2027-11-30)"


def test_due_exceptions_are_ordered_by_date() -> None:
    assert [entry.id for entry in REPORT.due(30)][-1] == SOON
    assert [entry.id for entry in REPORT.due(400)][-1] == LATER
    assert REPORT.exceptions_by_id.keys() == {entry.id for entry in REPORT.due(400)}


@pytest.mark.parametrize(
    ("source", "status", "stops"),
    [
        ("own", Status.FAIL, True),
        ("own", Status.NOT_ASSESSED, True),
        ("own", Status.EXCEPTION, False),
        ("own", Status.PASS, False),
        ("cdk-nag", Status.FAIL, True),
        ("cdk-nag", Status.NOT_ASSESSED, False),
    ],
)
def test_what_fails_stops_the_synthesis_and_what_only_cdk_nag_cannot_look_at_does_not(source: str, status: Status, stops: bool) -> None:
    accepted = LATER if status is Status.EXCEPTION else None
    entry = rule("a.rule", "Something", evidence(BUCKET, Status.PASS), evidence(DATABASE, status, accepted), source=source)
    document = report_of(report([], {entry["id"]: entry}, []))
    assert document.stops_synthesis is stops
    assert [result.path for result in document.rules[0].stopping] == ([DATABASE] if stops else [])


def test_a_rule_of_the_account_that_is_not_assessed_stops_nothing() -> None:
    entry = rule("acct.trail", "A trail", status=Status.NOT_ASSESSED, reason="Nothing provides it.")
    assert not report_of(report([], {entry["id"]: entry}, [])).stops_synthesis
