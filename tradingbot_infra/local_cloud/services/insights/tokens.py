"""The words of a Logs Insights query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tradingbot_infra.local_cloud.services.insights.errors import malformed

_TOKEN = re.compile(
    r"""\s*(?:(?P<regex>/(?:[^/\\\n]|\\.)+/)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?(?![\w.@]))"""
    r"""|(?P<field>`[^`]+`)|(?P<duration>\d+(?:ms|s|m|h|d|w))\b|(?P<name>@?[A-Za-z_][\w.@]*)|(?P<sign>=~|!=|<=|>=|[=<>+*%^(),\[\]|/-]))"""
)
_COMMENT = re.compile(r"^\s*#.*$", re.M)
_AFTER_A_VALUE = frozenset({"number", "field", "name"})


@dataclass(frozen=True)
class Token:
    """A word, its kind, and where it stands."""

    kind: str
    text: str


class Tokens:
    """The words of one command, read from left to right."""

    def __init__(self, given: Iterable[Token]) -> None:
        self._given, self._place = list(given), 0

    def peek(self) -> Token:
        """The next word; of the kind `end` after the last."""
        return self._given[self._place] if self._place < len(self._given) else Token("end", "")

    def next(self) -> Token:
        """The next word, which is read."""
        token = self.peek()
        self._place += 1
        return token

    def take(self, *texts: str) -> str:
        """Reads the next word if it is one of these, whatever its case; empty if it is not."""
        token = self.peek()
        if token.kind in ("name", "sign") and token.text.lower() in texts:
            self._place += 1
            return token.text.lower()
        return ""

    def expect(self, text: str) -> None:
        """Reads this word; raises LocalApiError for another."""
        if not self.take(text):
            raise malformed(f"expected {text}, not {self.peek().text or 'the end'}")

    def end(self) -> None:
        """Raises LocalApiError if there are more words."""
        if self.peek().kind != "end":
            raise malformed(f"unexpected {self.peek().text}")


class Recorder(Tokens):
    """Reads on, and remembers the words."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(())
        self._tokens, self._read = tokens, list[Token]()

    def peek(self) -> Token:
        return self._tokens.peek()

    def next(self) -> Token:
        token = self._tokens.next()
        self._read.append(token)
        return token

    def take(self, *texts: str) -> str:
        before = self._tokens.peek()
        taken = self._tokens.take(*texts)
        if taken:
            self._read.append(before)
        return taken

    def words(self) -> str:
        """What was read, as it was written."""
        joined = " ".join(token.text.strip("`") for token in self._read)
        return re.sub(r" ?\( ?| (?=[),])", lambda found: found[0].strip(), joined)


def commands(query: str) -> list[Tokens]:
    """The commands of a query, which `|` separates. Raises LocalApiError for what is no word."""
    text, place = _COMMENT.sub("", query), 0
    found: list[list[Token]] = [[]]
    while text[place:].strip():
        token, place = _next(text, place, found[-1])
        if token == Token("sign", "|"):
            found.append([])
        else:
            found[-1].append(token)
    return [Tokens(each) for each in found if each]


def _next(text: str, place: int, before: list[Token]) -> tuple[Token, int]:
    match = _TOKEN.match(text, place)
    if match is None:
        raise malformed(f"cannot read {text[place : place + 20].strip()}")
    kind = str(match.lastgroup)
    follows_value = bool(before) and (before[-1].kind in _AFTER_A_VALUE - {"name"} or before[-1].text == ")")
    if kind == "regex" and follows_value:  # a division
        start = match.start("regex")
        return Token("sign", "/"), start + 1
    return Token(kind, match[kind]), match.end()
