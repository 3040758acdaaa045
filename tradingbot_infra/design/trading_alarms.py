"""The alarms of trading, a row each: what is asked of the metrics, how long it must hold, and whom it wakes.

A query returns a series for each fault, and nothing while all is well (CloudWatch User Guide, "PromQL alarms"). Where there is no
data at all a query returns nothing either: an application that does not send metrics yet rings no alarm. What has been there within a
day and is silent now does.

Queries hold to what every engine of PromQL has: selectors by name, `offset`, functions over time, `sum`, `max` and comparisons. `time()`,
`absent()`, `or` and `unless` are not named in CloudWatch's pages, so nothing depends on them. Each process must be a series of its own
(docs/metrics.md): counters of two processes in one series look like a counter that starts again and again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.design.trading_metrics import EXCHANGE, STRATEGY, SYMBOL

MEMORY = "24h"
"""How far queries look back for what has been there. CloudWatch reads 7 days, and counts what a query reads in 24 hours
(CloudWatch User Guide, "PromQL limits and restrictions")."""

NEWEST = "4m"
"""How far back the newest value of a level may lie: two minutes until CloudWatch shows it, and two until the next after
one that is lost. CloudWatch's pages name no time after which a series without values ends."""

LEVEL_MINUTES = 5
"""How long a level must be beyond its limit. Longer than a value counts as the newest, so what a process said last wakes nobody: one slow
call, one reading that is nonsense. An exchange's maintenance of five minutes passes too."""


class Severity(StrEnum):
    """Whom an alarm reaches."""

    PAGE = "page"
    """Somebody gets up: money is at risk now, or nobody is trading."""
    MAIL = "mail"
    """Somebody reads it on a working day."""


class Cause(StrEnum):
    """What an alarm is told with: one outage is one message."""

    OUTAGE = "outage"
    """Part of one composite alarm: a dead stream makes prices old, signals rare and orders none."""
    ALONE = "alone"
    """A message of its own: each says something else about money."""


@dataclass(frozen=True, kw_only=True)
class TradingAlarm:
    """One alarm. `name` is the last part of its name; `query` returns what is wrong now; `minutes` is how long it must be so.

    `english` and `korean` are what people read.
    """

    name: str
    severity: Severity
    cause: Cause
    query: str
    minutes: int
    english: str
    korean: str


OUTAGE = "trading-outage"
"""The composite alarm of every cause of an outage."""

SERVICE_DOWN = "service-down"
"""The alarm that nothing serves at all. While it rings, it says what the composite alarm would say."""

HEARTBEATS = "StrategyHeartbeats"
"""The metric that counts lines of the log with a strategy's heartbeat, by the dimension Strategy."""

HEARTBEAT_LINES = '{ $.event = "heartbeat" && $.strategy = "*" }'
"""The filter pattern of these lines."""


def no_heartbeat(strategy: str) -> str:
    """The last part of the name of the alarm that hears one strategy's silence in the log."""
    return f"no-heartbeat-{strategy}"


@dataclass(frozen=True, kw_only=True)
class TradingLimits:
    """The limits that the queries have; settings of the same names choose them (docs/settings.md, "Trading alarms")."""

    heartbeat_minutes: int
    price_age_seconds: int
    order_silence_minutes: int | None
    signal_silence_minutes: int | None
    equity_age_minutes: int
    exchange_latency_seconds: float
    reconnects: int
    order_rate: int
    drawdown_percent: int
    exposure_percent: int
    rate_limit_percent: int
    llm_cost_usd: int


def trading_alarms(environment: str, limits: TradingLimits) -> tuple[TradingAlarm, ...]:
    """Every alarm of an environment, with its limits."""
    return tuple(_alarms(environment, limits))


def _alarms(environment: str, limits: TradingLimits) -> Iterator[TradingAlarm]:
    yield from _silence(environment, limits)
    yield from _streams(environment, limits)
    yield from _money(environment, limits)


def _of(metric: str, environment: str, **labels: str) -> str:
    """A selector of one environment's series."""
    matchers = ",".join(f'{name}="{value}"' for name, value in {"environment": environment, **labels}.items())
    return f"{metric}{{{matchers}}}"


def _newest(metric: str, environment: str, *labels: str) -> str:
    """The newest value of a level; of several processes the highest."""
    return f"max by ({', '.join(labels)}) (last_over_time({_of(metric, environment)}[{NEWEST}]))"


def _silent(metric: str, environment: str, label: str, minutes: int) -> str:
    """What has been there within a day, and has nothing newer than so many minutes ago, whichever process sent it.

    The newest timestamp is compared with what it was then, and not with the clock: a clock that is behind is no fault of a strategy's. One
    that was ahead rings once its process is gone, for as long as it was ahead.
    """
    newest = f"max by ({label}) (max_over_time({_of(metric, environment)}[{MEMORY}]"
    return f"{newest})) == {newest} offset {minutes}m))"


