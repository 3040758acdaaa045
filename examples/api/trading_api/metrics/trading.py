"""What the application says of itself, in its own words: one function for each thing that happens."""

import time
from collections.abc import Callable
from typing import Literal

from trading_api.metrics.store import Store

OF_THE_TRADER = (
    "trading_heartbeat_timestamp_seconds",
    "trading_price_age_seconds",
    "trading_equity_usd",
    "trading_equity_timestamp_seconds",
    "trading_drawdown_ratio",
    "trading_realized_pnl_usd",
    "trading_unrealized_pnl_usd",
    "trading_exposure_usd",
    "trading_open_positions",
)
"""What only the process that holds the lease sends: two that send equity would be added."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def known_method(method: str) -> str:
    """The method of a request, or `other`: HTTP lets a caller write any word there, a secret too."""
    return method if method in _METHODS else "other"


class TradingMetrics:
    """The metrics. Nothing here waits, and nothing here fails but a wrong label in tests."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._prices: dict[tuple[str, str], float] = {}
        self.users: Callable[[], int] | None = None
        """Counts users with a request in the last 15 minutes. Asked before each sending: they become fewer with time alone."""
        store.before_reading = self._before_reading

    # Strategies

    def begins(self, strategy: str, exchange: str) -> None:
        """A strategy begins to trade. Its counters are sent at once as 0, so that their first increase is seen."""
        for status in ("placed", "filled", "rejected"):
            self.store.add("trading_orders_total", 0, strategy, exchange, status)
        for side in ("buy", "sell"):
            self.store.add("trading_signals_total", 0, strategy, side)
        self.store.send_now()

    def heartbeat(self, strategy: str) -> None:
        """A strategy has finished a look at its market."""
        self.store.set("trading_heartbeat_timestamp_seconds", time.time(), strategy)

    def signal(self, strategy: str, side: str) -> None:
        """A strategy has taken a signal."""
        self.store.add("trading_signals_total", 1, strategy, side)
        self.store.set("trading_last_signal_timestamp_seconds", time.time(), strategy)

    def order(self, strategy: str, exchange: str, status: Literal["placed", "filled", "cancelled", "rejected"]) -> None:
        """An order was placed, or became something else."""
        self.store.add("trading_orders_total", 1, strategy, exchange, status)
        if status == "placed":
            self.store.set("trading_last_order_timestamp_seconds", time.time(), strategy)

    # Exchanges

    def order_latency(self, exchange: str, seconds: float) -> None:
        """How long an order took, from the decision to the exchange's answer."""
        self.store.observe("trading_order_latency_seconds", seconds, exchange)

    def exchange_call(self, exchange: str, seconds: float) -> None:
        """How long a call took."""
        self.store.peak("trading_exchange_latency_seconds", seconds, exchange)

    def exchange_error(self, exchange: str, code: str) -> None:
        """A call was refused or not answered."""
        self.store.add("trading_exchange_errors_total", 1, exchange, code)

    def rate_limit(self, exchange: str, used: float) -> None:
        """The share of the rate limit that is used, 0 to 1. Who calls no more sends none: its last answer says nothing of now."""
        self.store.peak("trading_rate_limit_used_ratio", used, exchange)

    def stream_opened(self, exchange: str, *, again: bool) -> None:
        """A stream was opened. The counter is there from the first time, so that its first increase is seen."""
        self.store.add("trading_websocket_reconnects_total", 1 if again else 0, exchange)

    def price(self, exchange: str, symbol: str, at: float) -> None:
        """A price of this Unix time is the newest of a symbol. Its age grows until the next."""
        self._prices[exchange, symbol] = at

    # Money

    def equity(self, exchange: str, usd: float, exposure_usd: float | None) -> None:
        """Equity and worth of positions were read from an exchange. None is not known: what was known before is sent on."""
        self.store.set("trading_equity_usd", usd, exchange)
        if exposure_usd is not None:
            self.store.set("trading_exposure_usd", exposure_usd, exchange)
        self.store.set("trading_equity_timestamp_seconds", time.time(), exchange)

    def drawdown(self, ratio: float) -> None:
        """How far equity is below its highest value, 0 to 1."""
        self.store.set("trading_drawdown_ratio", ratio)

    def profit(self, strategy: str, *, realized_usd: float, unrealized_usd: float) -> None:
        """Profit and loss of a strategy."""
        self.store.set("trading_realized_pnl_usd", realized_usd, strategy)
        self.store.set("trading_unrealized_pnl_usd", unrealized_usd, strategy)

    def positions(self, strategy: str, symbol: str, count: int) -> None:
        """Open positions; 0 when the last is closed, because a series that ends says nothing."""
        self.store.set("trading_open_positions", count, strategy, symbol)

    def llm_call(self, model: str, usd: float, seconds: float) -> None:
        """What a call of an AI provider cost, and how long it took."""
        self.store.add("trading_llm_cost_usd_total", usd, model)
        self.store.observe("trading_llm_latency_seconds", seconds, model)

    def llm_begins(self, model: str) -> None:
        """A model will be asked. Its cost is sent at once as 0, so that the first call is counted."""
        self.store.add("trading_llm_cost_usd_total", 0, model)
        self.store.send_now()

    # The process

    def lease(self, *, held: bool) -> None:
        """Whether this process may trade. Without the lease it stops sending what only a trader knows."""
        self.store.set("trading_lease_held", 1 if held else 0)
        if not held:
            self._prices.clear()
            self.store.forget(*OF_THE_TRADER)

    def serves(self) -> None:
        """The process begins to serve. Logins are there as 0, so that the first is seen."""
        for result in ("succeeded", "failed"):
            self.store.add("trading_logins_total", 0, result)

    def login(self, *, succeeded: bool) -> None:
        """Somebody logged in, or failed to."""
        self.store.add("trading_logins_total", 1, "succeeded" if succeeded else "failed")

    def request(self, route: str, method: str, status: int) -> None:
        """A request was answered. `route` is the template, such as /api/v1/signals/{symbol}."""
        self.store.add("trading_api_requests_total", 1, route, known_method(method), f"{status // 100}xx")

    def _before_reading(self) -> None:
        if self.users is not None:
            self.store.set("trading_active_users", self.users())
        now = time.time()
        for (exchange, symbol), at in list(self._prices.items()):
            self.store.set("trading_price_age_seconds", max(0.0, now - at), exchange, symbol)
