"""JSON filter patterns of CloudWatch Logs in a form in which patterns of one meaning are equal.

Order, white space, quotation marks and parentheses without a meaning do not count (CloudWatch Logs User Guide, "Filter pattern syntax").
"""

import re
from collections.abc import Callable, Sequence

Form = tuple[str, frozenset[object]] | tuple[str, ...]
"""`any` or `all` with what it joins, or the words of one comparison."""

_TOKEN = re.compile(r"\s*(\|\||&&|\(|\)|!=|=|\"(?:[^\"\\]|\\.)*\"|NOT EXISTS|IS TRUE|IS FALSE|IS NULL|EXISTS|[^\s()=!&|\"]+)")
_UNARY = ("NOT EXISTS", "IS TRUE", "IS FALSE", "IS NULL", "EXISTS")


def form_of(pattern: str) -> Form:
    """The form of a pattern in braces.

    Raises ValueError for text that is no such pattern.
    """
    text = pattern.strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise ValueError(f"{pattern!r} is no JSON filter pattern")
    reader = _Reader(_tokens(text[1:-1]))
    form = reader.alternatives()
    if reader.rest:
        raise ValueError(f"{reader.rest[0]!r} was not expected in {pattern!r}")
    return form


class _Reader:
    """Reads tokens from the left."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.rest = list(tokens)

    def alternatives(self) -> Form:
        """What `||` joins; it binds less than `&&`."""
        return self._joined("||", "any", lambda: self._joined("&&", "all", self._term))

    def _joined(self, operator: str, name: str, part: Callable[[], Form]) -> Form:
        parts = [part()]
        while self.rest[:1] == [operator]:
            self.rest.pop(0)
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        inner = (each for form in parts for each in (_items(form) if form[0] == name else (form,)))
        return name, frozenset(inner)

    def _term(self) -> Form:
        word = self._next()
        if word == "(":
            inner = self.alternatives()
            if self._next() != ")":
                raise ValueError("a parenthesis is not closed")
            return inner
        if not word.startswith("$"):
            raise ValueError(f"{word!r} is no selector")
        operator = self._next()
        if operator in _UNARY:
            return word, operator
        if operator not in ("=", "!="):
            raise ValueError(f"{operator!r} is no comparison")
        return word, operator, self._next().strip('"')

    def _next(self) -> str:
        if not self.rest:
            raise ValueError("the pattern ends too early")
        return self.rest.pop(0)


def _items(form: Form) -> Sequence[object]:
    items = form[1]
    return list(items) if isinstance(items, frozenset) else [form]


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{text[position:]!r} is not read")
        found.append(match[1])
        position = match.end()
    return found
