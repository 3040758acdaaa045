"""Filter patterns of CloudWatch Logs for JSON events, `{ ($.a = "x*") && ($.b NOT EXISTS) }`.

Read are comparisons with text, numbers and regular expressions, `*` in text, `NOT EXISTS`, `IS NULL`, `IS TRUE`, `IS FALSE`, indexes
of arrays, and `&&` before `||` with parentheses. A comparison of a field that is missing is false, `!=` too.
Source: "Using filter patterns to match terms in JSON log events" (CloudWatch Logs User Guide).
"""

import json
import operator
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

Holds = Callable[[Any], bool]
"""Whether a condition holds for an event, which is decoded JSON."""
REGEX = r"%((?:[A-Za-z0-9:_#=@/;,^$?\[\]{}|*+.-]|\\.)+)%"
"""What "Supported regular expressions (regex) syntax" lists: no group, no space, no quotation mark."""

_TOKEN = re.compile(
    r'\s*(?:(?P<sign>&&|\|\||\(|\)|!=|>=|<=|=|>|<)|(?P<path>\$(?:\.[\w-]+|\[\d+\])+)|"(?P<text>[^"]*)"'
    rf'|(?P<regex>{REGEX})|(?P<word>[^\s"()=!<>&|%${{}}]+))\s*'
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STEP = re.compile(r"[\w-]+")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
)
_NOTHING = object()
_KEYWORDS: Mapping[tuple[str, str], Holds] = MappingProxyType(
    {
        ("NOT", "EXISTS"): lambda value: value is _NOTHING,
        ("IS", "NULL"): lambda value: value is None,
        ("IS", "TRUE"): lambda value: value is True,
        ("IS", "FALSE"): lambda value: value is False,
    }
)


class UnreadablePatternError(ValueError):
    """The pattern is not of a form that is read here."""


def json_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a message is JSON for which the pattern, in its braces, holds; raises UnreadablePatternError."""
    text = pattern.strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise UnreadablePatternError(pattern)
    holds = _Parser(text[1:-1]).whole()

    def matches(message: str) -> bool:
        event = decoded(message)
        return event is not _NOTHING and holds(event)

    return matches


@lru_cache(maxsize=8)
def decoded(message: str) -> Any:
    """The event in a message, not to be changed; many patterns ask for the same one. Something of no JSON type if it is no JSON."""
    try:
        return json.loads(message)
    except ValueError:
        return _NOTHING


def value_at(event: Any, path: str) -> Any:
    """The value at a path such as `$.a.b[0]`; None if there is none."""
    value = _at(event, _steps(path))
    return None if value is _NOTHING else value


def _at(event: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            event = event[step] if isinstance(event, list) and step < len(event) else _NOTHING
        else:
            event = event.get(step, _NOTHING) if isinstance(event, dict) else _NOTHING
    return event


@cache
def _steps(path: str) -> list[str | int]:
    found = re.findall(r"\.([\w-]+)|\[(\d+)\]", path)
    return [name or int(index) for name, index in found]


class _Parser:
    """Recursive descent: a disjunction of conjunctions of comparisons or parentheses."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0

    def whole(self) -> Holds:
        holds = self._any()
        if self._next < len(self._tokens):
            raise UnreadablePatternError(self._tokens[self._next][1])
        return holds

    def _any(self) -> Holds:
        parts = [self._all()]
        while self._took("||"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda event: any(holds(event) for holds in parts)

    def _all(self) -> Holds:
        parts = [self._one()]
        while self._took("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda event: all(holds(event) for holds in parts)

    def _one(self) -> Holds:
        if self._took("("):
            inner = self._any()
            if not self._took(")"):
                raise UnreadablePatternError("a parenthesis is not closed")
            return inner
        steps = _steps(self._of_kind("path"))
        compare = self._comparison()
        return lambda event: compare(_at(event, steps))

    def _comparison(self) -> Holds:
        kind, token = self._taken()
        if kind == "word":
            known = _KEYWORDS.get((token, self._of_kind("word")))
            if known is None:
                raise UnreadablePatternError(token)
            return known
        if kind != "sign" or token not in _OPERATORS:
            raise UnreadablePatternError(token)
        return _compares(token, *self._taken())

    def _took(self, sign: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == ("sign", sign):
            self._next += 1
            return True
        return False

    def _of_kind(self, wanted: str) -> str:
        kind, token = self._taken()
        if kind != wanted:
            raise UnreadablePatternError(token)
        return token

    def _taken(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise UnreadablePatternError("it ends too soon")
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of each token."""
    found, at = [], 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise UnreadablePatternError(text[at:])
        kind = next(name for name in ("sign", "path", "text", "regex", "word") if token[name] is not None)
        found.append((kind, token[kind]))
        at = token.end()
    return found


def _compares(sign: str, kind: str, wanted: str) -> Holds:
    compare = _OPERATORS[sign]
    if kind == "word" and _NUMBER.fullmatch(wanted):
        number = float(wanted)
        return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and compare(value, number)
    if kind not in ("text", "word", "regex") or sign not in ("=", "!="):
        raise UnreadablePatternError(wanted)
    matches = _expression(wanted[1:-1]).search if kind == "regex" else _with_wildcards(wanted).fullmatch
    return lambda value: isinstance(value, str) and compare(matches(value) is not None, True)


def _with_wildcards(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def _expression(text: str) -> re.Pattern[str]:
    try:
        # Classes such as \w have ASCII letters only: the syntax takes no multibyte character.
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise UnreadablePatternError(text) from error
