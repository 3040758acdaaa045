"""Two made-up days for pictures: three strategies on two exchanges, and a night in which the stream of one exchange dies for a while.

Random, from one seed: the same on every machine.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping

from scripts.dashboard_pictures.recording import at, counter, gauge, histogram
from tradingbot_infra.design.trading_metrics import EXCHANGE, STRATEGY, SYMBOL
from tradingbot_infra.local_cloud.prometheus.samples import Sample

END = 2880
"""Minutes. Pictures show the last day."""
_ALL = range(END + 1)
DEAD = range(END - 690, END - 655)
"""When the stream of bybit is dead: from 12:30 to 13:05 by the pictures' clock."""
_SLOW = range(END - 420, END - 390)
"""When binance answers slowly."""
_OF: Mapping[str, str] = {"environment": "production", "process": "trader"}
_STRATEGIES = {"momentum": "binance", "meanrev": "bybit", "grid": "binance"}
_SYMBOLS = {"momentum": ("BTCUSDT", "ETHUSDT"), "meanrev": ("SOLUSDT", "BTCUSDT"), "grid": ("ETHUSDT",)}
Course = Callable[[int], float]


def lively_days(seed: int = 7) -> Iterator[Sample]:
    """Every sample."""
    chance = random.Random(seed)  # noqa: S311 - pictures, not secrets
    yield from _money(chance)
    yield from _ages(chance)
    yield from _orders(chance)
    yield from _exchanges(chance)
    yield from _users(chance)


def walk(chance: random.Random, start: float, step: float, drift: float = 0.0, pull: float = 0.0) -> list[float]:
    """A random walk of a value a minute; `pull` is how strongly it goes back to where it began."""
    values = [start]
    for _ in range(END):
        values.append(values[-1] + chance.gauss(drift, step) + (start - values[-1]) * pull)
    return values


def busy(minute: int) -> float:
    """How busy the hour is, 0.15 to 1: most in the afternoon."""
    return 0.575 + 0.425 * math.sin((minute % 1440 - 540) / 1440 * 2 * math.pi)


def _noisy(chance: random.Random, course: Course) -> Course:
    """A course with a little chance in each minute, the same whenever it is asked."""
    factors = [chance.uniform(0.75, 1.25) for _ in _ALL]
    return lambda minute: course(minute) * factors[minute]


def _rarely(chance: random.Random, often: Course) -> Course:
    """0 or 1 in each minute, so often on average."""
    happened = [1.0 if chance.random() < often(minute) else 0.0 for minute in _ALL]
    return lambda minute: happened[minute]


def _money(chance: random.Random) -> Iterator[Sample]:
    equity = {"binance": walk(chance, 64_000, 75, 1.4), "bybit": walk(chance, 31_000, 40, 0.4)}
    highest, drawdown = 0.0, []
    for minute in _ALL:
        total = sum(values[minute] for values in equity.values())
        highest = max(highest, total)
        drawdown.append(1 - total / highest)
    for exchange, values in equity.items():
        yield from gauge("trading_equity_usd", values.__getitem__, _ALL, **_OF, **{EXCHANGE: exchange})
        exposure = walk(chance, values[0] * 0.45, 180, pull=0.004)
        yield from gauge("trading_exposure_usd", exposure.__getitem__, _ALL, **_OF, **{EXCHANGE: exchange})
    yield from gauge("trading_drawdown_ratio", drawdown.__getitem__, _ALL, **_OF)
    for strategy, drift in (("momentum", 0.35), ("meanrev", -0.06), ("grid", 0.12)):
        steps = walk(chance, 400, 4, drift)
        realized = [steps[minute - minute % 23] for minute in _ALL]
        yield from gauge("trading_realized_pnl_usd", realized.__getitem__, _ALL, **_OF, **{STRATEGY: strategy})
        open_now = walk(chance, 0, 6, pull=0.01)
        yield from gauge("trading_unrealized_pnl_usd", open_now.__getitem__, _ALL, **_OF, **{STRATEGY: strategy})
        for symbol in _SYMBOLS[strategy]:
            held = walk(chance, 1.6, 0.12, pull=0.01)
            positions = [float(max(0, round(each))) for each in held]
            yield from gauge("trading_open_positions", positions.__getitem__, _ALL, **_OF, **{STRATEGY: strategy, SYMBOL: symbol})
    yield from counter("trading_llm_cost_usd_total", _noisy(chance, lambda m: 0.0052 * busy(m)), _ALL, **_OF, model="opus")
    yield from counter("trading_llm_cost_usd_total", _noisy(chance, lambda m: 0.0013 * busy(m)), _ALL, **_OF, model="haiku")


def _hangs(strategy: str, minute: int) -> bool:
    return strategy == "meanrev" and minute in DEAD


def _ages(chance: random.Random) -> Iterator[Sample]:
    for strategy in _STRATEGIES:
        for name, often in (("heartbeat", 1.0), ("last_signal", 0.06), ("last_order", 0.045)):
            last, times = 0, []
            for minute in _ALL:
                if not _hangs(strategy, minute) and chance.random() < often:
                    last = minute
                times.append(at(last) + (0 if often < 1 else -chance.uniform(0, 40)))
            yield from gauge(f"trading_{name}_timestamp_seconds", times.__getitem__, _ALL, **_OF, **{STRATEGY: strategy})
    for exchange in ("binance", "bybit"):
        read = [at(minute) - chance.uniform(5, 40) for minute in _ALL]
        yield from gauge("trading_equity_timestamp_seconds", read.__getitem__, _ALL, **_OF, **{EXCHANGE: exchange})
    for exchange, symbol in (("binance", "BTCUSDT"), ("binance", "ETHUSDT"), ("bybit", "SOLUSDT"), ("bybit", "BTCUSDT")):
        yield from gauge("trading_price_age_seconds", _price_age(chance, exchange), _ALL, **_OF, **{EXCHANGE: exchange, SYMBOL: symbol})
    yield from gauge("trading_lease_held", lambda _: 1, _ALL, **_OF)


