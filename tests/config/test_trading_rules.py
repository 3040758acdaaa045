"""Settings with which alarms of trading could not ring, or would ring every evening, are refused."""

import pytest

from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config

REFUSED = [
    ({"metrics": "off"}, "trading_alarms"),
    ({"scale_down_out_of_hours": True}, "trading_alarms"),
    ({"metrics": "emf"}, "expected_strategies"),
    ({"metrics_interval_seconds": 61}, "metrics_interval_seconds"),
    ({"heartbeat_alarm_minutes": 3}, "heartbeat_alarm_minutes"),
    ({"equity_age_alarm_minutes": 3}, "equity_age_alarm_minutes"),
    ({"metrics": "emf", "expected_strategies": "trend", "metrics_interval_seconds": 61}, "metrics_interval_seconds"),
    ({"trading_alarms": False, "expected_strategies": "trend"}, "expected_strategies"),
    ({"trading_alarms": False, "paging_emails": "night@example.com"}, "paging_emails"),
]
ALLOWED: list[dict[str, object]] = [
    {"trading_alarms": False, "metrics": "off"},
    {"metrics": "emf", "expected_strategies": "trend", "metrics_interval_seconds": 30, "heartbeat_alarm_minutes": 2},
    {"metrics_interval_seconds": 10, "heartbeat_alarm_minutes": 3},
    {"trading_alarms": False, "metrics_interval_seconds": 300},
    {"heartbeat_alarm_minutes": 4, "equity_age_alarm_minutes": 4},
]


@pytest.mark.parametrize(("overrides", "setting"), REFUSED, ids=str)
def test_a_setting_is_refused_with_its_name(overrides: dict[str, object], setting: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config("production", overrides)
    assert setting in str(refused.value)


@pytest.mark.parametrize("overrides", ALLOWED, ids=str)
def test_others_are_taken(overrides: dict[str, object]) -> None:
    assert load_config("production", overrides) != load_config("production")