def _silence(environment: str, limits: TradingLimits) -> Iterator[TradingAlarm]:
    yield TradingAlarm(
        name="strategy-silent",
        severity=Severity.PAGE,
        cause=Cause.OUTAGE,
        query=_silent("trading_heartbeat_timestamp_seconds", environment, STRATEGY, limits.heartbeat_minutes),
        minutes=0,
        english="A strategy sends no heartbeat: it hangs or its process is gone",
        korean="전략의 하트비트가 끊겼습니다. 전략이 멈췄거나 프로세스가 종료되었습니다",
    )
    yield TradingAlarm(
        name="equity-unknown",
        severity=Severity.PAGE,
        cause=Cause.OUTAGE,
        query=_silent("trading_equity_timestamp_seconds", environment, EXCHANGE, limits.equity_age_minutes),
        minutes=0,
        english="Equity of an exchange has not been read: drawdown and exposure are not known",
        korean="거래소의 자산 평가액을 읽지 못하고 있습니다. 낙폭과 익스포저를 알 수 없습니다",
    )
    if limits.signal_silence_minutes is not None:
        yield TradingAlarm(
            name="no-signals",
            severity=Severity.PAGE,
            cause=Cause.OUTAGE,
            query=_silent("trading_last_signal_timestamp_seconds", environment, STRATEGY, limits.signal_silence_minutes),
            minutes=0,
            english="A strategy has had no signal for a time in which there should be some",
            korean="신호가 있어야 할 시간 동안 전략에 신호가 없었습니다",
        )
    if limits.order_silence_minutes is not None:
        yield TradingAlarm(
            name="no-orders",
            severity=Severity.PAGE,
            cause=Cause.OUTAGE,
            query=_silent("trading_last_order_timestamp_seconds", environment, STRATEGY, limits.order_silence_minutes),
            minutes=0,
            english="A strategy has placed no order for a time in which there should be some",
            korean="주문이 있어야 할 시간 동안 전략이 주문을 내지 않았습니다",
        )


def _streams(environment: str, limits: TradingLimits) -> Iterator[TradingAlarm]:
    yield TradingAlarm(
        name="price-stale",
        severity=Severity.PAGE,
        cause=Cause.OUTAGE,
        query=f"{_newest('trading_price_age_seconds', environment, EXCHANGE, SYMBOL)} > {limits.price_age_seconds}",
        minutes=LEVEL_MINUTES,
        english="The newest price of a symbol is old: its stream is dead or silent",
        korean="심볼의 최신 가격이 오래되었습니다. 스트림이 끊겼거나 데이터가 오지 않습니다",
    )
    reconnects = _of("trading_websocket_reconnects_total", environment)
    # The process that reconnects most: every process has streams of its own, and their number says nothing.
    yield TradingAlarm(
        name="reconnect-storm",
        severity=Severity.PAGE,
        cause=Cause.OUTAGE,
        query=f"max by ({EXCHANGE}) (increase({reconnects}[10m])) > {limits.reconnects}",
        minutes=0,
        english="Streams of an exchange reconnect again and again",
        korean="거래소 스트림이 계속 재연결되고 있습니다",
    )
    yield TradingAlarm(
        name="exchange-slow",
        severity=Severity.PAGE,
        cause=Cause.OUTAGE,
        query=f"{_newest('trading_exchange_latency_seconds', environment, EXCHANGE)} > {limits.exchange_latency_seconds:g}",
        minutes=LEVEL_MINUTES,
        english="An exchange answers slowly: orders arrive late",
        korean="거래소 응답이 느립니다. 주문이 늦게 도착합니다",
    )
    yield TradingAlarm(
        name="rate-limit-nearly-used",
        severity=Severity.MAIL,
        cause=Cause.ALONE,
        query=f"{_newest('trading_rate_limit_used_ratio', environment, EXCHANGE)} * 100 > {limits.rate_limit_percent}",
        minutes=LEVEL_MINUTES,
        english="Most of an exchange's rate limit is used: more calls end in a ban",
        korean="거래소의 호출 한도를 거의 다 썼습니다. 호출이 더 늘면 차단됩니다",
    )


def _money(environment: str, limits: TradingLimits) -> Iterator[TradingAlarm]:
    placed = _of("trading_orders_total", environment, status="placed")
    yield TradingAlarm(
        name="order-loop",
        severity=Severity.PAGE,
        cause=Cause.ALONE,
        query=f"sum by ({STRATEGY}) (increase({placed}[5m])) > {limits.order_rate}",
        minutes=0,
        english="A strategy places far more orders than it should",
        korean="전략이 비정상적으로 많은 주문을 내고 있습니다",
    )
    yield TradingAlarm(
        name="drawdown",
        severity=Severity.PAGE,
        cause=Cause.ALONE,
        query=f"{_newest('trading_drawdown_ratio', environment, 'environment')} * 100 > {limits.drawdown_percent}",
        minutes=LEVEL_MINUTES,
        english="Equity is far below its highest value",
        korean="자산 평가액이 최고점보다 크게 떨어졌습니다",
    )
    # Every process may send its own series of one exchange, so the highest of each counts before exchanges are added. Compared, and not
    # divided: with no equity left, or less, any position is too much.
    exposure, equity = (f"sum({_newest(metric, environment, EXCHANGE)})" for metric in ("trading_exposure_usd", "trading_equity_usd"))
    yield TradingAlarm(
        name="exposure",
        severity=Severity.PAGE,
        cause=Cause.ALONE,
        query=f"{exposure} * 100 > {equity} * {limits.exposure_percent}",
        minutes=LEVEL_MINUTES,
        english="Open positions are worth more than the limit allows",
        korean="보유 포지션 규모가 한도를 넘었습니다",
    )
    cost = _of("trading_llm_cost_usd_total", environment)
    yield TradingAlarm(
        name="llm-cost",
        severity=Severity.MAIL,
        cause=Cause.ALONE,
        query=f"sum(increase({cost}[24h])) > {limits.llm_cost_usd}",
        minutes=0,
        english="Calls of AI providers have cost more than the limit in a day",
        korean="AI 호출 비용이 하루 한도를 넘었습니다",
    )
