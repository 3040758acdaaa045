"""Settings of the section monitoring."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"alarm_emails": "nobody"}, "alarm_emails=nobody", "allowed: e-mail addresses"),
        ({"alb_response_time_alarm_seconds": "0"}, "alb_response_time_alarm_seconds=0", "allowed: a number above 0 to 60"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
