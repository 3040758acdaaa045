"""All days but the quiet ones."""

from collections.abc import Callable

from tests.trading_days import money, outages, silence, streams
from tests.trading_days.case import Case

DAYS: tuple[Callable[[], Case], ...] = (
    streams.dead_websocket,
    streams.stale_symbol,
    streams.delayed_stream,
    streams.slow_exchange,
    streams.rate_limit,
    streams.reconnect_storm,
    streams.last_words,
    silence.hanging_strategy,
    silence.slow_strategy,
    silence.dead_processes,
    silence.telemetry_lost,
    silence.takeover,
    silence.removed,
    silence.equity_unreadable,
    silence.equity_seldom_read,
    silence.no_signals,
    silence.no_orders,
    money.order_loop,
    money.order_loop_after_a_start,
    money.order_loop_of_a_process_that_dies,
    money.drawdown,
    money.exposure,
    money.llm_overspend,
    outages.long_outage,
    outages.money_in_an_outage,
)
