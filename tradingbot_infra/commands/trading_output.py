"""How `status` and `open trading` print trading: a row for each strategy, then what is common to all."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.trading import Strategy, Trading

Row = tuple[str, ...]

_HEAD = ("strategy", "heartbeat", "signal", "order", "PnL today", "realized", "unrealized", "open positions")
_NONE = "none"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def trading_lines(trading: "Trading") -> Iterator[str]:
    """A table of the strategies, and what is common to all."""
    yield from aligned(_strategy_rows(trading))
    yield from aligned(list(_facts(trading)))


def _strategy_rows(trading: "Trading") -> list[Row]:
    """The strategies, as a table with a head."""
    if not trading.strategies:
        return []
    return [_HEAD, *(_strategy_row(each, trading.at) for each in trading.strategies)]


def _facts(trading: "Trading") -> Iterator[Row]:
    """Equity, the worst price and the lease; or why nothing is known."""
    if trading.unknown:
        yield "not known", trading.unknown
        return
    if trading.silent:
        yield "no metrics yet", "the application has sent none in 6 days"
        return
    yield "equity", _money(trading.equity, sign=False) + _drawdown(trading.drawdown)
    yield "exposure", _money(trading.exposure, sign=False)
    price = trading.worst_price
    yield "oldest price", f"{price.age:.1f} s, {price.symbol} on {price.exchange}" if price else _nothing()
    yield "lease", _lease(trading.lease_holders)


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit of which there are at least two."""
    if moment is None:
        return _NONE
    seconds = max(0, round((now - moment) / timedelta(seconds=1)))
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name} ago"
    return f"{seconds} s ago"


def _strategy_row(each: "Strategy", now: datetime) -> Row:
    moments = (ago(moment, now) for moment in (each.heartbeat, each.last_signal, each.last_order))
    amounts = (_money(amount) for amount in (each.realized_today, each.realized, each.unrealized))
    return each.name, *moments, *amounts, "-" if each.open_positions is None else str(each.open_positions)


def _money(amount: float | None, *, sign: bool = True) -> str:
    if amount is None:
        return "-" if sign else _nothing()
    return f"{amount:+,.2f} USD" if sign else f"{amount:,.2f} USD"


def _drawdown(share: float | None) -> str:
    return "" if share is None else f", {share * 100:.1f} % below its highest"


def _lease(holders: int | None) -> str:
    if holders is None:
        return _nothing()
    return {0: "held by nobody: no process may trade", 1: "held"}.get(holders, f"held by {holders} processes; 1 may hold it")


def _nothing() -> str:
    return "no value in the last 5 minutes"


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Columns below a heading. Only columns that others follow are padded."""
    widths = [max((len(row[at]) for row in rows if len(row) > at), default=0) for at in range(max(map(len, rows), default=0))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
