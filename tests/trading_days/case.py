"""What a day is: what happens, and which alarms must ring how soon. Hours are those of a Wednesday, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.trading_days.truth import DAY, EXCHANGES, HOUR, STRATEGIES, Truth, monday, quiet, remove

WEDNESDAY = 2 * DAY

STANDBY = "1-b"
"""The process that does not trade at noon."""

Labels = Mapping[str, str]
BINANCE, BYBIT = ({"exchange": exchange} for exchange in EXCHANGES)
EVERY_STRATEGY = tuple({"strategy": strategy} for strategy in STRATEGIES)


@dataclass(frozen=True)
class Rings:
    """An alarm must ring, of these contributors and no other.

    `since` is when what is wrong begins and `until` when it ends. Minutes: `limit` is how long it may last before it is wrong, `reached`
    how long it takes until there is too much of it, `window` how far the query looks back, `pending` how long the alarm waits.
    """

    alarm: str
    contributors: tuple[Labels, ...]
    since: float
    until: float
    limit: float = 0
    reached: float = 0
    window: float = 0
    pending: float = 0


@dataclass
class Case:
    """A day, or several, with what must ring."""

    truth: Truth
    rings: list[Rings] = field(default_factory=list)

    @property
    def environment(self) -> str:
        return self.truth.environment


def wednesday(name: str, days: int = 1) -> Truth:
    return quiet(name, monday() + WEDNESDAY, monday() + WEDNESDAY + days * DAY)


def morning(name: str) -> Truth:
    """From eight in the morning to two in the afternoon."""
    return quiet(name, monday() + WEDNESDAY + 8 * HOUR, monday() + WEDNESDAY + 14 * HOUR)


def lose_two_exports(truth: Truth, begin: float) -> None:
    """While an alarm waits, two exports in a row do not arrive."""
    truth.export_stops.append((begin + 130, begin + 250))


def stop_prices(truth: Truth, exchange: str, symbols: tuple[str, ...], begin: float, end: float) -> Rings:
    for symbol in symbols:
        truth.price_stops[exchange, symbol].insert(0, (begin, end))
    stale = tuple({"exchange": exchange, "symbol": symbol} for symbol in symbols)
    return Rings("price-stale", stale, begin, end, limit=1, pending=5)


def stop_processes(truth: Truth, begin: float, end: float) -> None:
    """All processes end; the same tasks start again later."""
    for life in [life for life in truth.lives if life.begin < begin < life.end]:
        again = type(life)(life.instance + "-again", end, life.end, end + 20 if life.holds else None, None, life.skew, life.phase)
        truth.lives.append(again)
        life.end = begin
    for moments in (truth.heartbeats, truth.signals, truth.orders, truth.llm_calls, truth.equity_reads):
        for of_one in moments.values():
            remove(of_one, begin, end)
