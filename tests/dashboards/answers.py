"""What each panel must show of the known days: by dashboard and title, at some minutes, each series by its labels' values.

Every number was worked out by hand from known_days.py, not by running the queries.
"""

from collections.abc import Mapping

from tests.dashboards.known_days import DAY_AGO, DIP, END, NOBODY_YET, RESTART, TWO_TRADERS

Answer = Mapping[tuple[str, ...], float]
"""By the values of a series' labels, in the order of their names."""

_IN_THE_DIP = DIP[30]
_RESTARTED = RESTART + 2
"""When windows of minutes have the restart in them."""

_BUSINESS: dict[str, Mapping[int, tuple[Answer, ...]]] = {
    # 10600 and 4000; in the dip 9540 and 4000. The API's own reading of 9000 is not the largest.
    "Equity": {END: ({(): 14_600},), _IN_THE_DIP: ({(): 13_540},)},
    # A day before, binance had 10000.
    "Equity, change in 24 h": {END: ({(): 600},)},
    "Drawdown": {END: ({(): 0.03},), _IN_THE_DIP: ({(): 0.08},)},
    # 1440 minutes of 0.002 and 0.001 dollars, with a restart among them.
    "AI cost, 24 h": {END: ({(): 4.32},)},
    "Equity by exchange": {END: ({("binance",): 10_600, ("bybit",): 4_000},)},
    "Drawdown over time": {END: ({(): 0.03},), _IN_THE_DIP: ({(): 0.08},)},
    # 340 - 100, 20 - 50, and all of the newcomer's, who was not there a day before.
    "Realized profit by strategy, 24 h": {END: ({("momentum",): 240, ("meanrev",): -30, ("newcomer",): 75},)},
    "Unrealized profit by strategy": {END: ({("momentum",): -12.5, ("meanrev",): 8},)},
    # Worth 5000 and 2300, of 10600 and 4000.
    "Exposure": {END: ({(): 0.5},), _IN_THE_DIP: ({(): 7_300 / 13_540},)},
    "AI cost by model, 24 h": {END: ({("opus",): 2.88, ("haiku",): 1.44},)},
}
_TRADING: dict[str, Mapping[int, tuple[Answer, ...]]] = {
    # 30 seconds, 20 minutes, and three hours since the newcomer's process ended.
    "Strategies: time since the last heartbeat": {END: ({("momentum",): 30, ("meanrev",): 1_200, ("newcomer",): 10_800},)},
    "Age of prices": {END: ({("binance", "BTCUSDT"): 0.5, ("binance", "ETHUSDT"): 42, ("bybit", "BTCUSDT"): 1.5},)},
    "Traders": {END: ({(): 1},), TWO_TRADERS[5]: ({(): 2},)},
    "Open positions": {END: ({(): 4},)},
    "Time since the last signal": {END: ({("momentum",): 600, ("meanrev",): 7_200, ("newcomer",): 10_800},)},
    "Time since the last order": {END: ({("momentum",): 900, ("meanrev",): 18_000, ("newcomer",): 10_800},)},
    "Time since equity was read": {END: ({("binance",): 60, ("bybit",): 660, ("kraken",): 10_800},)},
    # Four and one a minute in the last five minutes; an hour before, two and one.
    "Orders placed in 5 minutes": {
        END: ({("momentum",): 20, ("meanrev",): 5, ("newcomer",): 0},),
        END - 60: ({("momentum",): 10, ("meanrev",): 5, ("newcomer",): 0},),
        _RESTARTED: ({("momentum",): 10, ("meanrev",): 5, ("newcomer",): 0},),
    },
    # (10 x 2 + 50 x 1.84) / (10 x 4 + 50 x 2), and (10 x 0.9 + 50 x 0.4) / 60. The newcomer placed none.
    "Fill ratio, 1 h": {END: ({("momentum",): 0.8, ("meanrev",): 29 / 60},), _RESTARTED: ({("momentum",): 0.92, ("meanrev",): 0.4},)},
    # Placed 140 + 60, filled 112 + 29.
    "What became of orders, 1 h": {
        END: ({("placed",): 200, ("filled",): 141, ("rejected",): 6, ("cancelled",): 18},),
        _RESTARTED: ({("placed",): 180, ("filled",): 134.4, ("rejected",): 6, ("cancelled",): 18},),
    },
    "Signals in 1 h": {
        END: ({("buy", "momentum"): 30, ("sell", "momentum"): 15, ("buy", "meanrev"): 6},),
        _RESTARTED: ({("buy", "momentum"): 30, ("sell", "momentum"): 15, ("buy", "meanrev"): 6},),
    },
    "Order latency": {
        END: ({("binance",): 0.1, ("bybit",): 0.4}, {("binance",): 0.8, ("bybit",): 0.4}),
        END - 60: ({("binance",): 0.3, ("bybit",): 0.2}, {("binance",): 0.3, ("bybit",): 0.2}),
    },
    "Open positions by symbol": {END: ({("BTCUSDT",): 3, ("ETHUSDT",): 1},)},
    "Slowest call of each exchange": {END: ({("binance",): 0.35, ("bybit",): 2.5},)},
    "Errors of exchanges in 5 minutes": {
        END: ({("429", "binance"): 1, ("timeout", "binance"): 0.5, ("500", "bybit"): 2},),
        _RESTARTED: ({("429", "binance"): 1, ("timeout", "binance"): 0.5, ("500", "bybit"): 2},),
    },
    "Rate limit used": {END: ({("binance",): 0.62, ("bybit",): 0.1},)},
    # Of the process that opened most: it has three of five.
    "Reconnects in 10 minutes": {END: ({("binance",): 0.6, ("bybit",): 3},), _RESTARTED: ({("binance",): 0.6, ("bybit",): 3},)},
    "AI latency, p95": {END: ({("opus",): 8, ("haiku",): 0.5},)},
}
_USERS: dict[str, Mapping[int, tuple[Answer, ...]]] = {
    "Active users now": {END: ({(): 17},)},
    # A day of 0.1 a minute; of failed ones 0.025.
    "Logins, 24 h": {END: ({(): 144},)},
    "Failed logins, 24 h": {END: ({(): 0.2},), NOBODY_YET[20]: ({},)},
    # Of 4.53 requests a minute, 0.03 were server errors, for 23 of the 24 hours; on the first day there was none.
    "Availability, 24 h": {END: ({(): 1 - (1380 * 0.03) / (1440 * 4.5 + 1380 * 0.03)},), DAY_AGO: ({(): 1},), NOBODY_YET[20]: ({},)},
    "Active users": {END: ({(): 17},)},
    "Logins in 1 h": {END: ({("succeeded",): 6, ("failed",): 1.5},), _RESTARTED: ({("succeeded",): 6, ("failed",): 1.5},)},
    "Requests in 5 minutes, by route": {
        END: ({("/api/v1/orders",): 15.15, ("/api/v1/login",): 7.5},),
        _RESTARTED: ({("/api/v1/orders",): 15.15, ("/api/v1/login",): 7.5},),
    },
    "Errors of the API in 5 minutes, by route": {
        END: ({("/api/v1/orders", "5xx"): 0.15, ("/api/v1/login", "4xx"): 2.5},),
        _RESTARTED: ({("/api/v1/orders", "5xx"): 0.15, ("/api/v1/login", "4xx"): 2.5},),
    },
}
ANSWERS = {"business": _BUSINESS, "trading": _TRADING, "users": _USERS}
HISTOGRAM_ERROR = 2 ** (1 / 8) - 1
"""Of a quantile, by the width of a bucket."""
EXACT = 0.0005
"""What `increase` may be off, by what it guesses before the first value of a series."""
