"""When trading is an alarm, who gets it, and what users are promised. environments.py spreads them, and says where others differ.

The document has none of these. They are limits to begin with, for a strategy that trades by the minute: set them by your own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TRADING_LIMITS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "expected_strategies": (),
        "heartbeat_alarm_minutes": 5,  # a strategy looks at its market every minute
        "price_age_alarm_seconds": 60,  # a stream of a liquid symbol is silent for a second at most
        "order_silence_alarm_minutes": 480,  # the outages that nobody noticed took eight hours
        "signal_silence_alarm_minutes": 240,
        "equity_age_alarm_minutes": 10,
        "exchange_latency_alarm_seconds": 5,  # exchanges answer within a second
        "reconnects_alarm_count": 10,  # a stream is closed once a day in normal operation
        "order_rate_alarm_count": 100,  # far below what exchanges forbid, so that a loop is known before its ban
        "drawdown_alarm_percent": 10,
        "exposure_alarm_percent": 100,  # above, money is borrowed
        "rate_limit_alarm_percent": 80,
        "llm_cost_alarm_usd": 20,
    }
)
"""Every setting of the section of trading alarms but the one that creates them, in the model's order."""

NOBODY_BESIDE_E_MAIL: Final[Mapping[str, object]] = MappingProxyType(
    {
        "paging_emails": (),
        "alarm_language": "en",
        "chat": "none",
        "slack_workspace_id": None,
        "slack_channel_id": None,
        "telegram_chat_id": None,
    }
)
"""Every setting of the section of notifications, in the model's order: alarms are e-mail, until a team says where it is paged."""

SERVICE_LEVELS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "slo_window_days": 30,
        "slo_availability_percent": 99.9,  # 43 minutes a month
        "slo_latency_percent": 99.0,
        "slo_latency_milliseconds": 1000,
        "slo_freshness_percent": 99.5,
        "slo_freshness_seconds": 10,
    }
)
"""Every setting of the section of service levels, in the model's order."""
