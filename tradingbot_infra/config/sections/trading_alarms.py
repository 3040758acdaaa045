"""Limits of trading: when silence, age, a rate or an amount of money is an alarm."""

from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.design.trading_alarms import TradingLimits

_DAY = 1440
"""Minutes: how far back alarms look for what has been there (MEMORY). A limit is at most half of it, so its alarm rings for the rest."""


class TradingAlarmsConfig(Section, title="Trading alarms"):
    """Alarms for silence and money, on the metrics of docs/metrics.md. Without `metrics` there are none."""

    trading_alarms: bool = setting("Create the alarms of trading")
    expected_strategies: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")], ...] = setting(
        "Strategies that must run: their alarm rings even if they have never sent a heartbeat. Others are watched once they have sent one",
        allowed="names of at most 40 lower-case letters, digits, - and _, at most 20, separated by commas, or nothing",
        max_length=20,
    )
    heartbeat_alarm_minutes: int = setting("Alarm if a strategy sends no heartbeat for this time, minutes", ge=2, le=_DAY // 2)
    price_age_alarm_seconds: int = setting("Alarm if the newest price of a symbol is older than this, seconds", ge=5, le=86_400)
    order_silence_alarm_minutes: int | None = setting(
        "Alarm if a strategy that has placed orders places none for this time, minutes. With none there is no such alarm",
        allowed=f"a whole number from 10 to {_DAY // 2}, or none",
        ge=10,
        le=_DAY // 2,
    )
    signal_silence_alarm_minutes: int | None = setting(
        "Alarm if a strategy that has had signals has none for this time, minutes. With none there is no such alarm",
        allowed=f"a whole number from 5 to {_DAY // 2}, or none",
        ge=5,
        le=_DAY // 2,
    )
    equity_age_alarm_minutes: int = setting("Alarm if an exchange's equity has not been read for this time, minutes", ge=2, le=_DAY // 2)
    exchange_latency_alarm_seconds: float = setting(
        "Alarm if the slowest call of an exchange takes longer than this, minute after minute, seconds", gt=0, le=300
    )
    reconnects_alarm_count: int = setting("Alarm if streams of an exchange reconnect more often than this in 10 minutes", ge=1, le=10_000)
    order_rate_alarm_count: int = setting("Alarm if a strategy places more orders than this in 5 minutes", ge=1, le=1_000_000)
    drawdown_alarm_percent: int = setting("Alarm if equity is this far below its highest value, percent", ge=1, le=99)
    exposure_alarm_percent: int = setting("Alarm if open positions are worth more than this share of equity, percent", ge=1, le=10_000)
    rate_limit_alarm_percent: int = setting("Alarm if more than this of an exchange's rate limit is used, percent", ge=10, le=99)
    llm_cost_alarm_usd: int = setting("Alarm if AI providers cost more than this in a day, US dollars", ge=1, le=100_000)

    @property
    def limits(self) -> TradingLimits:
        """The limits that the alarms' queries have."""
        return TradingLimits(
            heartbeat_minutes=self.heartbeat_alarm_minutes,
            price_age_seconds=self.price_age_alarm_seconds,
            order_silence_minutes=self.order_silence_alarm_minutes,
            signal_silence_minutes=self.signal_silence_alarm_minutes,
            equity_age_minutes=self.equity_age_alarm_minutes,
            exchange_latency_seconds=self.exchange_latency_alarm_seconds,
            reconnects=self.reconnects_alarm_count,
            order_rate=self.order_rate_alarm_count,
            drawdown_percent=self.drawdown_alarm_percent,
            exposure_percent=self.exposure_alarm_percent,
            rate_limit_percent=self.rate_limit_alarm_percent,
            llm_cost_usd=self.llm_cost_alarm_usd,
        )
