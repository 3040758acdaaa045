"""Signals that others send, such as TradingView."""

import hashlib
import hmac
import logging
import uuid
from decimal import Decimal
from typing import Annotated, cast

from fastapi import APIRouter, Header, HTTPException, status
from pydantic import BaseModel, Field
from redis.exceptions import RedisError

from trading_api.routes.resources import MetricsOfApp, PathOfApp, SettingsOfApp, SignalsOfApp
from trading_api.settings import Settings
from trading_api.trading.exchange import SYMBOL, Side
from trading_api.trading.path import Path
from trading_api.trading.strategy import WEBHOOK
from trading_api.trading.strategy import Signal as TradedSignal

router = APIRouter(tags=["signals"])
_LOG = logging.getLogger(__name__)


class Signal(BaseModel):
    """A signal. `secret` is for senders that cannot set a header.

    With a quantity it is an order; `id` is the sender's own, and makes sending it again harmless.
    """

    symbol: str = Field(pattern=SYMBOL)
    action: str = Field(max_length=100)
    secret: str | None = Field(default=None, repr=False)
    id: str | None = Field(default=None, min_length=1, max_length=200)
    quantity: Decimal | None = Field(default=None, gt=0, max_digits=20, decimal_places=8)


@router.post("/webhook", status_code=status.HTTP_202_ACCEPTED)
async def receive(
    signal: Signal,
    settings: SettingsOfApp,
    signals: SignalsOfApp,
    path: PathOfApp,
    metrics: MetricsOfApp,
    x_webhook_secret: Annotated[str | None, Header()] = None,
) -> dict[str, str]:
    """Takes a signal from who knows the shared secret."""
    # Compared in constant time: the time of an answer tells nothing of the secret.
    known = hmac.compare_digest((x_webhook_secret or signal.secret or "").encode(), settings.webhook_secret.encode())
    metrics.login(succeeded=known)
    if not known:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong secret")
    traded = None if signal.quantity is None else _traded(signal, settings)
    try:
        await signals.put(signal.symbol, signal.action)
    except RedisError as error:
        if traded is None:
            raise
        # What Redis has may be lost; an order may not.
        _LOG.warning("The newest signal of a symbol is not kept: %s", type(error).__name__, extra={"symbol": signal.symbol})
    if traded is not None:
        return await _follow(traded, path)
    _LOG.info("SIGNAL taken", extra={"symbol": signal.symbol, "strategy": WEBHOOK})
    return {"status": "accepted"}


@router.get("/signals/{symbol}")
async def newest(symbol: str, signals: SignalsOfApp) -> dict[str, str]:
    """The newest signal of a symbol."""
    action = await signals.newest(symbol)
    if action is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no signal")
    return {"symbol": symbol, "action": action}


def _traded(signal: Signal, settings: Settings) -> TradedSignal:
    if signal.action not in {"buy", "sell"} or signal.symbol not in settings.trading.symbols:
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, "with a quantity, action is buy or sell, and symbol one that is traded")
    # The sender's id may be anything; a hash of it can be shown everywhere.
    unique = hashlib.sha256((signal.id or uuid.uuid4().hex).encode()).hexdigest()[:24]
    return TradedSignal(f"{WEBHOOK}-{unique}", WEBHOOK, signal.symbol, cast("Side", signal.action), signal.quantity or Decimal(0))


async def _follow(signal: TradedSignal, path: Path) -> dict[str, str]:
    outcome, _ = await path.follow(signal)
    return {"status": "accepted", "order": signal.id, "outcome": outcome}
