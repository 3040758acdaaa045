"""Names that CloudWatch takes and Prometheus 2.42 does not, such as `http.server.duration` and `@resource.service.name`.

They are stored in the form that Prometheus has for them, "U__" and the hexadecimal number of each character that is no letter, digit or
underscore. Queries name them in quotation marks, as in Prometheus 3, and are rewritten. Source: Prometheus, "UTF-8 in Prometheus",
escaping scheme "values".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tradingbot_infra.local_cloud.prometheus.samples import NAME

_PREFIX = "U__"
_PLAIN = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_PLAIN_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_ESCAPED = re.compile(r"__|_([0-9a-f]+)_")
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?P<operator>=~|!~|!=|==|=)|(?P<other>[\w:.]+|.)""",
    re.S,
)
_OPERATORS = ("=", "!=", "=~", "!~")
_GROUPING = ("by", "without", "on", "ignoring", "group_left", "group_right")
_WORDS = frozenset({*_GROUPING, "and", "atan2", "bool", "end", "inf", "nan", "offset", "or", "start", "unless"})
"""What is no metric's name although it looks like one."""
_ESCAPES = re.compile(r"\\(.)", re.S)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def escaped(name: str, *, is_metric: bool = False) -> str:
    """The name under which Prometheus 2.42 stores it; the same unless it must be escaped."""
    if (_PLAIN_METRIC if is_metric else _PLAIN).fullmatch(name) and not name.startswith(_PREFIX):
        return name
    return _PREFIX + "".join(_escaped(character) for character in name)


def unescaped(name: str) -> str:
    """What `escaped` was given."""
    if not name.startswith(_PREFIX):
        return name
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "_", name.removeprefix(_PREFIX))


def rewritten(query: str) -> str:
    """A query in which names in quotation marks are those that `escaped` gives. What cannot be read is left for Prometheus to refuse."""
    tokens = _tokens(query)
    meant = [number for number, token in enumerate(tokens) if token.kind != "space"]
    for number, role in zip(meant, _roles([tokens[each] for each in meant]), strict=True):
        if role == "label":
            tokens[number] = _Token("other", escaped(_content(tokens[number].text)))
        elif role == "metric":
            tokens[number] = _Token("other", f'{NAME}="{escaped(_content(tokens[number].text), is_metric=True)}"')
    return "".join(token.text for token in tokens)


def selects_by_name(query: str) -> bool:
    """Whether the query has a selector, and each of its selectors names a metric."""
    selectors = list(_selectors([token for token in _tokens(query) if token.kind != "space"]))
    return bool(selectors) and all(selectors)


def _selectors(tokens: list[_Token]) -> Iterator[bool]:
    """For each selector whether it names its metric."""
    for number, (token, within) in enumerate(zip(tokens, _within(tokens), strict=True)):
        after = _text(tokens, number + 1)
        if token.text == "{":
            yield (number > 0 and _is_metric(tokens[number - 1], "{")) or _names_itself(tokens[number:])
        elif within not in ("names", "[", "{") and _is_metric(token, after) and after != "{":
            yield True


def _names_itself(tokens: list[_Token]) -> bool:
    """Whether the braces that begin here have a name in quotation marks, or a condition on `__name__`."""
    end = next((number for number, token in enumerate(tokens) if token.text == "}"), len(tokens))
    own = tokens[:end]
    roles = _roles(own)
    return any(
        role == "metric" or (token.text == NAME and _text(own, number + 1) in _OPERATORS)
        for number, (token, role) in enumerate(zip(own, roles, strict=True))
    )


def _is_metric(token: _Token, after: str) -> bool:
    return bool(_PLAIN_METRIC.fullmatch(token.text)) and token.text.lower() not in _WORDS and after not in ("(", *_GROUPING)


def _text(tokens: list[_Token], number: int) -> str:
    return tokens[number].text if 0 <= number < len(tokens) else ""


def _tokens(query: str) -> list[_Token]:
    return [_Token(str(found.lastgroup), found.group()) for found in _TOKEN.finditer(query)]


def _roles(tokens: list[_Token]) -> Iterator[str]:
    """What each token is, if it is a name in quotation marks: `label` or `metric`."""
    for number, (token, within) in enumerate(zip(tokens, _within(tokens), strict=True)):
        is_compared = _text(tokens, number + 1) in _OPERATORS
        if token.kind != "text":
            yield ""
        elif within == "names":
            yield "label"
        elif within == "{" and _text(tokens, number - 1) not in _OPERATORS:
            yield "label" if is_compared else "metric"
        else:
            yield ""


def _within(tokens: list[_Token]) -> Iterator[str]:
    """The bracket that each token is in, itself included; `names` for those that list labels, empty for none."""
    brackets: list[str] = []
    for number, token in enumerate(tokens):
        if token.text == "(":
            brackets.append("names" if _text(tokens, number - 1) in _GROUPING else "(")
        elif token.text in ("{", "["):
            brackets.append(token.text)
        yield brackets[-1] if brackets else ""
        if token.text in (")", "}", "]") and brackets:
            brackets.pop()


def _escaped(character: str) -> str:
    if character == "_":
        return "__"
    return character if character.isascii() and character.isalnum() else f"_{ord(character):x}_"


def _content(text: str) -> str:
    return text[1:-1] if text[0] == "`" else _ESCAPES.sub(r"\1", text[1:-1])
