"""Expressions of Logs Insights: fields, comparisons, arithmetic and functions. What is not read here is refused.

Source: CloudWatch Logs User Guide, "Supported operations and functions that you can use in queries".
"""

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.services.insights.errors import malformed
from tradingbot_infra.local_cloud.services.insights.tokens import Tokens

Record = Mapping[str, Any]
"""A line's fields; `@timestamp` is in milliseconds since the epoch."""
Value = Callable[[Record], Any]
"""None for a field that is missing."""

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS: Mapping[str, Callable[[float, float], float]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: Mapping[str, Callable[[float, float], float]] = {"*": operator.mul, "/": operator.truediv, "%": operator.mod}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": lambda value: None if number(value) is None else abs(float(number(value) or 0)),
    "ceil": lambda value: None if number(value) is None else math.ceil(float(number(value) or 0)),
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "concat": lambda *values: "".join(text(value) for value in values),
    "floor": lambda value: None if number(value) is None else math.floor(float(number(value) or 0)),
    "ispresent": lambda value: value is not None,
    "strlen": lambda value: len(text(value)),
    "tolower": lambda value: text(value).lower(),
    "tomillis": lambda value: value,
    "toupper": lambda value: text(value).upper(),
}


def expression(tokens: Tokens) -> Value:
    """The next expression. Raises LocalApiError for one that is not read here."""
    return _joined(tokens, _conjunction, "or", any)


def _conjunction(tokens: Tokens) -> Value:
    return _joined(tokens, _negation, "and", all)


def _joined(tokens: Tokens, part: Callable[[Tokens], Value], word: str, by: Callable[[Any], bool]) -> Value:
    parts = [part(tokens)]
    while tokens.take(word):
        parts.append(part(tokens))
    return parts[0] if len(parts) == 1 else lambda record: by(each(record) for each in parts)


def _negation(tokens: Tokens) -> Value:
    if tokens.take("not"):
        negated = _negation(tokens)
        return lambda record: not negated(record)
    return _comparison(tokens)


def _comparison(tokens: Tokens) -> Value:
    left = _sum(tokens)
    is_negated = bool(tokens.take("not"))
    word = tokens.take(*_COMPARISONS, "like", "=~", "in")
    if not word:
        return left
    if word in ("like", "=~"):
        matches = _pattern(tokens)
        return lambda record: matches(text(left(record))) is not is_negated
    if word == "in":
        options = _list(tokens)
        return lambda record: any(_equal(left(record), each(record)) for each in options) is not is_negated
    right, compare = _sum(tokens), _COMPARISONS[word]
    return lambda record: _compared(compare, left(record), right(record))


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Numbers are compared as numbers, other text is equal or not; with a missing field nothing holds but `!=`."""
    if left is None or right is None:
        return compare is operator.ne and left is not right
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return compare(first, second)
    return compare in (operator.eq, operator.ne) and compare(text(left), text(right))


def _equal(left: Any, right: Any) -> bool:
    return _compared(operator.eq, left, right)


def _pattern(tokens: Tokens) -> Callable[[str], bool]:
    token = tokens.next()
    if token.kind == "regex":
        compiled = compiled_regex(token.text)
        return lambda value: compiled.search(value) is not None
    if token.kind == "text":
        wanted = token.text[1:-1]
        return lambda value: wanted in value
    raise malformed(f"expected text or a regular expression, not {token.text or 'the end'}")


def compiled_regex(given: str) -> re.Pattern[str]:
    """A regular expression between slashes. Raises LocalApiError if it is none."""
    try:
        return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", given[1:-1]))
    except re.error as error:
        raise malformed(f"{given} is no regular expression: {error}") from error


def _list(tokens: Tokens) -> list[Value]:
    tokens.expect("[")
    found = [_sum(tokens)]
    while tokens.take(","):
        found.append(_sum(tokens))
    tokens.expect("]")
    return found


def _sum(tokens: Tokens) -> Value:
    return _arithmetic(tokens, _product, _SUMS)


def _product(tokens: Tokens) -> Value:
    return _arithmetic(tokens, _single, _PRODUCTS)


def _arithmetic(tokens: Tokens, part: Callable[[Tokens], Value], signs: Mapping[str, Callable[[float, float], float]]) -> Value:
    left = part(tokens)
    while sign := tokens.take(*signs):
        left = _calculated(signs[sign], left, part(tokens))
    return left


def _calculated(calculate: Callable[[float, float], float], left: Value, right: Value) -> Value:
    def value(record: Record) -> float | None:
        first, second = number(left(record)), number(right(record))
        if first is None or second is None or (calculate in (operator.truediv, operator.mod) and not second):
            return None
        return calculate(first, second)

    return value


def _single(tokens: Tokens) -> Value:
    token = tokens.next()
    if token.text == "(":
        inner = expression(tokens)
        tokens.expect(")")
        return inner
    if token.text == "-":
        negative = _single(tokens)
        return _calculated(operator.mul, negative, lambda _record: -1)
    if token.kind == "number":
        constant = float(token.text)
        return lambda _record: constant
    if token.kind == "text":
        words = re.sub(r"\\(.)", r"\1", token.text[1:-1])
        return lambda _record: words
    if token.kind == "field":
        return _field(token.text[1:-1])
    if token.kind == "name" and tokens.take("("):
        return _function(token.text.lower(), tokens)
    if token.kind == "name":
        return _field(token.text)
    raise malformed(f"unexpected {token.text or 'end'}")


def _field(name: str) -> Value:
    return lambda record: record.get(name)


def _function(name: str, tokens: Tokens) -> Value:
    if name == "bin":
        return _bin(tokens)
    if name not in _FUNCTIONS:
        raise malformed(f"the local cloud does not read the function {name}")
    arguments = [expression(tokens)]
    while tokens.take(","):
        arguments.append(expression(tokens))
    tokens.expect(")")
    return lambda record: _FUNCTIONS[name](*(argument(record) for argument in arguments))


def _bin(tokens: Tokens) -> Value:
    """The beginning of the period that a line is in, in milliseconds."""
    token = tokens.next()
    if token.kind != "duration":
        raise malformed(f"expected a period such as 5m, not {token.text}")
    tokens.expect(")")
    count, unit = re.fullmatch(r"(\d+)(\w+)", token.text).groups()  # type: ignore[union-attr] # a duration is no other
    length = int(int(count) * _SECONDS[unit] * 1000)
    return lambda record: record["@timestamp"] // length * length


def number(value: Any) -> float | None:
    """A value as a number, which text may be; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def text(value: Any) -> str:
    """A value as text: nothing for one that is missing, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
