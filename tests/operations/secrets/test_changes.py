"""What a value given does to the value that is there."""

import pytest
from pydantic import SecretStr

from tests.operations.secrets.sample import value_of
from tradingbot_infra.operations.secrets.changes import Action, planned
from tradingbot_infra.operations.secrets.values import Held

REAL, OTHER = SecretStr(value_of("secret-key")), SecretStr(value_of("secret-key"))
GENERATED = SecretStr("aZ7" * 10 + "xY")


@pytest.mark.parametrize(
    ("current", "replaceable", "action"),
    [
        (Held(GENERATED, placeholder=True), (), Action.FILL),
        (Held(GENERATED, placeholder=True), ("secret-key",), Action.FILL),
        (Held(REAL, placeholder=False), (), Action.SAME),
        (Held(REAL, placeholder=False), ("secret-key",), Action.SAME),
        (Held(OTHER, placeholder=False), (), Action.KEEP),
        (Held(OTHER, placeholder=False), ("webhook-secret",), Action.KEEP),
        (Held(OTHER, placeholder=False), ("secret-key",), Action.REPLACE),
    ],
)
def test_only_a_placeholder_or_what_may_be_replaced_is_written_over(current: Held, replaceable: tuple[str, ...], action: Action) -> None:
    (change,) = planned({"secret-key": REAL}, {"secret-key": current}, replaceable=replaceable)
    assert change.action is action
    assert change.writes == (action in (Action.FILL, Action.REPLACE))


def test_neither_a_change_nor_what_is_held_shows_a_value() -> None:
    held = Held(OTHER, placeholder=False)
    (change,) = planned({"secret-key": REAL}, {"secret-key": held}, replaceable=())
    shown = f"{change!r} {change!s} {change.action} {held!r}"
    assert REAL.get_secret_value() not in shown
    assert OTHER.get_secret_value() not in shown
