"""Filter patterns of CloudWatch Logs, as far as this project's commands and metric filters use them.

Read are patterns for JSON (`json_patterns`), and one regular expression for the whole line.
Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" (CloudWatch Logs User
Guide). The rest of that syntax is refused: a wrong answer would look like an empty log.
"""

import re
from collections.abc import Callable
from functools import cache

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.json_patterns import REGEX, UnreadablePatternError, json_matcher

Matches = Callable[[str], bool]


@cache
def matcher(pattern: str) -> Matches:
    """Whether a message matches; any does if the pattern is empty.

    Raises LocalApiError for a pattern of another form.
    """
    text = pattern.strip()
    if not text:
        return lambda _message: True
    try:
        return _of_regex(text) or json_matcher(text)
    except UnreadablePatternError as error:
        raise LocalApiError(
            "InvalidParameterException",
            f'The local cloud reads filter patterns like {{ $.level = "ERROR" || $.level >= 50 }} and %ERROR|FATAL% only, not {pattern}',
        ) from error


def _of_regex(text: str) -> Matches | None:
    found = re.fullmatch(REGEX, text)
    if found is None:
        return None
    try:
        # Classes such as \w have ASCII letters only: the syntax takes no multibyte character.
        expression = re.compile(found[1], re.ASCII)
    except re.error:
        return None
    return lambda message: expression.search(message) is not None
