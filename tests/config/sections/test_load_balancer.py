"""Settings of the section load balancer."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"certificate_arn": "my-certificate"}, "certificate_arn=my-certificate", "allowed: arn:aws:acm:REGION:ACCOUNT:certificate/ID"),
        ({"health_check_path": "health"}, "health_check_path=health", "allowed: a path that starts with /"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
