"""Business: what the account is worth, what each strategy earned, and what is at risk."""

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
from tradingbot_infra.design.trading_alarms import LEVEL_MINUTES, TradingLimits

_DAY = 86_400
_MINUTE = 60
_FOR_LONG = f"At the line for {LEVEL_MINUTES} minutes"


def business(environment: str, limits: TradingLimits) -> DashboardDesign:
    """The dashboard that an owner opens first."""
    return DashboardDesign(
        name="business",
        title="Business",
        description="What the account is worth, what each strategy earned, and what is at risk",
        korean="계좌 가치, 전략별 손익, 위험 노출",
        panels=(*_today(environment, limits), *_courses(environment, limits)),
    )


def _equity(environment: str, offset: str = "") -> str:
    """Equity of all exchanges. Every process may send a series of one exchange, so the largest of each is taken before they are added."""
    return f"sum(max by (exchange) ({of('trading_equity_usd', environment)}{offset}))"


def _drawdown(limits: TradingLimits) -> Threshold:
    return Threshold(value=limits.drawdown_percent / 100, level=Level.ALARM, words=f"alarm drawdown: {limits.drawdown_percent} %")


def _today(environment: str, limits: TradingLimits) -> tuple[Panel, ...]:
    cost = of("trading_llm_cost_usd_total", environment)
    return (
        Panel(
            title="Equity",
            description="Cash and open positions of all exchanges, as last read from them.",
            korean="모든 거래소의 현금과 보유 포지션. 마지막으로 읽은 값",
            unit=Unit.USD,
            view=View.NUMBER,
            queries=(Query(promql=_equity(environment), legend="Equity"),),
            section=DAY_TO_DAY,
            width=6,
            decimals=2,
            classic=(Classic(metric="trading_equity_usd", statistic="Average", seconds=_MINUTE, legend="Equity"),),
        ),
        Panel(
            title="Equity, change in 24 h",
            description="Equity now less equity 24 hours ago. Deposits and withdrawals are part of it. Empty on the first day.",
            korean="24시간 전 대비 자산 변화. 입출금 포함. 첫날에는 비어 있음",
            unit=Unit.USD,
            view=View.NUMBER,
            queries=(Query(promql=f"{_equity(environment)} - {_equity(environment, ' offset 1d')}", legend="Change"),),
            section=DAY_TO_DAY,
            width=6,
            decimals=2,
        ),
        Panel(
            title="Drawdown",
            description="How far equity of all exchanges is below its highest value.",
            korean="전체 자산이 최고점에서 떨어진 비율",
            unit=Unit.RATIO,
            view=View.NUMBER,
            queries=(Query(promql=f"max by (environment) ({of('trading_drawdown_ratio', environment)})", legend="Drawdown"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=6,
            decimals=1,
            thresholds=(_drawdown(limits),),
            classic=(Classic(metric="trading_drawdown_ratio", statistic="Maximum", seconds=_MINUTE, legend="Drawdown"),),
        ),
        Panel(
            title="AI cost, 24 h",
            description="What calls of AI providers cost in the last 24 hours.",
            korean="최근 24시간의 AI 호출 비용",
            unit=Unit.USD,
            view=View.NUMBER,
            queries=(Query(promql=f"sum(increase({cost}[24h]))", legend="AI cost"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=6,
            decimals=2,
            thresholds=(Threshold(value=limits.llm_cost_usd, level=Level.ALARM, words=f"alarm llm-cost: {limits.llm_cost_usd} USD a day"),),
            classic=(Classic(metric="trading_llm_cost_usd_total", statistic="Sum", seconds=_DAY, legend="AI cost"),),
        ),
    )


def _courses(environment: str, limits: TradingLimits) -> tuple[Panel, ...]:
    realized = f"max by (strategy) ({of('trading_realized_pnl_usd', environment)}"
    unrealized = of("trading_unrealized_pnl_usd", environment)
    exposure = f"sum(max by (exchange) ({of('trading_exposure_usd', environment)}))"
    cost = of("trading_llm_cost_usd_total", environment)
    # A strategy that did not exist a day ago began at nothing.
    a_day_ago = f"({realized} offset 1d) or 0 * {realized}))"
    return (
        Panel(
            title="Equity by exchange",
            description="Equity of each exchange, on top of each other: the upper edge is the whole.",
            korean="거래소별 자산을 쌓아 올린 그래프. 윗선이 전체",
            unit=Unit.USD,
            view=View.AREA,
            queries=(Query(promql=f"max by (exchange) ({of('trading_equity_usd', environment)})", legend="{exchange}"),),
            section=DAY_TO_DAY,
            width=12,
            classic=(Classic(metric="trading_equity_usd", statistic="Average", seconds=_MINUTE, legend="All exchanges"),),
        ),
        Panel(
            title="Drawdown over time",
            description=f"How far equity of all exchanges is below its highest value. {_FOR_LONG}, alarm drawdown rings.",
            korean=f"최고점 대비 낙폭의 추이. {LEVEL_MINUTES}분간 선을 넘으면 drawdown 경보가 울림",
            unit=Unit.RATIO,
            view=View.LINE,
            queries=(Query(promql=f"max by (environment) ({of('trading_drawdown_ratio', environment)})", legend="Drawdown"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=12,
            thresholds=(_drawdown(limits),),
            classic=(Classic(metric="trading_drawdown_ratio", statistic="Maximum", seconds=_MINUTE, legend="Drawdown"),),
        ),
        Panel(
            title="Realized profit by strategy, 24 h",
            description="Profit and loss of positions that were closed in the 24 hours before each moment.",
            korean="각 시점 이전 24시간 동안 청산한 포지션의 손익",
            unit=Unit.USD,
            view=View.LINE,
            queries=(Query(promql=f"{realized}) - {a_day_ago}", legend="{strategy}"),),
            section=DAY_TO_DAY,
            width=12,
            thresholds=(Threshold(value=0, level=Level.GOAL, words="neither profit nor loss", above=False),),
        ),
        Panel(
            title="Unrealized profit by strategy",
            description="Profit and loss of open positions, at the newest price.",
            korean="보유 포지션의 평가 손익. 최신 가격 기준",
            unit=Unit.USD,
            view=View.LINE,
            queries=(Query(promql=f"max by (strategy) ({unrealized})", legend="{strategy}"),),
            section=DAY_TO_DAY,
            width=12,
            thresholds=(Threshold(value=0, level=Level.GOAL, words="neither profit nor loss", above=False),),
            classic=(Classic(metric="trading_unrealized_pnl_usd", statistic="Average", seconds=_MINUTE, legend="All strategies"),),
        ),
        Panel(
            title="Exposure",
            description=f"Worth of open positions, long and short added, as a share of equity. {_FOR_LONG}, alarm exposure rings.",
            korean=f"자산 대비 보유 포지션 규모. 롱과 숏을 더한 값. {LEVEL_MINUTES}분간 선을 넘으면 exposure 경보가 울림",
            unit=Unit.RATIO,
            view=View.LINE,
            queries=(Query(promql=f"{exposure} / {_equity(environment)}", legend="Exposure"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=12,
            thresholds=(
                Threshold(value=limits.exposure_percent / 100, level=Level.ALARM, words=f"alarm exposure: {limits.exposure_percent} %"),
            ),
        ),
        Panel(
            title="AI cost by model, 24 h",
            description="What calls of AI providers cost in the 24 hours before each moment. At the line, alarm llm-cost rings.",
            korean="각 시점 이전 24시간의 모델별 AI 비용. 합계가 선을 넘으면 llm-cost 경보가 울림",
            unit=Unit.USD,
            view=View.AREA,
            queries=(Query(promql=f"sum by (model) (increase({cost}[24h]))", legend="{model}"),),
            section=WHEN_TRADING_IS_AN_ALARM,
            width=12,
            thresholds=(Threshold(value=limits.llm_cost_usd, level=Level.ALARM, words=f"alarm llm-cost: {limits.llm_cost_usd} USD a day"),),
            classic=(Classic(metric="trading_llm_cost_usd_total", statistic="Sum", seconds=_DAY, legend="AI cost of all models"),),
        ),
    )
