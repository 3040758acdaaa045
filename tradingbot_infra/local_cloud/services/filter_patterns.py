"""Filter patterns of CloudWatch Logs, as far as this project's commands and metric filters use them.

Read are: comparisons of JSON fields joined by `||`, each in parentheses or not, and one regular expression for the whole line.
Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" (CloudWatch Logs User
Guide). The rest of that syntax is refused: a wrong answer would look like an empty log.
"""

import json
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError

Matches = Callable[[str], bool]

_COMPARISON = re.compile(
    r'\s*\$(?P<path>(?:\.\w+)+)\s*(?P<operator>=|!=|>=|<=|>|<)\s*(?:"(?P<text>[^"*]*)"|(?P<number>-?\d+(?:\.\d+)?))\s*'
)
_NUMERIC: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
)
_TEXTUAL = ("=", "!=")
_REGEX = re.compile(r"%((?:[A-Za-z0-9:_#=@/;,^$?\[\]{}|*+.-]|\\.)+)%")
"""What "Supported regular expressions (regex) syntax" lists: no group, no space, no quotation mark."""


def matcher(pattern: str) -> Matches:
    """Whether a message matches; any does if the pattern is empty.

    Raises LocalApiError for a pattern of another form.
    """
    text = pattern.strip()
    if not text:
        return lambda _message: True
    matches = _of_regex(text) or _of_json(text)
    if matches is None:
        raise LocalApiError(
            "InvalidParameterException",
            f'The local cloud reads filter patterns like {{ $.level = "ERROR" || $.level >= 50 }} and %ERROR|FATAL% only, not {pattern}',
        )
    return matches


def _of_regex(text: str) -> Matches | None:
    found = _REGEX.fullmatch(text)
    if found is None:
        return None
    try:
        # Classes such as \w have ASCII letters only: the syntax takes no multibyte character.
        expression = re.compile(found[1], re.ASCII)
    except re.error:
        return None
    return lambda message: expression.search(message) is not None


def _of_json(text: str) -> Matches | None:
    if not (text.startswith("{") and text.endswith("}")):
        return None
    parts = [_comparison(part.strip()) for part in text[1:-1].split("||")]
    comparisons = [part for part in parts if part is not None]
    if len(comparisons) < len(parts):
        return None

    def matches(message: str) -> bool:
        try:
            event = json.loads(message)
        except ValueError:
            return False
        return any(holds(event) for holds in comparisons)

    return matches


def _comparison(text: str) -> Callable[[Any], bool] | None:
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    found = _COMPARISON.fullmatch(inner)
    if found is None:
        return None
    path, compare = found["path"].split(".")[1:], _NUMERIC[found["operator"]]
    if found["text"] is not None:
        return _compares(path, str, compare, found["text"]) if found["operator"] in _TEXTUAL else None
    return _compares(path, (int, float), compare, float(found["number"]))


def _compares(path: list[str], kind: Any, compare: Callable[[Any, Any], bool], wanted: object) -> Callable[[Any], bool]:
    def holds(event: Any) -> bool:
        value = _at(event, path)
        return isinstance(value, kind) and not isinstance(value, bool) and compare(value, wanted)

    return holds


def _at(event: Any, path: list[str]) -> Any:
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event
