"""Settings of the section web ACL."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"waf": "maybe"}, "waf=maybe", "allowed: true or false"),
        ({"waf_rate_limit": "9"}, "waf_rate_limit=9", "allowed: a whole number from 10 to 2000000000"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
