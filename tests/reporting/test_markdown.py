"""Text in Markdown brings no markup, link or mention of its own."""

import pytest

from tradingbot_infra.reporting.markdown import escaped, in_one_line, pieces


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("a | b", r"a \| b"),
        ("<b>", r"\<b\>"),
        ("[x](y)", r"\[x\](y)"),
        ("@somebody", "@<!-- -->somebody"),
        ("#12", "#<!-- -->12"),
        ("https://example.com", "https:<!-- -->//example.com"),
        ("www.example.com", "www<!-- -->.example.com"),
    ],
)
def test_what_would_be_markup_is_text(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_text_with_line_breaks_is_one_line() -> None:
    assert in_one_line(" a\n b\t c ") == "a b c"


def test_code_in_backticks_is_separated_from_text() -> None:
    assert list(pieces("set `x` to `y`")) == [("set ", False), ("x", True), (" to ", False), ("y", True)]
    assert list(pieces("a ` alone")) == [("a ` alone", False)]
