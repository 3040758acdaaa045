"""What was seen, judged by what the settings ask for and by who else has it."""

import pytest
from botocore.exceptions import ClientError

from tests.operations.account_security.answers import answering
from tradingbot_infra.operations.account_security import people
from tradingbot_infra.operations.account_security.control import Ask, Control, Judged, Seen, State, always, by_hand, judge, part, within
from tradingbot_infra.operations.account_security.controls import CONTROLS
from tradingbot_infra.operations.account_security.facts import ELSEWHERE

PROVIDED = {
    "account_security": "provided-by:Central team",
    "account_security_evidence": "https://example.com/evidence",
    "account_security_review": "2027-01-31",
}


def judged(on: bool | None, asked: Ask = always, **settings: str) -> Judged:
    """A control of which this was seen, in an account without the stack."""
    with answering({}, held={}, **settings) as facts:
        _ = facts.resources
        return judge(Control("id", "title", lambda _: Seen(on, "words"), asked), facts)


def test_what_is_asked_for_and_off_is_missing() -> None:
    found = judged(False)
    assert (found.state, found.missing) == (State.OFF, True)
    assert found.next_step


def test_what_is_asked_for_and_on_is_on() -> None:
    found = judged(True)
    assert (found.state, found.missing, found.provider) == (State.ON, False, "")


def test_what_cannot_be_read_is_not_missing() -> None:
    found = judged(None)
    assert (found.state, found.missing) == (State.UNKNOWN, False)


@pytest.mark.parametrize("on", [True, False])
def test_what_nobody_asks_for_is_shown_and_never_missing(on: bool) -> None:
    for found in (judged(on, by_hand), judged(on, account_security="none")):
        assert (found.state, found.missing) == (State.ON if on else State.OFF, False)


def test_what_somebody_else_provides_is_named_where_it_is_seen() -> None:
    found = judged(True, always, **PROVIDED)
    assert (found.state, found.provider, found.missing) == (State.PROVIDED, "Central team", False)


def test_what_somebody_else_provides_elsewhere_cannot_be_checked_from_here() -> None:
    found = judged(False, always, **PROVIDED)
    assert (found.state, found.missing) == (State.UNKNOWN, False)
    assert found.words == "not in this account (words): Central team can show it"


def test_an_existing_part_is_the_account_s_own() -> None:
    found = judged(True, part("guardduty"), guardduty="existing")
    assert (found.state, found.provider, found.missing) == (State.PROVIDED, "the account's own", False)


def test_an_existing_part_that_is_not_there_is_missing() -> None:
    found = judged(False, part("guardduty"), guardduty="existing")
    assert (found.state, found.missing) == (State.OFF, True)


def test_a_detail_of_a_part_that_is_not_ours_is_not_asked_for() -> None:
    found = judged(False, within(part("guardduty"), always), guardduty="existing")
    assert (found.state, found.missing) == (State.OFF, False)


def test_an_environment_that_does_not_deploy_the_stack_names_the_one_that_does() -> None:
    assert judged(False, account_stacks="false").next_step == ELSEWHERE


@pytest.mark.parametrize("code", ["AccessDenied", "SubscriptionRequiredException", "InternalFailure"])
def test_a_service_that_refuses_leaves_its_own_control_unchecked(code: str) -> None:
    with answering({"iam": [("get_account_summary", code)]}) as facts:
        found = judge(Control("id", "title", people.root_has_mfa, always), facts)
    assert (found.state, found.missing) == (State.UNKNOWN, False)


def test_credentials_that_expired_end_everything() -> None:
    with answering({"iam": [("get_account_summary", "ExpiredToken")]}) as facts, pytest.raises(ClientError):
        judge(Control("id", "title", people.root_has_mfa, always), facts)


def test_every_control_has_a_name_of_its_own() -> None:
    ids = [control.id for control in CONTROLS]
    assert len(set(ids)) == len(ids) == len({control.title for control in CONTROLS})
