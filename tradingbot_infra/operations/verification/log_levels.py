"""Checks: the application's lines have a level, by which the alarm on application errors counts them."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from tradingbot_infra.design.log_lines import DOTTED_FIELD, LEVEL_FIELDS, TEXT_LEVEL
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence
from tradingbot_infra.operations.verdict import Finding, failed, passed

_OVER = timedelta(hours=1)
_MOST = 500


def has_level(line: str) -> bool:
    """Whether a line says how serious it is, in a form that ERROR_PATTERNS would read if it were an error."""
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    if isinstance(event, dict):
        return any(_at(event, field) is not None for field in LEVEL_FIELDS)
    return re.search(TEXT_LEVEL, line) is not None


def levels(found: Sequence[str]) -> Finding:
    """Whether lines have levels. Some may lack one, such as those of a traceback."""
    if not found:
        return passed("no line in the last hour")
    with_level = sum(map(has_level, found))
    told = f"{with_level} of {len(found)} lines in the last hour have a level"
    if with_level:
        return passed(told)
    return failed(
        f"{told}: the alarm application-errors counts none of them",
        sentence('docs/design.md, "What the image must bring", shows the forms; ', OwnCommand("logs --since 1h"), " shows the lines"),
    )


def look_at_levels(facts: Facts) -> Iterator[Finding]:
    """The first lines of the last hour."""
    wanted = Wanted(facts.names.container_log_group)
    try:
        yield levels([line.message for line in islice(lines(facts.session, wanted, since=facts.now - _OVER), _MOST)])
    except UserError as error:
        yield failed(str(error), revert("service"))


def _at(event: dict[str, Any], field: str) -> Any:
    if field == DOTTED_FIELD:
        return event.get(field)
    value: Any = event
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, (str, int)) and not isinstance(value, bool) else None
