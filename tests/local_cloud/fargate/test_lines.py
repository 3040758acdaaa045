"""How output is cut into events."""

from tradingbot_infra.local_cloud.fargate.lines import MOST_BYTES, Lines


def events(*chunks: bytes) -> list[str]:
    lines = Lines()
    return [event for chunk in chunks for event in lines.feed(chunk)] + list(lines.close())


def test_a_line_is_an_event_however_it_arrives_and_an_empty_one_is_none() -> None:
    assert events(b"one\n\ntw", b"o\n", b"last") == ["one", "two", "last"]


def test_a_carriage_return_and_spaces_stay() -> None:
    assert events(b"a\r\n  b\n \n") == ["a\r", "  b", " "]


def test_a_character_that_arrives_in_two_parts_is_one() -> None:
    euro = "\u20ac".encode()
    assert events(euro[:1], euro[1:] + b"\n") == ["\u20ac"]


def test_each_byte_that_is_not_utf_8_is_replaced() -> None:
    assert events(b"a\xff\xe2\x82b\n") == ["a\ufffd\ufffd\ufffdb"]


def test_the_longest_line_stays_whole_and_a_longer_one_is_cut() -> None:
    assert [len(event) for event in events(b"x" * MOST_BYTES + b"\n")] == [MOST_BYTES]
    assert [len(event) for event in events(b"x" * (MOST_BYTES + 1) + b"\n")] == [MOST_BYTES, 1]
    assert [len(event) for event in events(b"x" * (3 * MOST_BYTES))] == [MOST_BYTES] * 3


def test_no_character_is_cut_and_no_event_is_too_long_after_replacement() -> None:
    text = "x" + "\u20ac" * MOST_BYTES
    cut = events(text.encode() + b"\n")
    assert "".join(cut) == text
    assert max(len(event.encode()) for event in cut) <= MOST_BYTES
    replaced = events(b"\xff" * MOST_BYTES + b"\n")
    assert "".join(replaced) == "\ufffd" * MOST_BYTES
    assert max(len(event.encode()) for event in replaced) <= MOST_BYTES
