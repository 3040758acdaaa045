"""An item stands for itself: what cannot be read makes it not checkable, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Finding, Outcome, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Checklist, Item, Look, examine

FACTS: Any = object()
CHECKLIST = Checklist("security", "Security", ())


def answer(code: str, message: str = "") -> ClientError:
    """What a service answers in place of a result."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeFlowLogs")


def look(*findings: Finding | Exception) -> Look:
    """A look that finds these, or fails."""

    def judge(_: object) -> Iterator[Finding]:
        for finding in findings:
            if isinstance(finding, Exception):
                raise finding
            yield finding

    return Look("flow logs", judge)


def outcome_of(*looks: Look) -> Outcome:
    """The outcome of an item with these looks."""
    return examine(CHECKLIST, Item("flow-log-active", "Flow log", looks), FACTS).outcome


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ((passed("a"), passed("b")), Outcome.PASS),
        ((passed("a"), not_assessed("b")), Outcome.NOT_ASSESSED),
        ((not_assessed("a"), failed("b", "mend"), passed("c")), Outcome.FAIL),
    ],
)
def test_the_worst_finding_decides(findings: tuple[Finding, ...], outcome: Outcome) -> None:
    assert outcome_of(look(*findings)) is outcome
    assert outcome_of(*(look(finding) for finding in reversed(findings))) is outcome


def test_what_may_not_be_read_names_the_missing_action_and_the_next_look_goes_on() -> None:
    refusal = answer("UnauthorizedOperation", "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeFlowLogs because no")
    result = examine(CHECKLIST, Item("id", "Flow log", (look(refusal), look(failed("silent", "mend")))), FACTS)
    refused, seen = result.seen
    assert (refused.finding.outcome, refused.finding.found) == (
        Outcome.NOT_ASSESSED,
        "these credentials may not do ec2:DescribeFlowLogs",
    )
    assert refused.finding.next_step
    assert (seen.looked_at, seen.finding.found, result.outcome) == ("flow logs", "silent", Outcome.FAIL)


def test_a_fault_that_was_found_before_a_refusal_stays_one() -> None:
    result = examine(CHECKLIST, Item("id", "Flow log", (look(failed("silent", "mend"), answer("AccessDenied")),)), FACTS)
    assert [seen.finding.outcome for seen in result.seen] == [Outcome.FAIL, Outcome.NOT_ASSESSED]
    assert result.outcome is Outcome.FAIL


def test_an_api_that_the_endpoint_lacks_is_not_checkable() -> None:
    (seen,) = examine(CHECKLIST, Item("id", "Flow log", (look(answer("NotImplemented")),)), FACTS).seen
    assert (seen.finding.outcome, seen.finding.found) == (Outcome.NOT_ASSESSED, "the endpoint does not offer DescribeFlowLogs")


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InvalidVpcID.NotFound"])
def test_what_somebody_deleted_is_a_fault_that_names_the_operation_and_the_next_look_goes_on(code: str) -> None:
    facts = FACTS
    gone, seen = examine(CHECKLIST, Item("id", "Flow log", (look(answer(code)), look(passed("active")))), facts).seen
    assert gone.finding == failed("what DescribeFlowLogs asks for does not exist any more", revert())
    assert seen.finding == passed("active")


@pytest.mark.parametrize("error", [answer("ExpiredToken"), answer("Throttling"), NoCredentialsError(), NotAnswered("no stack stands")])
def test_what_would_spoil_every_other_item_ends_it_all(error: Exception) -> None:
    with pytest.raises(type(error)):
        outcome_of(look(error))
