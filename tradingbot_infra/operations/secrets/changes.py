"""What a push would do to each secret, decided before anything is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from tradingbot_infra.operations.secrets.values import Held


class Action(StrEnum):
    """What happens to one secret."""

    FILL = "new value"
    REPLACE = "new value, which replaces a real one"
    SAME = "left alone: it holds this value already"
    KEEP = "left alone: it holds another real value, and --replace does not name it"


@dataclass(frozen=True)
class Change:
    """One secret, the value given for it, and what follows from the value it holds."""

    secret: str
    value: SecretStr
    action: Action

    @property
    def writes(self) -> bool:
        """Whether a new version is written."""
        return self.action in (Action.FILL, Action.REPLACE)


def planned(given: Mapping[str, SecretStr], current: Mapping[str, Held], *, replaceable: Collection[str]) -> tuple[Change, ...]:
    """What follows for each value given. A real value is replaced only in the secrets that `replaceable` names."""
    return tuple(Change(secret, value, _action(value, current[secret], secret in replaceable)) for secret, value in given.items())


def _action(given: SecretStr, current: Held, replaceable: bool) -> Action:
    if given == current.value:
        return Action.SAME
    if current.placeholder:
        return Action.FILL
    return Action.REPLACE if replaceable else Action.KEEP