def _price_age(chance: random.Random, exchange: str) -> Course:
    usual = _noisy(chance, lambda _: 1.2)
    stale = DEAD if exchange == "bybit" else range(0)
    return lambda minute: (minute - DEAD.start + 1) * 60.0 if minute in stale else usual(minute)


def _placed(chance: random.Random, strategy: str) -> Course:
    """Whole orders in each minute."""
    orders = [0 if _hangs(strategy, minute) else math.floor(2.4 * busy(minute) + chance.random()) for minute in _ALL]
    return lambda minute: float(orders[minute])


def _share(chance: random.Random, placed: Course, share: float) -> Course:
    part = _noisy(chance, lambda _: share)
    return lambda minute: placed(minute) * part(minute)


def _latencies(chance: random.Random, usual: float, spread: float, times: int, slow: range) -> Callable[[int], Mapping[float, int]]:
    def seen(minute: int) -> Mapping[float, int]:
        factor = 6 if minute in slow else 1
        return {usual * factor * math.exp(chance.gauss(0, spread)): 1 for _ in range(times)}

    return seen


def _orders(chance: random.Random) -> Iterator[Sample]:
    for strategy, exchange in _STRATEGIES.items():
        labels = {**_OF, STRATEGY: strategy, EXCHANGE: exchange}
        placed = _placed(chance, strategy)
        yield from counter("trading_orders_total", placed, _ALL, status="placed", **labels)
        for status, share in (("filled", 0.86), ("cancelled", 0.1), ("rejected", 0.015)):
            yield from counter("trading_orders_total", _share(chance, placed, share), _ALL, status=status, **labels)
        for side in ("buy", "sell"):
            signals = _rarely(chance, lambda m: 0.08 * busy(m))
            yield from counter("trading_signals_total", signals, _ALL, **_OF, **{STRATEGY: strategy}, side=side)
    for exchange, usual, slow in (("binance", 0.11, _SLOW), ("bybit", 0.19, range(0))):
        seen = _latencies(chance, usual, 0.4, 8, slow)
        yield from histogram("trading_order_latency_seconds", seen, _ALL, **_OF, **{EXCHANGE: exchange})
    for model, usual in (("opus", 4.2), ("haiku", 0.9)):
        answered = _latencies(chance, usual, 0.35, 5, range(0))
        yield from histogram("trading_llm_latency_seconds", answered, _ALL, **_OF, model=model)


def _in(minutes: range, then: float, otherwise: float) -> Course:
    return lambda minute: then if minute in minutes else otherwise


def _times(course: Course, factor: Course) -> Course:
    return lambda minute: course(minute) * factor(minute)


def _exchanges(chance: random.Random) -> Iterator[Sample]:
    for exchange, usual, share, slow, dead in (("binance", 0.45, 0.38, _SLOW, range(0)), ("bybit", 0.7, 0.2, range(0), DEAD)):
        labels = {**_OF, EXCHANGE: exchange}
        slowest = _noisy(chance, _in(slow, 14 * usual, usual))
        yield from gauge("trading_exchange_latency_seconds", slowest, _ALL, **labels)
        used = [max(0.02, each) for each in walk(chance, share, 0.02, pull=0.06)]
        yield from gauge("trading_rate_limit_used_ratio", used.__getitem__, _ALL, **labels)
        reconnects = _times(_rarely(chance, _in(dead, 0.9, 0.001)), lambda _: 1.6)
        yield from counter("trading_websocket_reconnects_total", reconnects, _ALL, **labels)
    for exchange, code, often in (("binance", "429", 0.02), ("binance", "timeout", 0.012), ("bybit", "10006", 0.015)):
        errors = _rarely(chance, _in(_SLOW if exchange == "binance" else range(0), 0.6, often))
        yield from counter("trading_exchange_errors_total", errors, _ALL, **_OF, **{EXCHANGE: exchange}, code=code)


def _busily(factor: float) -> Course:
    return lambda minute: factor * busy(minute)


def _users(chance: random.Random) -> Iterator[Sample]:
    routes = {"orders": ("GET", 5.0), "positions": ("GET", 3.2), "webhook": ("POST", 1.8), "login": ("POST", 0.3)}
    for process in ("api-1", "api-2"):
        of = {"environment": "production", "process": process}
        active = [float(round(16 * busy(minute) * chance.uniform(0.85, 1.15))) for minute in _ALL]
        yield from gauge("trading_active_users", active.__getitem__, _ALL, **of)
        for result, often in (("succeeded", 0.11), ("failed", 0.012)):
            yield from counter("trading_logins_total", _rarely(chance, _busily(often)), _ALL, result=result, **of)
        for name, (method, often) in routes.items():
            labels = {**of, "route": f"/api/v1/{name}", "method": method}
            yield from counter("trading_api_requests_total", _noisy(chance, _busily(often)), _ALL, status="2xx", **labels)
            for status, share in (("4xx", 0.012), ("5xx", 0.0003)):
                errors = _rarely(chance, _busily(often * share))
                yield from counter("trading_api_requests_total", errors, _ALL, status=status, **labels)
