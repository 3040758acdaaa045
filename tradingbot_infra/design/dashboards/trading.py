"""Trading: whether strategies, streams and exchanges are alive, and what becomes of orders."""

from tradingbot_infra.design.dashboards.panel import (
    DAY_TO_DAY,
    WHEN_TRADING_IS_AN_ALARM,
    Classic,
    DashboardDesign,
    Level,
    Panel,
    Query,
    Threshold,
    Unit,
    View,
    of,
)
from tradingbot_infra.design.trading_alarms import LEVEL_MINUTES, MEMORY, TradingLimits

_MINUTE = 60
_FOR_LONG = f"At the line for {LEVEL_MINUTES} minutes"


def trading(environment: str, limits: TradingLimits) -> DashboardDesign:
    """The dashboard of a night in which something is wrong."""
    return DashboardDesign(
        name="trading",
        title="Live trading",
        description="Whether strategies, streams and exchanges are alive, and what becomes of orders",
        korean="전략, 스트림, 거래소가 살아 있는지와 주문의 결과",
        panels=(*_alive(environment, limits), *_orders(environment, limits), *_exchanges(environment, limits)),
    )


def _alarm(value: float, name: str, words: str) -> tuple[Threshold, ...]:
    return (Threshold(value=value, level=Level.ALARM, words=f"alarm {name}: {words}"),)


def _age(metric: str, environment: str, label: str) -> str:
    """How long ago something last happened. The newest timestamp counts, whichever process sent it."""
    return f"time() - max by ({label}) (max_over_time({of(metric, environment)}[{MEMORY}]))"


def _silence(minutes: int | None, name: str) -> tuple[Threshold, ...]:
    return () if minutes is None else _alarm(minutes * 60, name, f"{minutes} minutes")


