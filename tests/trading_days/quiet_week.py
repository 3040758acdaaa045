"""A week in which nothing is wrong, and everything comes close to it: three quarters of each limit, or beyond it for a moment."""

from tests.trading_days.truth import DAY, HOUR, MINUTE, SYMBOLS, Level, Truth, add, evenly, monday, quiet, remove, restart

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)


def quiet_week() -> Truth:
    truth = quiet("quiet-week", monday(), monday() + 7 * DAY)
    truth.worth = 3
    _busy_market(truth)
    _unsteady_streams(truth)
    _maintenance(truth)
    _slow_afternoon(truth)
    restart(truth, truth.clock(THURSDAY, 18))
    _bad_day(truth)
    _calm_weekend(truth)
    return truth


def _busy_market(truth: Truth) -> None:
    """Seventy orders in five minutes, for twelve minutes."""
    begin = truth.clock(MONDAY, 13, 30)
    add(truth.orders["meanrev"], evenly(begin, begin + 12 * MINUTE, 168))


def _unsteady_streams(truth: Truth) -> None:
    """Seven reconnects in ten minutes, for twenty minutes; a symbol that is seldom traded has prices that are 45 seconds old."""
    begin = truth.clock(TUESDAY, 16)
    add(truth.reconnects["binance"], evenly(begin, begin + 20 * MINUTE, 14))
    truth.price_lag["bybit", "SOLUSDT"].set(begin, begin + 30 * MINUTE, 45)


def _maintenance(truth: Truth) -> None:
    """An exchange's maintenance of five minutes: no price, no call that succeeds, refused at once."""
    begin = truth.clock(WEDNESDAY, 3)
    end = begin + 5 * MINUTE
    for symbol in SYMBOLS["bybit"]:
        truth.price_stops["bybit", symbol].insert(0, (begin, end))
    add(truth.reconnects["bybit"], [end])
    remove(truth.equity_reads["bybit"], begin, end)
    remove(truth.orders["grid"], begin, end)
    # Later that day the database is slow: a strategy waits for three and a half minutes, and equity is read after seven and a half.
    pause = truth.clock(WEDNESDAY, 11)
    remove(truth.heartbeats["grid"], pause, pause + 210)
    remove(truth.equity_reads["binance"], pause, pause + 450)


def _slow_afternoon(truth: Truth) -> None:
    """An exchange needs 3.5 seconds for half an hour, and far too long for two minutes; likewise its rate limit."""
    begin = truth.clock(THURSDAY, 15)
    truth.latency["binance"].set(begin, begin + 30 * MINUTE, 3.5)
    truth.latency["binance"].set(begin + 10 * MINUTE, begin + 12 * MINUTE, 9)
    truth.rate_used["binance"].set(begin, begin + 30 * MINUTE, 0.6)
    truth.rate_used["binance"].set(begin + 20 * MINUTE, begin + 22 * MINUTE, 0.97)
    _now_and_then(truth.rate_used["binance"], begin + 60 * MINUTE, 0.97)
    _now_and_then(truth.latency["binance"], begin + 60 * MINUTE, 9)


def _bad_day(truth: Truth) -> None:
    """Seven percent are lost, most of it by positions worth three quarters of equity; one reading is nonsense."""
    begin = truth.clock(FRIDAY, 9)
    # At 11:00 the lease passes to the other process, and the one that had it lives on.
    trader, other = (life for life in truth.lives if life.begin < begin + 7200 < life.end)
    trader.yields = other.holds = begin + 7200
    truth.drawdown.set(begin, begin + 8 * HOUR, 0.07)
    truth.exposure.set(begin, begin + 8 * HOUR, 0.75)
    nonsense = next(moment for moment in truth.equity_reads["binance"] if moment > begin + 60 * MINUTE)
    truth.exposure.set(nonsense - 15, nonsense + 15, 1.6)
    truth.drawdown.set(nonsense - 15, nonsense + 15, 0.2)
    _now_and_then(truth.drawdown, begin + 4 * HOUR, 0.2)
    _now_and_then(truth.exposure, begin + 4 * HOUR, 1.6)


def _now_and_then(level: Level, begin: float, value: float) -> None:
    """For a minute of four, six times."""
    for number in range(6):
        level.set(begin + 240 * number, begin + 240 * number + MINUTE, value)


def _calm_weekend(truth: Truth) -> None:
    """On Saturday a strategy has no signal for two and a half hours, and another no order for five."""
    begin = truth.clock(SATURDAY, 1)
    remove(truth.signals["meanrev"], begin, begin + 150 * MINUTE)
    remove(truth.orders["meanrev"], begin, begin + 150 * MINUTE)
    remove(truth.orders["breakout"], begin, begin + 300 * MINUTE)
