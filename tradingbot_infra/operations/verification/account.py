"""Checks: the controls of the account that the settings ask for are on. A Look each, read as `account status` reads them."""

from collections.abc import Iterator

from tradingbot_infra.operations.account_security.control import Control, State, judge
from tradingbot_infra.operations.account_security.controls import ALARMS, DEFAULTS, DETECTION, PEOPLE, TRAIL
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look


def look_at(control: Control) -> Look:
    """The check of one control."""

    def found(facts: Facts) -> Iterator[Finding]:
        seen = judge(control, facts.of_account)
        if seen.missing:
            yield failed(seen.words, seen.next_step)
        elif seen.state is State.UNKNOWN:
            yield not_assessed(seen.words, seen.next_step)
        elif seen.state is State.OFF:
            yield passed(f"{control.id} is off, and the settings do not ask for it")
        else:
            yield passed(f"{control.id}: {seen.words}")

    return Look(f"the account, {control.id}", found)


TRAIL_LOOKS = tuple(map(look_at, TRAIL))
ALARM_LOOKS = tuple(map(look_at, ALARMS))
DETECTION_LOOKS = tuple(map(look_at, DETECTION))
DEFAULT_LOOKS = tuple(map(look_at, (*DEFAULTS, *PEOPLE)))