def _alive(environment: str, limits: TradingLimits) -> tuple[Panel, ...]:
    return (
        Panel(
            title="Strategies: time since the last heartbeat",
            description="A strategy that hangs or whose process is gone rises without end. At the line, alarm strategy-silent rings.",
            korean="전략의 마지막 하트비트 이후 시간. 멈춘 전략은 계속 올라감. 선을 넘으면 strategy-silent 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=_age("trading_heartbeat_timestamp_seconds", environment, "strategy"), legend="{strategy}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_silence(limits.heartbeat_minutes, "strategy-silent"),
            classic=(Classic(metric="trading_heartbeat_age_seconds", statistic="Maximum", seconds=_MINUTE, legend="Oldest"),),
        ),
        Panel(
            title="Age of prices",
            description=f"Age of the newest price of each symbol. A dead stream rises without end. {_FOR_LONG}, alarm price-stale rings.",
            korean=f"심볼별 최신 가격의 경과 시간. 끊긴 스트림은 계속 올라감. {LEVEL_MINUTES}분간 선을 넘으면 price-stale 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(
                Query(promql=f"max by (exchange, symbol) ({of('trading_price_age_seconds', environment)})", legend="{exchange} {symbol}"),
            ),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_alarm(limits.price_age_seconds, "price-stale", f"{limits.price_age_seconds} seconds"),
            classic=(Classic(metric="trading_price_age_seconds", statistic="Maximum", seconds=_MINUTE, legend="Oldest price"),),
        ),
        Panel(
            title="Traders",
            description="Processes that hold the lease and may trade. 1 is right; 0 is nobody, 2 is two that may place the same order.",
            korean="리스를 가진 프로세스 수. 1이 정상, 0이면 아무도 거래하지 않고 2면 같은 주문이 두 번 나갈 수 있음",
            unit=Unit.COUNT,
            view=View.NUMBER,
            queries=(Query(promql=f"sum({of('trading_lease_held', environment)})", legend="Traders"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=4,
            decimals=0,
            thresholds=(
                Threshold(value=1, level=Level.GOAL, words="nobody trades", above=False),
                Threshold(value=1, level=Level.GOAL, words="two may trade"),
            ),
        ),
        Panel(
            title="Open positions",
            description="Open positions of all strategies.",
            korean="전체 전략의 보유 포지션 수",
            unit=Unit.COUNT,
            view=View.NUMBER,
            queries=(
                Query(promql=f"sum(max by (strategy, symbol) ({of('trading_open_positions', environment)}))", legend="Open positions"),
            ),
            section=DAY_TO_DAY,
            width=4,
            decimals=0,
            classic=(Classic(metric="trading_open_positions", statistic="Average", seconds=_MINUTE, legend="Open positions"),),
        ),
        Panel(
            title="Time since the last signal",
            description="By strategy, of those that had one within a day. At the line, alarm no-signals rings.",
            korean="전략별 마지막 신호 이후 시간. 하루 안에 신호가 있었던 전략만. 선을 넘으면 no-signals 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=_age("trading_last_signal_timestamp_seconds", environment, "strategy"), legend="{strategy}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_silence(limits.signal_silence_minutes, "no-signals"),
            classic=(Classic(metric="trading_last_signal_age_seconds", statistic="Maximum", seconds=_MINUTE, legend="Oldest"),),
        ),
        Panel(
            title="Time since the last order",
            description="By strategy, of those that placed one within a day. At the line, alarm no-orders rings.",
            korean="전략별 마지막 주문 이후 시간. 하루 안에 주문한 전략만. 선을 넘으면 no-orders 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=_age("trading_last_order_timestamp_seconds", environment, "strategy"), legend="{strategy}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_silence(limits.order_silence_minutes, "no-orders"),
            classic=(Classic(metric="trading_last_order_age_seconds", statistic="Maximum", seconds=_MINUTE, legend="Oldest"),),
        ),
        Panel(
            title="Time since equity was read",
            description="By exchange. While it is unknown, so are drawdown and exposure. At the line, alarm equity-unknown rings.",
            korean="거래소별 자산을 읽은 뒤 지난 시간. 모르면 낙폭과 익스포저도 알 수 없음. 선을 넘으면 equity-unknown 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=_age("trading_equity_timestamp_seconds", environment, "exchange"), legend="{exchange}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_silence(limits.equity_age_minutes, "equity-unknown"),
            classic=(Classic(metric="trading_equity_age_seconds", statistic="Maximum", seconds=_MINUTE, legend="Oldest"),),
        ),
    )


def _orders(environment: str, limits: TradingLimits) -> tuple[Panel, ...]:
    def orders(label: str, window: str, **labels: str) -> str:
        return f"sum by ({label}) (increase({of('trading_orders_total', environment, **labels)}[{window}]))"

    signals = of("trading_signals_total", environment)
    latency = f"sum by (exchange) (rate({of('trading_order_latency_seconds', environment)}[5m]))"
    return (
        Panel(
            title="Orders placed in 5 minutes",
            description="By strategy. A loop that places orders again and again stands out. At the line, alarm order-loop rings.",
            korean="전략별 5분간 주문 수. 반복 주문이 드러남. 선을 넘으면 order-loop 경보가 울림",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=orders("strategy", "5m", status="placed"), legend="{strategy}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_alarm(limits.order_rate, "order-loop", f"{limits.order_rate} orders in 5 minutes"),
        ),
        Panel(
            title="Fill ratio, 1 h",
            description="Orders that were filled over orders that were placed, in the hour before each moment. Empty without orders.",
            korean="각 시점 이전 1시간의 주문 대비 체결 비율. 주문이 없으면 비어 있음",
            unit=Unit.RATIO,
            view=View.LINE,
            queries=(
                Query(
                    promql=f"{orders('strategy', '1h', status='filled')} / ({orders('strategy', '1h', status='placed')} > 0)",
                    legend="{strategy}",
                ),
            ),
            section=DAY_TO_DAY,
            width=8,
        ),
        Panel(
            title="What became of orders, 1 h",
            description="All strategies, in the hour before each moment. Many rejected ones are a wrong balance, step size or key.",
            korean="각 시점 이전 1시간의 주문 결과. 거부가 많으면 잔고, 주문 단위, 키를 확인",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=orders("status", "1h"), legend="{status}"),),
            section=DAY_TO_DAY,
            width=8,
            classic=(Classic(metric="trading_orders_total", statistic="Sum", seconds=3600, legend="All, whatever became of them"),),
        ),
        Panel(
            title="Signals in 1 h",
            description="Signals that strategies took, buy and sell, in the hour before each moment.",
            korean="각 시점 이전 1시간의 전략별 매수/매도 신호 수",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=f"sum by (strategy, side) (increase({signals}[1h]))", legend="{strategy} {side}"),),
            section=DAY_TO_DAY,
            width=8,
            classic=(Classic(metric="trading_signals_total", statistic="Sum", seconds=3600, legend="All signals"),),
        ),
        Panel(
            title="Order latency",
            description="Time from the decision to place an order to the exchange's answer: half are faster than p50, 19 of 20 than p95.",
            korean="주문 결정부터 거래소 응답까지의 시간. p50은 절반, p95는 20건 중 19건이 그보다 빠름",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=tuple(
                Query(promql=f"histogram_quantile({quantile / 100:g}, {latency})", legend=f"{{exchange}} p{quantile}")
                for quantile in (50, 95)
            ),
            section=DAY_TO_DAY,
            width=8,
            classic=tuple(
                Classic(metric="trading_order_latency_seconds", statistic=f"p{quantile}", seconds=300, legend=f"p{quantile}")
                for quantile in (50, 95)
            ),
        ),
        Panel(
            title="Open positions by symbol",
            description="Open positions of all strategies in each symbol.",
            korean="심볼별 보유 포지션 수",
            unit=Unit.COUNT,
            view=View.AREA,
            queries=(
                Query(
                    promql=f"sum by (symbol) (max by (strategy, symbol) ({of('trading_open_positions', environment)}))", legend="{symbol}"
                ),
            ),
            section=DAY_TO_DAY,
            width=8,
        ),
    )


