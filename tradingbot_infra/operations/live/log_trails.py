"""The lines of one trace or one order in the application's log, which is JSON (docs/observability.md)."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tradingbot_infra.errors import UserError, quoted
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.session import Session

TRACE, ORDER, REQUEST = "trace_id", "client_order_id", "request_id"
"""Fields of a line: the trace that it belongs to, the order that it is about, and the request that was being answered."""

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_LONGEST = 1024
"""Characters of a pattern (CloudWatch Logs API, FilterLogEvents); some 17 traces and requests of an order have room."""


def of_trace(trace: str) -> str:
    """The filter pattern for the lines of a trace.

    Raises UserError for what cannot be an id.
    """
    return _any_of([(TRACE, checked_id("--trace", trace))])


def of_order(session: Session, group: str, order: str, *, since: datetime) -> str:
    """The filter pattern for the lines about an order, and those of the traces and requests in which it is named.

    Of very many, the first that have room. Raises UserError for what cannot be an id.
    """
    name = [(ORDER, checked_id("--order", order))]
    found = dict.fromkeys(
        (field, line[field])
        for line in _objects(each.message for each in lines(session, Wanted(group, (_any_of(name),)), since=since))
        for field in (TRACE, REQUEST)
        if isinstance(line.get(field), str) and _ID.fullmatch(line[field])
    )
    return next(text for room in range(len(found), -1, -1) if len(text := _any_of([*name, *list(found)[:room]])) <= _LONGEST)


def _any_of(fields: Iterable[tuple[str, str]]) -> str:
    return "{{ {} }}".format(" || ".join(f'($.{field} = "{value}")' for field, value in fields))


def checked_id(option: str, value: str) -> str:
    """The id that an option has. Raises UserError for what cannot be one, such as the nothing of a variable that is not set."""
    if not _ID.fullmatch(value):
        raise UserError(f"{option} {quoted(value)}: is no id; allowed: up to 64 letters, digits and _.:-")
    return value


def _objects(messages: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    for message in messages:
        try:
            found = json.loads(message)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
