"""Settings of the section image repository."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"ecr_pull_accounts": "123"}, "ecr_pull_accounts=123", "allowed: 12-digit account IDs"),
        ({"ecr_max_images": "0"}, "ecr_max_images=0", "allowed: a whole number from 2 to 1000"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
