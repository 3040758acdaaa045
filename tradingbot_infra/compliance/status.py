"""The six answers that a rule or a control can have, and which of several wins."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """From the worst to the mildest. NOT_APPLICABLE yields to any other."""

    FAIL = "fail"
    NOT_ASSESSED = "not assessed"
    EXCEPTION = "exception"
    MANUAL = "manual"
    PASS = "pass"  # noqa: S105 - an answer, not a password
    NOT_APPLICABLE = "not applicable"


_ORDER = {status: rank for rank, status in enumerate(Status)}
_BEST = (Status.PASS, Status.NOT_ASSESSED, Status.FAIL)


def best(statuses: Iterable[Status]) -> Status:
    """The answer where any one of several would do: PASS, then NOT_ASSESSED, then FAIL; FAIL when there is none."""
    return min(statuses, key=_BEST.index, default=Status.FAIL)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of several; NOT_APPLICABLE when there is nothing to judge: silence is never a pass."""
    return min(statuses, key=_ORDER.__getitem__, default=Status.NOT_APPLICABLE)