def _exchanges(environment: str, limits: TradingLimits) -> tuple[Panel, ...]:
    answer = f"sum by (model) (rate({of('trading_llm_latency_seconds', environment)}[5m]))"
    errors = of("trading_exchange_errors_total", environment)
    reconnects = of("trading_websocket_reconnects_total", environment)
    return (
        Panel(
            title="Slowest call of each exchange",
            description=f"The slowest call since the value before. {_FOR_LONG}, alarm exchange-slow rings.",
            korean=f"거래소별 가장 느린 호출. {LEVEL_MINUTES}분간 선을 넘으면 exchange-slow 경보가 울림",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=f"max by (exchange) ({of('trading_exchange_latency_seconds', environment)})", legend="{exchange}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_alarm(limits.exchange_latency_seconds, "exchange-slow", f"{limits.exchange_latency_seconds:g} seconds"),
            classic=(Classic(metric="trading_exchange_latency_seconds", statistic="Maximum", seconds=_MINUTE, legend="Slowest"),),
        ),
        Panel(
            title="Errors of exchanges in 5 minutes",
            description="Calls that an exchange refused or did not answer, by its code. 429 and 418 are its rate limit.",
            korean="거래소가 거부했거나 응답하지 않은 호출. 429와 418은 호출 한도 초과",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=f"sum by (exchange, code) (increase({errors}[5m]))", legend="{exchange} {code}"),),
            section=DAY_TO_DAY,
            width=8,
            classic=(Classic(metric="trading_exchange_errors_total", statistic="Sum", seconds=300, legend="All errors"),),
        ),
        Panel(
            title="Rate limit used",
            description=f"Share of each exchange's rate limit that is used. {_FOR_LONG}, alarm rate-limit-nearly-used rings.",
            korean=f"거래소 호출 한도 사용률. {LEVEL_MINUTES}분간 선을 넘으면 rate-limit-nearly-used 경보가 울림",
            unit=Unit.RATIO,
            view=View.LINE,
            queries=(Query(promql=f"max by (exchange) ({of('trading_rate_limit_used_ratio', environment)})", legend="{exchange}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=8,
            thresholds=_alarm(limits.rate_limit_percent / 100, "rate-limit-nearly-used", f"{limits.rate_limit_percent} %"),
            classic=(Classic(metric="trading_rate_limit_used_ratio", statistic="Maximum", seconds=_MINUTE, legend="Most used"),),
        ),
        Panel(
            title="Reconnects in 10 minutes",
            description="Streams that one process opened again, the most of several. At the line, alarm reconnect-storm rings.",
            korean="거래소별 10분간 스트림 재연결 수. 가장 많은 프로세스 기준. 선을 넘으면 reconnect-storm 경보가 울림",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=f"max by (exchange) (increase({reconnects}[10m]))", legend="{exchange}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=12,
            thresholds=_alarm(limits.reconnects, "reconnect-storm", f"{limits.reconnects} in 10 minutes"),
            classic=(Classic(metric="trading_websocket_reconnects_total", statistic="Sum", seconds=600, legend="All reconnects"),),
        ),
        Panel(
            title="AI latency, p95",
            description="Time that an AI provider takes to answer: 19 of 20 answers are faster.",
            korean="AI 제공자의 응답 시간. 20건 중 19건이 그보다 빠름",
            unit=Unit.SECONDS,
            view=View.LINE,
            queries=(Query(promql=f"histogram_quantile(0.95, {answer})", legend="{model}"),),
            section=DAY_TO_DAY,
            width=12,
            classic=(Classic(metric="trading_llm_latency_seconds", statistic="p95", seconds=300, legend="p95"),),
        ),
    )
