"""The seven statuses of a rule or a control, and which of several wins."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """From the worst to the mildest. NOT_APPLICABLE yields to any other."""

    FAIL = "fail"
    NOT_ASSESSED = "not assessed"
    EXCEPTION = "exception"
    MANUAL = "manual"
    PROVIDED = "provided by"
    PASS = "pass"  # noqa: S105 - a status, not a password
    NOT_APPLICABLE = "not applicable"


_ORDER = {status: rank for rank, status in enumerate(Status)}
_BEST = (Status.PASS, Status.NOT_ASSESSED, Status.FAIL)


def best(statuses: Iterable[Status]) -> Status:
    """The status where any one of several is enough: PASS, then NOT_ASSESSED, then FAIL; FAIL when there is none."""
    return min(statuses, key=_BEST.index, default=Status.FAIL)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of several; NOT_APPLICABLE when there is nothing to judge: that is never a pass."""
    return min(statuses, key=_ORDER.__getitem__, default=Status.NOT_APPLICABLE)
