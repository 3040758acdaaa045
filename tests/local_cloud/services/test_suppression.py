"""What a suppressor holds back, and for how long."""

import pytest

from tradingbot_infra.local_cloud.services.suppression import Suppression


def acts(wait: int, extension: int, *, rings: str, suppressor: str) -> str:
    """What is done at each minute: A for ALARM, O for OK, a dot for nothing. `rings` and `suppressor` say who rings, minute by minute."""
    suppression = Suppression(wait * 60, extension * 60)
    done = ""
    for minute, (own, other) in enumerate(zip(rings, suppressor, strict=True)):
        state = suppression.step(minute * 60, rings=own == "1", suppressor_rings=other == "1")
        done += state[0] if state else "."
    return done


@pytest.mark.parametrize(
    ("rings", "suppressor", "expected"),
    [
        ("0111110", "0000000", "...A..O"),  # after the wait period of two minutes
        ("0100", "0000", "...."),  # over before its end: nobody hears of it
        ("0111110", "0001111", "......."),  # the suppressor rings within the wait period
        ("01111110", "11110000", ".....A.O"),  # one minute of extension after the suppressor is quiet
        ("01111000", "11110000", "........"),  # over within the extension
        ("0111111110", "0000011110", "...A.....O"),  # the suppressor rings too late to hold back what was told
        ("011111111110", "000001110000", "...A.......O"),  # what was told is not told again when the suppressor is quiet
        ("0111101", "0000000", "...A.O."),  # a second outage waits again
        ("01111111", "11011110", "........"),  # the suppressor rings again within the extension
        ("011110", "000011", "...A.."),  # the end is held back while the suppressor rings
    ],
)
def test_actions_wait_for_the_suppressor(rings: str, suppressor: str, expected: str) -> None:
    assert acts(2, 1, rings=rings, suppressor=suppressor) == expected


def test_without_periods_it_acts_at_once_unless_the_suppressor_rings() -> None:
    assert acts(0, 0, rings="010", suppressor="000") == ".AO"
    assert acts(0, 0, rings="0110", suppressor="1100") == "..AO"


def test_it_says_what_holds_it_back() -> None:
    suppression = Suppression(120, 60)
    said = []
    for at, suppressor_rings in ((0, False), (60, True), (120, False), (180, False)):
        suppression.step(at, rings=True, suppressor_rings=suppressor_rings)
        said.append(suppression.by)
    assert said == ["WaitPeriod", "Alarm", "ExtensionPeriod", ""]
