"""Settings of the section load balancer."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"certificate_arn": "my-certificate"}, "certificate_arn=my-certificate", "allowed: arn:aws:acm:REGION:ACCOUNT:certificate/ID"),
        ({"deregistration_delay_seconds": "0"}, "deregistration_delay_seconds=0", "allowed: a whole number from 1 to 300"),
        ({"desync_mitigation_mode": "off"}, "desync_mitigation_mode=off", "allowed: monitor, defensive or strictest"),
        ({"domain_name": "https://api.example.com"}, "domain_name=https://api.example.com", "allowed: a host name in lower case"),
        ({"domain_name": "10.0.0.1"}, "domain_name=10.0.0.1", "allowed: a host name in lower case"),
        ({"domain_name": "localhost"}, "domain_name=localhost", "allowed: a host name in lower case"),
        ({"domain_name": "api.example.com."}, "domain_name=api.example.com.", "allowed: a host name in lower case"),
        ({"hosted_zone_id": "/hostedzone/Z1"}, "hosted_zone_id=/hostedzone/Z1", "allowed: a hosted zone's ID"),
        ({"hosted_zone_id": "Z0123456789"}, "hosted_zone_id=Z0123456789", "allowed: none, or any with domain_name"),
        ({"health_check_path": "health"}, "health_check_path=health", "allowed: a path that starts with /"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
