"""What the application says of its trading: heartbeats, profit and loss, orders, prices, the lease (docs/metrics.md).

Two processes may send the same series, as during a deployment. The newest moment and the largest value count then, as in the alarms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.trading_metrics import EXCHANGE, STRATEGY, SYMBOL
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.failures import in_one_line, is_of_this_request, unread
from tradingbot_infra.operations.live.promql import Sample, query
from tradingbot_infra.operations.session import Session

MEMORY_DAYS = 6
"""How far back the newest moment of a strategy is looked for: a question reads 7 days at most."""

LEVEL = timedelta(minutes=5)
"""How old the newest value of a level may be. CloudWatch's pages name no time after which a series without values ends, so each question
about a level says it."""

_PAST = f"{MEMORY_DAYS}d"

_LEVEL = f"{LEVEL.seconds // 60}m"
_WINDOWS = (_LEVEL, "30m", "2h", "8h", "1d", _PAST)
"""How far back what a strategy said last is looked for, the nearest first. A process that ended keeps its last value for as long as anybody
looks back, and may be one that has long been replaced."""


@dataclass(frozen=True)
class Strategy:
    """One strategy. Moments are None where there was none in MEMORY_DAYS, amounts (US dollars) where none was sent in 5 minutes."""

    name: str
    heartbeat: datetime | None = None
    last_signal: datetime | None = None
    last_order: datetime | None = None
    realized_today: float | None = None
    """Since midnight UTC."""
    realized: float | None = None
    """Since its first trade."""
    unrealized: float | None = None
    open_positions: int | None = None


@dataclass(frozen=True)
class Price:
    """The age of the newest price of a symbol, seconds."""

    exchange: str
    symbol: str
    age: float


@dataclass(frozen=True)
class Trading:
    """Trading of an environment. `unknown` says why nothing is known; it is empty where metrics could be read, although there are none.

    Values are None where none was sent in the last 5 minutes. Amounts are US dollars.
    """

    at: datetime
    unknown: str = ""
    strategies: tuple[Strategy, ...] = ()
    worst_price: Price | None = None
    equity: float | None = None
    exposure: float | None = None
    drawdown: float | None = None
    """Share of the highest equity, 0 to 1."""
    lease_holders: int | None = None
    """Processes that hold the lease: 0 and more than 1 are faults."""

    @property
    def silent(self) -> bool:
        """Whether nothing has ever come, as far as anybody can look back."""
        moments = any(each.heartbeat for each in self.strategies)
        return not self.unknown and not moments and self.equity is None and self.worst_price is None and self.lease_holders is None


def read_trading(session: Session, config: EnvironmentConfig, *, now: datetime) -> Trading:
    """Trading now; strategies that are expected to run are there even if they have sent nothing. An error of the questions is a reason."""
    if config.telemetry.metrics != "otlp":
        return Trading(now, unknown=_not_sent(config))
    try:
        return _read(session, config, now)
    except Exception as error:
        if not (why := _why(error)):
            raise
        return Trading(now, unknown=why)


def of_environment(metric: str, environment: str) -> str:
    """The selector of an environment's series."""
    return f'{metric}{{environment="{environment}"}}'


def newest_of(metric: str, environment: str) -> str:
    """The newest value of each of an environment's series that is a level; none where it is older than LEVEL."""
    return f"last_over_time({of_environment(metric, environment)}[{_LEVEL}])"


def _not_sent(config: EnvironmentConfig) -> str:
    if config.telemetry.metrics == "emf":
        return "metrics=emf: the application writes them into its log, and PromQL does not answer about those; `open dashboard` shows them"
    return "metrics=off: the application sends none"


def _why(error: Exception) -> str:
    if isinstance(error, NotAnswered):
        return str(error)
    found = unread(error)
    if found:
        return found.why
    return str(in_one_line(error)) if is_of_this_request(error) else ""


def _read(session: Session, config: EnvironmentConfig, now: datetime) -> Trading:
    environment = config.environment

    def ask(text: str, metric: str, at: datetime = now) -> tuple[Sample, ...]:
        return query(session, text.format(m=of_environment(metric, environment), newest=newest_of(metric, environment)), at)

    def newest(metric: str) -> Mapping[str, datetime]:
        found = ask(f"max by ({STRATEGY}) (max_over_time({{m}}[{_PAST}]))", metric)
        return {name: datetime.fromtimestamp(value, UTC) for name, value in _by_strategy(found).items()}

    def level(metric: str, at: datetime = now, text: str = "{newest}") -> Mapping[str, float]:
        return _by_strategy(ask(f"max by ({STRATEGY}) ({text})", metric, at))

    def last(metric: str, at: datetime, names: Iterable[str]) -> Mapping[str, float]:
        """What each strategy said last before a moment, from the nearest window in which it said anything."""
        found: Mapping[str, float] = {}
        for window in _WINDOWS:
            if not set(names).difference(found):
                break
            found = {**level(metric, at, f"last_over_time({{m}}[{window}])"), **found}
        return found

    def total(text: str, metric: str) -> float | None:
        return next((sample.value for sample in ask(text, metric)), None)

    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    realized = level("trading_realized_pnl_usd")
    before = last("trading_realized_pnl_usd", midnight, realized)
    parts: dict[str, Mapping[str, object]] = {
        "heartbeat": newest("trading_heartbeat_timestamp_seconds"),
        "last_signal": newest("trading_last_signal_timestamp_seconds"),
        "last_order": newest("trading_last_order_timestamp_seconds"),
        "realized": realized,
        # A strategy that had sent nothing before today began today, with nothing.
        "realized_today": {name: value - before.get(name, 0.0) for name, value in realized.items()},
        "unrealized": level("trading_unrealized_pnl_usd"),
        "open_positions": _whole(
            ask(f"sum by ({STRATEGY}) (max by ({STRATEGY}, {SYMBOL}) ({{newest}}))", "trading_open_positions"),
        ),
    }
    per_exchange = f"sum(max by ({EXCHANGE}) ({{newest}}))"
    holders = total("sum({newest})", "trading_lease_held")
    return Trading(
        now,
        strategies=_strategies(parts, config.trading.expected_strategies),
        worst_price=_worst(ask(f"topk(1, max by ({EXCHANGE}, {SYMBOL}) ({{newest}}))", "trading_price_age_seconds")),
        equity=total(per_exchange, "trading_equity_usd"),
        exposure=total(per_exchange, "trading_exposure_usd"),
        drawdown=total("max({newest})", "trading_drawdown_ratio"),
        lease_holders=None if holders is None else round(holders),
    )


def _by_strategy(samples: Iterable[Sample]) -> dict[str, float]:
    return {sample.labels.get(STRATEGY, ""): sample.value for sample in samples}


def _whole(samples: Iterable[Sample]) -> dict[str, int]:
    return {name: round(value) for name, value in _by_strategy(samples).items()}


def _strategies(parts: Mapping[str, Mapping[str, object]], expected: Iterable[str]) -> tuple[Strategy, ...]:
    names = sorted({*expected, *(name for values in parts.values() for name in values)})
    return tuple(
        replace(Strategy(name), **{part: values[name] for part, values in parts.items() if name in values})  # type: ignore[arg-type]
        for name in names
    )


def _worst(samples: Iterable[Sample]) -> Price | None:
    found = [Price(sample.labels.get(EXCHANGE, ""), sample.labels.get(SYMBOL, ""), sample.value) for sample in samples]
    return max(found, key=lambda price: price.age, default=None)
