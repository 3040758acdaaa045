"""Text in Markdown that says what it says here, whatever it holds."""

import re
from collections.abc import Iterator

_CODE = re.compile(r"`([^`]+)`")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&])")
_AUTOMATIC_LINK = re.compile(r"(@|#(?=\d)|:(?=//)|www(?=\.))")


def escaped(text: str) -> str:
    """The text without markup, links or mentions of somebody. An empty comment breaks what would become a link."""
    return _AUTOMATIC_LINK.sub(r"\1<!-- -->", _SPECIAL.sub(r"\\\1", text))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, and of each whether it is in backticks, as code is in this project's texts."""
    for number, part in enumerate(_CODE.split(text)):
        if part:
            yield part, bool(number % 2)


def in_one_line(text: str) -> str:
    """The text with every white space as one blank."""
    return " ".join(text.split())
