"""Controls of the account as items of a checklist."""

import pytest

from tests.operations.account_security.answers import answering
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.account_security.control import Asked, Control, Seen
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.account import look_at
from tradingbot_infra.operations.verification.checklists import ACCOUNT, CHECKLISTS, checklists_of

OURS = {"account_security": "ours"}


@pytest.mark.parametrize(
    ("on", "asked", "outcome", "words"),
    [
        (True, Asked.OURS, Outcome.PASS, "id: seen"),
        (False, Asked.OURS, Outcome.FAIL, "seen"),
        (None, Asked.OURS, Outcome.NOT_ASSESSED, "seen"),
        (False, Asked.NOBODY, Outcome.PASS, "id is off, and the settings do not ask for it"),
    ],
)
def test_only_what_is_asked_for_and_off_fails(on: bool | None, asked: Asked, outcome: Outcome, words: str) -> None:
    control = Control("id", "title", lambda _: Seen(on, "seen", "a step"), lambda _: asked)
    with answering({}) as of_account:
        facts = Facts(of_account.session, of_account.config, now=of_account.now, price_of=lambda _: None)
        (finding,) = look_at(control).judge(facts)
    assert (finding.outcome, finding.found) == (outcome, words)


def test_only_the_environment_that_deploys_the_controls_checks_them() -> None:
    assert checklists_of(load_config("production", OURS)) == (*CHECKLISTS, ACCOUNT)
    assert checklists_of(load_config("production", {"account_security": "none"})) == CHECKLISTS
    assert checklists_of(load_config("staging", OURS)) == CHECKLISTS


def test_every_control_of_the_account_is_looked_at_once() -> None:
    looks = [look.at for item in ACCOUNT.items for look in item.looks]
    assert len(set(looks)) == len(looks) == 36
