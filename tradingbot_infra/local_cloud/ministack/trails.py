"""ministack's CloudTrail trails: which of them log, and what its CreateTrail does not keep."""

from collections.abc import Iterator, Mapping
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services.cloudtrail import _DEFAULT_EVENT_SELECTORS, _event_selectors, _find_visible_trail, _trails

Trail = Mapping[str, Any]
"""A trail as GetTrail shows it, with its `Selectors`."""


def that_log() -> list[Trail]:
    """A copy of each trail of this account that logs, of whatever region; nearly nothing to do where there is none."""
    return list(_logging()) if _trails.has_any() else []


def _logging() -> Iterator[Trail]:
    for (account, region, name), record in _trails.all_items():
        if account == get_account_id() and record["IsLogging"]:
            yield {**record, "Selectors": _event_selectors.get_scoped(account, region, name, _DEFAULT_EVENT_SELECTORS)}


def record_of(name_or_arn: str) -> dict[str, Any] | None:
    """The record of a trail by name or ARN, to be read or changed; None when there is none in this account and region."""
    found: dict[str, Any] | None = _find_visible_trail(name_or_arn)[2]
    return found
