"""What the trader tells of its money: equity, drawdown, exposure, profit and loss, open positions."""

from psycopg.rows import dict_row

from trading_api.database import Pool
from trading_api.metrics.trading import TradingMetrics
from trading_api.trading import orders
from trading_api.trading.exchange import Account, Exchange, Fill, Price
from trading_api.trading.ledger import Ledger
from trading_api.trading.strategy import Signal


class Books:
    """The money of the strategies on one exchange. What it must know after a restart is in the database."""

    def __init__(self, pool: Pool, exchange: Exchange, metrics: TradingMetrics, strategies: tuple[str, ...]) -> None:
        self._pool = pool
        self._exchange = exchange
        self._metrics = metrics
        self._ledgers = {strategy: Ledger() for strategy in strategies}
        self._highest = 0.0

    async def open(self) -> None:
        """Reads the highest equity and every fill."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute("SELECT usd FROM highest_equity WHERE exchange = %s", [self._exchange.name])
            row = await cursor.fetchone()
        self._highest = float(row["usd"]) if row else 0.0
        for strategy in self._ledgers:
            self._ledgers[strategy] = Ledger()
            async for order, fill in orders.filled(self._pool, strategy, self._exchange.name):
                self._ledgers[strategy].fill(order.symbol, order.side, float(order.quantity), fill.usd)

    def filled(self, signal: Signal, fill: Fill) -> None:
        """A signal of a strategy became a fill."""
        if fill.status == "filled":
            self._ledgers[signal.strategy].fill(signal.symbol, signal.side, float(signal.quantity), fill.usd)

    async def tell(self, account: Account, prices: dict[str, Price], symbols: tuple[str, ...]) -> None:
        """Sends all of it."""
        self._metrics.equity(self._exchange.name, account.equity_usd, account.exposure(prices))
        if account.equity_usd > self._highest:
            self._highest = account.equity_usd
            await self._keep_highest()
        self._metrics.drawdown(max(0.0, 1 - account.equity_usd / self._highest) if self._highest > 0 else 0.0)
        for strategy, ledger in self._ledgers.items():
            self._metrics.profit(strategy, realized_usd=ledger.realized_usd, unrealized_usd=ledger.unrealized_usd(prices))
            for symbol in symbols:
                self._metrics.positions(strategy, symbol, 1 if account.positions.get(symbol) else 0)

    async def _keep_highest(self) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO highest_equity (exchange, usd) VALUES (%s, %s)"
                " ON CONFLICT (exchange) DO UPDATE SET usd = GREATEST(highest_equity.usd, EXCLUDED.usd)",
                [self._exchange.name, self._highest],
            )
