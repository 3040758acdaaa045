"""The form of a control of the account, and how what was seen is judged by what the settings ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.failures import Unread, in_one_line, is_of_this_request, results
from tradingbot_infra.operations.printed_commands import Step


class State(StrEnum):
    """How a control stands. The values are those that `account status` prints."""

    ON = "on"
    OFF = "off"
    PROVIDED = "provided by"
    UNKNOWN = "cannot be checked"


class Asked(StrEnum):
    """What the settings say of a control: this app makes it, the account already has it, or nobody is asked for it."""

    OURS = "ours"
    EXISTING = "existing"
    NOBODY = "off"


Ask = Callable[[EnvironmentConfig], Asked]


@dataclass(frozen=True)
class Seen:
    """What a reader saw. `on` is None where that cannot be told. `next_step` is empty where bringing back the stack's part is the way."""

    on: bool | None
    words: str
    next_step: Step = ""


@dataclass(frozen=True)
class Control:
    """One control of the account. `id` is for programs, and never changes."""

    id: str
    title: str
    look: Callable[[AccountFacts], Seen]
    asked: Ask


@dataclass(frozen=True)
class Judged:
    """A control as it stands. `missing` is whether the settings ask for it and it is not there; `provider` is who else has it, or empty."""

    control: Control
    state: State
    words: str
    next_step: Step
    provider: str = ""
    missing: bool = False


def part(name: str) -> Ask:
    """Asked as a setting of the values ours, existing and off says."""
    return lambda config: Asked(getattr(config.account, name))


def switch(name: str) -> Ask:
    """Asked for where a setting has a value, or is true."""
    return lambda config: Asked.OURS if getattr(config.account, name) not in (None, False, "none", ()) else Asked.NOBODY


def always(_: EnvironmentConfig) -> Asked:
    """Asked for wherever the account's controls are."""
    return Asked.OURS


def by_hand(_: EnvironmentConfig) -> Asked:
    """No setting asks: people do it in the account."""
    return Asked.NOBODY


def within(whole: Ask, detail: Ask) -> Ask:
    """A detail of another control: asked for only where that one is ours too."""
    return lambda config: detail(config) if whole(config) is Asked.OURS else Asked.NOBODY


def judge(control: Control, facts: AccountFacts) -> Judged:
    """Looks at a control. What these credentials may not read, or a service refuses for another reason, cannot be checked.

    Errors of missing credentials or network escape: then no control can be read.
    """
    seen = _look(control, facts)
    account, asked = facts.config.account, control.asked(facts.config)
    if seen.on is None:
        return Judged(control, State.UNKNOWN, seen.words, seen.next_step)
    if asked is not Asked.NOBODY and account.provider:
        return _of_provider(control, seen, account.provider)
    if not account.ours or asked is Asked.NOBODY:
        return Judged(control, State.ON if seen.on else State.OFF, seen.words, seen.next_step)
    if not seen.on:
        return Judged(control, State.OFF, seen.words, seen.next_step or facts.fix, missing=True)
    if asked is Asked.EXISTING:
        return Judged(control, State.PROVIDED, seen.words, seen.next_step, provider="the account's own")
    return Judged(control, State.ON, seen.words, seen.next_step)


def _look(control: Control, facts: AccountFacts) -> Seen:
    try:
        (seen,) = results(lambda: (control.look(facts),), otherwise=_unread)
    except Exception as error:
        # A region without a service, an account that did not opt in: the other controls can be read all the same.
        if not is_of_this_request(error):
            raise
        return Seen(None, str(in_one_line(error)))
    return seen


def _of_provider(control: Control, seen: Seen, provider: str) -> Judged:
    """A central team's trail or recorder may be in another account, where nobody can look from here."""
    if seen.on:
        return Judged(control, State.PROVIDED, seen.words, seen.next_step, provider=provider)
    return Judged(control, State.UNKNOWN, f"not in this account ({seen.words}): {provider} can show it", "")


def _unread(fact: Unread) -> Seen:
    return Seen(False, fact.why) if fact.deleted else Seen(None, fact.why, fact.fix)
