"""Filter patterns of CloudWatch Logs: words and phrases, and comparisons of JSON fields.

Source: "Filter pattern syntax" (Amazon CloudWatch Logs User Guide). Regular expressions and patterns of
space-delimited fields are refused.
"""

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError

Matches = Callable[[str], bool]
"""Whether a pattern takes a message."""
_Holds = Callable[[Any], bool]

_TERMS = re.compile(r'\s*([?-]?)(?:"([^"]*)"|(\w+))(?=\s|$)')
_TOKENS = re.compile(
    r"""\s*(?:(?P<mark>[(){}]|&&|\|\|)
    |(?P<selector>\$(?:\.[\w@-]+|\[\d+\])+)
    |(?P<is>(?i:IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS))
    |(?P<compare>!=|>=|<=|=|>|<)
    |"(?P<quoted>[^"]*)"
    |(?P<bare>[\w*.+:-]+))\s*""",
    re.VERBOSE,
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_MISSING = object()


def compiled(pattern: str) -> Matches:
    """The pattern as a function.

    Raises:
        LocalApiError: InvalidParameterException, for what cannot be read.
    """
    text = pattern.strip()
    if text.startswith("{"):
        return _Json(text).matches
    if text.startswith("["):
        raise _invalid("the local cloud reads no patterns of space-delimited fields")
    return _terms(text)


def _terms(text: str) -> Matches:
    """All plain terms, one of those with a question mark, and none of those with a minus; case counts."""
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    at = 0
    while at < len(text):
        term = _TERMS.match(text, at)
        if term is None:
            raise _invalid(f"Invalid character(s) in term '{text[at:].strip()}'")
        found[term[1]].append(term[2] if term[2] is not None else term[3])
        at = term.end()

    def matches(message: str) -> bool:
        wanted = all(term in message for term in found[""])
        return (
            wanted and not any(term in message for term in found["-"]) and (not found["?"] or any(term in message for term in found["?"]))
        )

    return matches


class _Json:
    """`{ $.level = "ERROR" && ($.code >= 500 || $.retry IS TRUE) }`, read from left to right; && binds closer than ||."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            token = _TOKENS.match(text, at)
            if token is None or token.lastgroup is None:
                raise _invalid(f"Invalid filter pattern at '{text[at:].strip()}'")
            self._tokens.append((token.lastgroup, token[token.lastgroup]))
            at = token.end()
        self._take("mark", "{")
        self._holds = self._either()
        self._take("mark", "}")
        if self._tokens:
            raise _invalid("Invalid filter pattern: something follows the last brace")

    def matches(self, message: str) -> bool:
        """Whether the message is JSON and the comparisons hold in it."""
        try:
            return self._holds(json.loads(message))
        except ValueError:
            return False

    def _either(self) -> _Holds:
        parts = [self._all()]
        while self._next_is("mark", "||"):
            self._tokens.pop(0)
            parts.append(self._all())
        return lambda event: any(part(event) for part in parts)

    def _all(self) -> _Holds:
        parts = [self._one()]
        while self._next_is("mark", "&&"):
            self._tokens.pop(0)
            parts.append(self._one())
        return lambda event: all(part(event) for part in parts)

    def _one(self) -> _Holds:
        if self._next_is("mark", "("):
            self._tokens.pop(0)
            inside = self._either()
            self._take("mark", ")")
            return inside
        path = re.findall(r"\.([\w@-]+)|\[(\d+)\]", self._take("selector"))
        if self._tokens and self._tokens[0][0] == "is":
            return _state(path, " ".join(self._take("is").upper().split()))
        compare = _COMPARE[self._take("compare")]
        if self._next_is("quoted"):
            return _text(path, compare, self._take("quoted"))
        bare = self._take("bare")
        try:
            return _number(path, compare, float(bare))
        except ValueError:
            return _text(path, compare, bare)

    def _next_is(self, kind: str, text: str | None = None) -> bool:
        return bool(self._tokens) and self._tokens[0][0] == kind and text in (None, self._tokens[0][1])

    def _take(self, kind: str, text: str | None = None) -> str:
        if not self._next_is(kind, text):
            found = self._tokens[0][1] if self._tokens else "the end"
            raise _invalid(f"Invalid filter pattern: {found} stands where {text or f'a {kind}'} should")
        return self._tokens.pop(0)[1]


def _field(event: Any, path: Sequence[tuple[str, str]]) -> Any:
    for name, index in path:
        if name and isinstance(event, dict) and name in event:
            event = event[name]
        elif index and isinstance(event, list) and int(index) < len(event):
            event = event[int(index)]
        else:
            return _MISSING
    return event


def _state(path: Sequence[tuple[str, str]], words: str) -> _Holds:
    wanted = {"IS TRUE": True, "IS FALSE": False, "IS NULL": None, "NOT EXISTS": _MISSING}[words]
    return lambda event: _field(event, path) is wanted


def _number(path: Sequence[tuple[str, str]], compare: Callable[[Any, Any], bool], wanted: float) -> _Holds:
    def holds(event: Any) -> bool:
        found = _field(event, path)
        return isinstance(found, int | float) and not isinstance(found, bool) and compare(found, wanted)

    return holds


def _text(path: Sequence[tuple[str, str]], compare: Callable[[Any, Any], bool], wanted: str) -> _Holds:
    """Text is equal or not, with * for anything."""
    if compare not in (operator.eq, operator.ne):
        raise _invalid(f"Invalid filter pattern: {wanted} is no number to compare with")
    glob = wanted.replace("[", "[[]").replace("?", "[?]")

    def holds(event: Any) -> bool:
        found = _field(event, path)
        return isinstance(found, str) and fnmatchcase(found, glob) == (compare is operator.eq)

    return holds


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("FilterLogEvents", "InvalidParameterException", message)
