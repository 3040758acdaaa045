"""Settings of the section monitoring."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"alarm_emails": "nobody"}, "alarm_emails=nobody", "allowed: e-mail addresses"),
        ({"alb_response_time_alarm_seconds": "0"}, "alb_response_time_alarm_seconds=0", "allowed: a number above 0 to 60"),
        ({"alb_response_time_alarm_seconds": "1000000000"}, "alb_response_time_alarm_seconds=1000000000", "above 0 to 60"),
        ({"ecs_cpu_alarm_percent": "101"}, "ecs_cpu_alarm_percent=101", "allowed: a whole number from 5 to 100"),
        ({"redis_cpu_alarm_percent": "1"}, "redis_cpu_alarm_percent=1", "allowed: a whole number from 5 to 100"),
        ({"flow_log_rejects_alarm_count": "65535"}, "flow_log_rejects_alarm_count=65535", "allowed: a whole number from 0 to 65534"),
        ({"waf_blocked_alarm_count": "1000000000"}, "waf_blocked_alarm_count=1000000000", "allowed: a whole number from 0 to 20000"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
